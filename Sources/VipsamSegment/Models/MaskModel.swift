public import VipsamTensor

/// What prompting needs of a network: Segment Anything's three parts behind as few functions as possible.
public protocol MaskModel: Sendable {
    /// Side of the square input, in pixels.
    var inputSide: Int { get }
    /// Side of the low-resolution logits.
    var maskSide: Int { get }

    /// - Parameter input: `[3, inputSide, inputSide]`, normalised, padded with zeros.
    /// - Returns: all that later steps need to know of the picture; float32, of a shape that the model knows.
    func encode(_ input: Tensor, threads: Threads) -> Tensor

    /// Does once what no prompt changes. Nil when the tensor does not have the shape that `encode` gives.
    func prepare(_ features: Tensor, threads: Threads) -> (any PreparedPicture)?
}

/// A picture that is ready for prompts; used from many threads at once.
public protocol PreparedPicture: Sendable {
    /// Runs the decoder up to its scores.
    func decode(_ prompt: ModelPrompt, threads: Threads) -> any PromptAnswer

    /// Answers many prompts, spread over threads, in no particular order.
    ///
    /// - Parameters:
    ///   - masks: those (of 0..<4) that `choose` may ask for.
    ///   - choose: from a prompt's index and scores, the masks that are wanted. Called on working threads.
    ///   - take: gets a prompt's index, its scores and the wanted logits; not called where none is wanted.
    func decode(
        _ prompts: [ModelPrompt], among masks: Range<Int>, threads: Threads,
        choose: @Sendable (Int, [Float]) -> [Int], take: @Sendable (Int, [Float], [[Float]]) -> Void)
}

/// A decoded prompt. Masks are made only when asked for.
public protocol PromptAnswer {
    /// Predicted IoU of the masks: the single one, then the three of an ambiguous prompt.
    var scores: [Float] { get }

    /// Low-resolution logits of these masks (0…3), `maskSide × maskSide` each, row by row.
    func logits(_ indices: [Int]) -> [[Float]]
}

/// A prompt in pixels of the model's square input.
public struct ModelPrompt: Sendable {
    public struct Place: Sendable, Hashable {
        public var x, y: Float
        /// 1 on the object, 0 around it.
        public var label: Int

        public init(x: Float, y: Float, label: Int) {
            (self.x, self.y, self.label) = (x, y, label)
        }
    }

    public struct Corners: Sendable, Hashable {
        public var minX, minY, maxX, maxY: Float

        public init(minX: Float, minY: Float, maxX: Float, maxY: Float) {
            (self.minX, self.minY, self.maxX, self.maxY) = (minX, minY, maxX, maxY)
        }
    }

    public var points: [Place]
    public var box: Corners?
    /// Low-resolution logits of an earlier mask of this picture.
    public var mask: [Float]?

    public init(points: [Place] = [], box: Corners? = nil, mask: [Float]? = nil) {
        self.points = points
        self.box = box
        self.mask = mask
    }
}

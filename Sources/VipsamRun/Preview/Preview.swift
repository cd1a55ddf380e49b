internal import Synchronization
public import VipsamKit
public import VipsamRecipe

/// A recipe tried on one picture: what every step comes to, on one sheet.
///
/// Steps work on the working view, so lengths mean what they mean in a run, and a model sees the same pixels. Nothing
/// is saved.
public struct Preview {
    /// Side of a cell, in pixels, and cells in a row.
    public var side = 400
    public var columns = 4

    private let plan: Plan
    private let item: RunItem
    private let outputs: OutputFolder
    private let settings: RunSettings

    /// - Parameter outputs: where the sheet goes; the recipe's own files are not written.
    public init(plan: Plan, item: RunItem, outputs: OutputFolder, settings: RunSettings) {
        self.plan = plan
        self.item = item
        self.outputs = outputs
        self.settings = settings
    }

    public struct Result: Sendable {
        /// 8-bit sRGB.
        public let sheet: Pixels
        /// What ended the recipe early; it is on the sheet as well.
        public let failure: Diagnostic?
        /// Whether the machine has a font.
        public let hasWords: Bool
    }

    public func run() throws -> Result {
        let run = ItemRun(plan, item, outputs, settings, StopControl())
        let record = PreviewRecord(run, side: side)
        var failure: Diagnostic?
        do {
            let input = try PreviewInput.open(item.file.path, plan, isLenient: settings.isLenient)
            try record.show(input: input)
            var walk = PlanWalk(run, record.files, input: input, witness: record)
            try walk.run(plan.steps)
        } catch ItemSignal.skip(let reason) {
            record.fail("left out: \(reason)", isSkip: true)
        } catch {
            let problem = ItemRun.diagnostic(of: error, for: item.file.path)
            record.fail(([problem.message] + problem.notes.map(\.message)).joined(separator: "\n"), isSkip: false)
            failure = problem
        }
        return Result(
            sheet: try PreviewSheet(side: side, columns: columns).drawn(record.finished()), failure: failure,
            hasWords: Lettering.isPossible)
    }
}

/// The picture at its working view's size, in its own colours and number type.
enum PreviewInput {
    /// Larger results stay pipelines.
    static let mostBytes = 400_000_000

    static func open(_ path: String, _ plan: Plan, isLenient: Bool) throws -> Image {
        let opened = try ImageFile.open(path, upright: plan.input.orient, lenient: isLenient)
        let whole = opened.pixels
        let canvas = Canvas(name: path, width: whole.width, height: whole.height)
        let scale = plan.input.workSize.scale(width: whole.width, height: whole.height)
        func shrunk(_ side: Int) -> Int { max(1, Int((Double(side) / scale).rounded())) }
        let width = shrunk(whole.width), height = shrunk(whole.height)
        var small: Pixels
        do {
            if scale > 1, case .shorterSide(let side) = plan.input.workSize, isPlain(whole) {
                small = try ImageFile.working(
                    path, shorterSide: side, maxPixels: WorkSize.mostPixels, upright: plan.input.orient,
                    lenient: isLenient)
            } else if scale > 1 {
                small = try whole.resized(width: width, height: height).relabelled(whole.interpretation).copyMemory()
            } else {
                small = try ImageFile.open(path, access: .random, upright: plan.input.orient, lenient: isLenient).pixels
                if small.pixelSize * width <= mostBytes / height { small = try small.copyMemory() }
            }
        } catch {
            throw ItemRun.damage(of: path) ?? error
        }
        let frame = Frame(
            canvas: canvas, scaleX: Double(small.width) / Double(canvas.width),
            scaleY: Double(small.height) / Double(canvas.height), workingScale: scale)
        return Image(pixels: small, frame: frame, path: path)
    }

    /// Whether the view that models see has the picture's own colours: it can be decoded small.
    private static func isPlain(_ pixels: Pixels) -> Bool {
        pixels.format == .uchar && pixels.bands == 3 && pixels.interpretation == .srgb && !pixels.isPacked
    }
}

/// Names of files that steps would write; nothing is written.
final class PreviewFiles: Outputs {
    private let names = Mutex<[String]>([])

    func write(_ path: String, _ make: (_ path: String) throws -> Void) throws { names.withLock { $0.append(path) } }

    func taken() -> [String] {
        names.withLock { names in
            defer { names = [] }
            return names
        }
    }
}

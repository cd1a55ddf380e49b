/// One thing that was found: its mask, and what is known about it.
public struct SegmentedObject: Sendable {
    public var mask: Mask
    /// Tight, in pixels of the canvas; `x + width` is just outside.
    public var box: Box
    /// In pixels of the canvas.
    public var area: Double
    /// The model's own estimate of its mask's quality (predicted IoU); about 0…1.
    public var score: Double
    /// How little the mask changes when the threshold moves; 0…1.
    public var stability: Double
    public var label: String
    /// What it was found with, where that was a prompt or a point of a grid.
    public var prompt: Prompt?

    public init(
        mask: Mask, box: Box, area: Double, score: Double, stability: Double, label: String = "",
        prompt: Prompt? = nil
    ) {
        self.mask = mask
        self.box = box
        self.area = area
        self.score = score
        self.stability = stability
        self.label = label
        self.prompt = prompt
    }
}

/// Objects of one picture, in an order that matters: `{n}` counts it.
public struct ObjectSet: Sendable {
    public var objects: [SegmentedObject]
    /// The raster that the objects were found on, and its size.
    public var frame: Frame
    public var width: Int
    public var height: Int

    public init(_ objects: [SegmentedObject], frame: Frame, width: Int, height: Int) {
        self.objects = objects
        self.frame = frame
        self.width = width
        self.height = height
    }

    public var canvas: Canvas { frame.canvas }

    /// The same place with other objects.
    public func with(_ objects: [SegmentedObject]) -> ObjectSet {
        ObjectSet(objects, frame: frame, width: width, height: height)
    }

    /// One mask that covers all of them; black where there are none.
    public var union: Mask {
        let source: any MaskSource = objects.count == 1 ? objects[0].mask.source : UnionMask(masks: objects.map(\.mask))
        return Mask(source, frame: frame, width: width, height: height)
    }

    /// The box around all of them; nil where there are none.
    public var box: Box? {
        guard let first = objects.first else { return nil }
        return objects.dropFirst().reduce(first.box) { $0.union($1.box) }
    }
}

/// The greatest of several masks in each pixel.
public struct UnionMask: MaskSource {
    public let masks: [Mask]

    public init(masks: [Mask]) { self.masks = masks }

    public var reach: Box? {
        let boxes = masks.map(\.source.reach)
        guard let first = boxes.first, var all = first else { return nil }
        for box in boxes.dropFirst() {
            guard let box else { return nil }
            all = all.union(box)
        }
        return all
    }

    public func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels {
        let rasters = try masks.map { try $0.source.pixels(in: frame, width: width, height: height) }
        guard let first = rasters.first else { return try Pixels.black(width: width, height: height) }
        return rasters.count == 1 ? first : try Pixels.maximum(rasters)
    }
}

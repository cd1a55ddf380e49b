/// A point in pixels, x to the right, y down, the origin at the top left corner of the picture.
public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// A click: a point that is on the object (`label` 1) or on what is around it (`label` 0).
public struct Click: Sendable, Hashable {
    public var point: Point
    public var isForeground: Bool

    public init(_ point: Point, isForeground: Bool = true) {
        self.point = point
        self.isForeground = isForeground
    }
}

/// A box in pixels: left, top, width, height; `x + width` is just outside.
public struct Box: Sendable, Hashable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public var maxX: Double { x + width }
    public var maxY: Double { y + height }
    public var area: Double { width * height }
    public var longerSide: Double { max(width, height) }
    public var center: Point { Point(x: x + width / 2, y: y + height / 2) }

    /// The common part; nil where there is none.
    public func intersection(_ other: Box) -> Box? {
        let left = max(x, other.x), top = max(y, other.y)
        let right = min(maxX, other.maxX), bottom = min(maxY, other.maxY)
        guard right > left, bottom > top else { return nil }
        return Box(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// The smallest box around both.
    public func union(_ other: Box) -> Box {
        let left = min(x, other.x), top = min(y, other.y)
        return Box(x: left, y: top, width: max(maxX, other.maxX) - left, height: max(maxY, other.maxY) - top)
    }

    /// With so much more on each side.
    public func grown(by margin: Double) -> Box {
        Box(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
    }
}

/// What a user points at: any number of clicks and at most one box make one prompt.
public struct Prompt: Sendable, Hashable {
    /// In pixels of the original after EXIF orientation.
    public var clicks: [Click]
    public var box: Box?
    /// The name of the object, from a prompt table; empty when none was given.
    public var label: String

    public init(clicks: [Click] = [], box: Box? = nil, label: String = "") {
        self.clicks = clicks
        self.box = box
        self.label = label
    }
}

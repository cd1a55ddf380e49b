/// Comparison of two images, or of an image and numbers: 255 where true, else 0.
public enum Relation: String, Sendable, CaseIterable {
    case equal, noteq, less, lesseq, more, moreeq
}

/// Bitwise combination of two images.
public enum BitOperation: String, Sendable, CaseIterable {
    case and, or, eor
}

extension Pixels {
    /// pixel · factor + offset, one pair for all bands or one per band. Float result unless `asBytes`, which rounds
    /// and clips to 8 bits.
    public func linear(_ factors: [Double], _ offsets: [Double], asBytes: Bool = false) throws(PixelsError) -> Pixels {
        try apply("linear", ["a": .arrayDouble(factors), "b": .arrayDouble(offsets), "uchar": .bool(asBytes)])
    }

    public func multiply(_ other: Pixels) throws(PixelsError) -> Pixels { try both("multiply", other) }
    public func add(_ other: Pixels) throws(PixelsError) -> Pixels { try both("add", other) }
    public func subtract(_ other: Pixels) throws(PixelsError) -> Pixels { try both("subtract", other) }
    public func divide(_ other: Pixels) throws(PixelsError) -> Pixels { try both("divide", other) }

    /// The range of the format turned over: 255 − pixel for 8 bits.
    public func invert() throws(PixelsError) -> Pixels { try apply("invert") }

    /// The largest value of several images of one size at each place, band by band.
    public static func maximum(_ images: [Pixels]) throws(PixelsError) -> Pixels {
        if images.count == 1, let only = images.first { return only }
        return try image("bandrank", ["in": .arrayImage(images), "index": .int(images.count - 1)])
    }

    public func relational(_ other: Pixels, _ relation: Relation) throws(PixelsError) -> Pixels {
        try both("relational", other, ["relational": .string(relation.rawValue)])
    }

    public func relational(_ values: [Double], _ relation: Relation) throws(PixelsError) -> Pixels {
        try apply("relational_const", ["c": .arrayDouble(values), "relational": .string(relation.rawValue)])
    }

    public func boolean(_ other: Pixels, _ operation: BitOperation) throws(PixelsError) -> Pixels {
        try both("boolean", other, ["boolean": .string(operation.rawValue)])
    }

    /// This image is the condition: `then` where it is not 0, `otherwise` elsewhere. With `blend`, 0 to 255 mixes.
    public func ifthenelse(_ then: Pixels, _ otherwise: Pixels, blend: Bool = false) throws(PixelsError) -> Pixels {
        try Pixels.image(
            "ifthenelse",
            ["cond": .image(self), "in1": .image(then), "in2": .image(otherwise), "blend": .bool(blend)])
    }

    /// Another number type; values outside its range are clipped, fractions cut off.
    public func cast(_ format: BandFormat) throws(PixelsError) -> Pixels {
        if format == self.format && !isPacked { return self }
        return try apply("cast", ["format": .string(format.nick)])
    }

    /// The mean of all numbers.
    public func average() throws(PixelsError) -> Double { try number("avg") }
    public func min() throws(PixelsError) -> Double { try number("min") }
    public func max() throws(PixelsError) -> Double { try number("max") }
    /// The standard deviation of all numbers.
    public func deviate() throws(PixelsError) -> Double { try number("deviate") }

    /// One pixel, a number per band.
    public func getpoint(x: Int, y: Int) throws(PixelsError) -> [Double] {
        let outputs = try Pixels.call("getpoint", inputs: ["in": .image(self), "x": .int(x), "y": .int(y)])
        return outputs["out-array"]?.doubles ?? []
    }

    private func number(_ operation: String) throws(PixelsError) -> Double {
        let outputs = try Pixels.call(operation, inputs: ["in": .image(self)])
        guard let value = outputs["out"]?.double else { throw .refusing(operation) }
        return value
    }

    private func both(
        _ operation: String, _ other: Pixels, _ more: [String: VipsValue] = [:]
    ) throws(PixelsError) -> Pixels {
        var inputs = more
        inputs["left"] = .image(self)
        inputs["right"] = .image(other)
        return try Pixels.image(operation, inputs)
    }
}

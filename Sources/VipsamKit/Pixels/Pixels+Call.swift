import CVipsShim

extension Pixels {
    /// Calls a libvips operation by name and returns everything that it gives, optional outputs included.
    ///
    /// A whole number may stand for a real one, one number for a list of one, one image for a list of one, and text for
    /// an enum's nick or an interpolator. Draw operations paint on a copy; the result is under the name of the image
    /// that they draw on ("image").
    ///
    /// Check arguments with `VipsCatalog` first, for messages that show the allowed range: here a wrong argument is
    /// refused as well, but in fewer words.
    public static func call(
        _ operation: String, inputs: [String: VipsValue]
    ) throws(PixelsError) -> [String: VipsValue] {
        Vips.start()
        guard let call = vipsam_call_new(operation) else {
            _ = Vips.takeNote()
            throw PixelsError(
                operation: operation, reason: .refused, message: "libvips has no operation '\(operation)'")
        }
        defer { vipsam_call_free(call) }
        try VipsGuards.check(operation, inputs)
        for (name, value) in inputs.sorted(by: { $0.key < $1.key }) {
            let answer = value.set(name, on: call)
            if answer != VIPSAM_SET_OK.rawValue { throw .argument(name, value, of: operation, answer: answer) }
        }
        guard vipsam_call_run(call) == 0 else {
            throw evaluators.contains(operation) ? .computing(operation) : .refusing(operation)
        }
        let outputs = withExtendedLifetime(inputs) { collect(call) }
        for case .image(let image) in outputs.values where image.width > ImageFile.Limits().pixels / image.height {
            throw .tooManyPixels(operation, image)
        }
        return outputs
    }

    /// Calls an operation that has one image output, named "out" (or "image" where it draws).
    public static func image(_ operation: String, _ inputs: [String: VipsValue]) throws(PixelsError) -> Pixels {
        let outputs = try call(operation, inputs: inputs)
        guard let image = outputs["out"]?.image ?? outputs["image"]?.image else { throw .refusing(operation) }
        return image
    }

    /// Calls an operation on this image, which most operations name "in".
    public func apply(
        _ operation: String, _ inputs: [String: VipsValue] = [:], as name: String = "in"
    ) throws(PixelsError) -> Pixels {
        var inputs = inputs
        inputs[name] = .image(self)
        return try Pixels.image(operation, inputs)
    }

    /// Operations that read all pixels at once: if they fail, then mostly because of the pixels.
    private static let evaluators: Set<String> = [
        "avg", "deviate", "find_trim", "getpoint", "hist_entropy", "hist_equal", "hist_find", "hist_find_indexed",
        "hist_find_ndim", "max", "min", "percent", "profile", "project", "smartcrop", "stats",
    ]

    private final class Results {
        var values: [String: VipsValue] = [:]
    }

    private static func collect(_ call: OpaquePointer) -> [String: VipsValue] {
        let results = Results()
        let context = Unmanaged.passUnretained(results).toOpaque()
        vipsam_call_outputs(
            call,
            { name, value, context in
                guard let name, let value, let context, let known = VipsValue(value.pointee) else { return }
                Unmanaged<Results>.fromOpaque(context).takeUnretainedValue().values[String(cString: name)] = known
            }, context)
        return withExtendedLifetime(results) { results.values }
    }
}

extension PixelsError {
    /// The operation did not accept what it was given.
    static func refusing(_ operation: String) -> PixelsError {
        PixelsError(
            operation: operation, reason: .refused, message: "'\(operation)' does not accept these arguments",
            note: Vips.takeNote())
    }

    fileprivate static func tooManyPixels(_ operation: String, _ image: Pixels) -> PixelsError {
        PixelsError(
            operation: operation, reason: .tooLarge,
            message: "'\(operation)' would make \(image.width) × \(image.height) pixels; at most "
                + "\(ImageFile.Limits().pixels) are made")
    }

    fileprivate static func computing(_ operation: String) -> PixelsError {
        PixelsError(
            operation: operation, reason: .evaluation, message: "'\(operation)' cannot be computed",
            note: Vips.takeNote())
    }

    fileprivate static func argument(
        _ name: String, _ value: VipsValue, of operation: String, answer: Int32
    ) -> PixelsError {
        let note = Vips.takeNote()
        if answer == VIPSAM_SET_UNKNOWN.rawValue {
            return PixelsError(
                operation: operation, reason: .refused, message: "'\(operation)' has no argument '\(name)'")
        }
        let problem = answer == VIPSAM_SET_RANGE.rawValue ? "does not allow" : "does not take"
        return PixelsError(
            operation: operation, reason: .refused,
            message: "'\(name)' of '\(operation)' \(problem) \(value.shown)", note: note)
    }
}

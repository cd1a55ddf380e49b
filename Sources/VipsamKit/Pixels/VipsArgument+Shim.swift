import CVipsShim

extension VipsArgument {
    /// Reads libvips' description. Nil for deprecated arguments.
    init?(_ argument: vipsam_argument) {
        func has(_ flag: vipsam_argument_flags) -> Bool { argument.flags & Int32(flag.rawValue) != 0 }
        if has(VIPSAM_ARGUMENT_DEPRECATED) { return nil }
        let type = String(cString: argument.type)
        name = String(cString: argument.name)
        blurb = argument.blurb.map { String(cString: $0) } ?? ""
        kind = Kind(vipsam_kind(UInt32(argument.kind)), type)
        isRequired = has(VIPSAM_ARGUMENT_REQUIRED)
        isInput = has(VIPSAM_ARGUMENT_INPUT)
        isOutput = has(VIPSAM_ARGUMENT_OUTPUT)
        isModified = has(VIPSAM_ARGUMENT_MODIFY)
        range = argument.has_range != 0 && argument.minimum <= argument.maximum
            ? argument.minimum...argument.maximum : nil
        defaultValue = isRequired || isOutput ? nil : Self.defaultValue(argument, kind, name, range)
    }

    /// Adds what a single argument's description does not tell. Nil for arguments that recipes may not set.
    func completed(of operation: String, _ interpolators: [String]) -> VipsArgument? {
        switch (operation, name) {
        case ("text", "fontfile"): return nil
        // A copy with another size would read beyond the pixels that there are.
        case ("copy", "width"), ("copy", "height"), ("copy", "bands"), ("copy", "format"), ("copy", "coding"):
            return nil
        case ("conv", "precision"), ("convsep", "precision"), ("compass", "precision"):
            // The third, "approximate", brings the process down with some masks.
            return with(.choice(["integer", "float"]))
        case ("composite", "mode"): return with(.arrayChoice(VipsCatalog.choices("VipsBlendMode")))
        case (_, "input-profile"), (_, "output-profile"), (_, "import-profile"), (_, "export-profile"):
            // libvips takes file names here as well; recipes use the profiles that it has built in.
            return with(.choice(Self.builtInProfiles))
        default: return kind == .interpolate([]) ? with(.interpolate(interpolators)) : self
        }
    }

    /// What libvips draws by lot in every new process; here it is 0 unless told otherwise, so that the same recipe gives
    /// the same bytes.
    package static let seed = "seed"

    /// The ICC profiles that libvips carries in itself.
    static let builtInProfiles = ["srgb", "p3", "cmyk"]

    private func with(_ kind: Kind) -> VipsArgument {
        var copy = self
        copy.kind = kind
        return copy
    }

    /// Nil also for a number that libvips would not take: it stands for what is found when the operation runs.
    private static func defaultValue(
        _ argument: vipsam_argument, _ kind: Kind, _ name: String, _ range: ClosedRange<Double>?
    ) -> VipsValue? {
        if name == seed { return .int(0) }
        if kind == .double || kind == .int, let range, !range.contains(argument.number) { return nil }
        return switch kind {
        case .double: .double(argument.number)
        case .int: .int(Int(argument.number))
        case .bool: .bool(argument.number != 0)
        case .choice, .string: argument.text.map { .string(String(cString: $0)) }
        default: nil
        }
    }
}

extension VipsArgument.Kind {
    fileprivate init(_ kind: vipsam_kind, _ type: String) {
        switch kind {
        case VIPSAM_IMAGE: self = .image
        case VIPSAM_DOUBLE: self = .double
        case VIPSAM_INT: self = .int
        case VIPSAM_BOOL: self = .bool
        case VIPSAM_ENUM: self = .choice(VipsCatalog.choices(type).map(\.nick))
        case VIPSAM_FLAGS: self = .flags(VipsCatalog.choices(type).map(\.nick))
        case VIPSAM_STRING: self = .string
        case VIPSAM_ARRAY_DOUBLE: self = .arrayDouble
        case VIPSAM_ARRAY_INT: self = .arrayInt
        case VIPSAM_ARRAY_IMAGE: self = .arrayImage
        case VIPSAM_INTERPOLATE: self = .interpolate([])
        case VIPSAM_BLOB: self = .blob
        case VIPSAM_SOURCE: self = .source
        case VIPSAM_TARGET: self = .target
        default: self = .other
        }
    }
}

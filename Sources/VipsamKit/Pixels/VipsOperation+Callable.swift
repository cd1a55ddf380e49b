/// Which operations are steps of recipes (`vips.NAME`): those that take and give images or numbers.
extension VipsOperation {
    private static let hints: Set<String> = ["cache", "linecache", "sequential", "tilecache"]

    /// The same operation, with the reason why it is not a step, if there is one.
    func judged() -> VipsOperation {
        var copy = self
        copy.refusal = reason()
        return copy
    }

    private func reason() -> String? {
        if isForeign { return .files }
        if name == "system" { return .programs }
        if Self.hints.contains(name) { return .hint }
        if name == "globalbalance" { return .history }
        if name == "quadratic" { return .talks }
        if name == "conva" || name == "convasep" { return .approximate }
        if inputs.contains(where: { $0.isRequired && $0.name == "filename" }) { return .fileName }
        if name == "profile_load" { return .fileName }
        if let odd = inputs.first(where: { $0.isRequired && !$0.kind.isForRecipes }) { return .kind(odd) }
        guard outputs.contains(where: { $0.kind.isResult }) else { return .nothing }
        return nil
    }
}

extension VipsArgument.Kind {
    /// A recipe can hold a value of this kind.
    var isForRecipes: Bool {
        switch self {
        case .blob, .source, .target, .other: false
        default: true
        }
    }

    fileprivate var isResult: Bool {
        switch self {
        case .image, .double, .int, .bool, .arrayDouble, .arrayInt: true
        default: false
        }
    }
}

extension String {
    fileprivate static let files = "files are read by 'input' and 'load-image' and written by 'save'"
    fileprivate static let programs = "recipes do not run other programs"
    fileprivate static let hint = "what is kept in memory is decided by vipsam"
    fileprivate static let history = "it opens files that the picture's history names"
    fileprivate static let talks = "it prints numbers on standard output"
    fileprivate static let approximate = "it divides by zero with some masks: 'conv' and 'convsep' are exact"
    fileprivate static let fileName = "it takes a file name"
    fileprivate static let nothing = "it gives neither an image nor a number"
    fileprivate static func kind(_ argument: VipsArgument) -> String {
        "its '\(argument.name)' is \(argument.kind.words), which a recipe cannot hold"
    }
}

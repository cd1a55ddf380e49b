internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun
internal import VipsamYAML

/// Settings for whoever does not say otherwise on the command line: `VIPSAM_*`, then
/// `./vipsam.config.yaml`, the user's and the machine's configuration.
struct Configuration {
    /// The keys of a file; a variable is `VIPSAM_` and the key in capitals.
    static let keys = ["model", "jobs", "memory", "grace", "progress", "time-limit", "output"]

    private let layers: [Node]

    /// - Throws: what is wrong with a file that is there.
    init() throws {
        let files = ["vipsam.config.yaml"] + [Folders.config, "/etc/vipsam"].compactMap { $0 }.map { $0 + "/config.yaml" }
        var layers: [Node] = []
        for file in files where Paths.isRegularFile(file) {
            let tree = try YAML.read(FileBytes.read(file, what: "configuration"), name: file)
            try Self.check(tree)
            layers.append(tree)
        }
        self.layers = layers
    }

    /// The text of a setting; the first that says something counts.
    subscript(key: String) -> String? {
        let variable = "VIPSAM_" + key.uppercased().replacing("-", with: "_")
        return Environment[variable] ?? layers.lazy.compactMap { $0[key]?.text }.first { !$0.isEmpty }
    }

    private static func check(_ tree: Node) throws {
        guard !tree.isNull else { return }
        guard let entries = tree.map else {
            throw Diagnostic.error("a configuration is a map of settings, not \(tree.found)", cause: .usage, at: tree.mark)
        }
        for entry in entries {
            guard keys.contains(entry.key) else {
                throw Diagnostic.error(
                    "'\(entry.key)' is not a setting\(Suggestion.clause(for: entry.key, among: keys))", cause: .usage,
                    at: entry.keyMark
                ).noting("known: \(keys.joined(separator: ", "))")
            }
            guard entry.value.text != nil else {
                throw Diagnostic.error(
                    "'\(entry.key)' must be a text or a number, not \(entry.value.found)", cause: .usage,
                    at: entry.value.mark)
            }
        }
    }
}

/// Values of options, in the forms that people write.
enum Amount {
    static func bytes(_ text: String?, _ name: String) throws -> Int? {
        try read(text, name, "an amount of memory, such as 6G or 512M", Quantity.bytes)
    }

    static func seconds(_ text: String?, _ name: String) throws -> Double? {
        try read(text, name, "a time, such as 90s, 55m or 2h", Quantity.seconds)
    }

    static func count(_ text: String?, _ name: String) throws -> Int? {
        try read(text, name, "a whole number of at least 1") { Int($0).flatMap { $0 >= 1 ? $0 : nil } }
    }

    private static func read<Value>(
        _ text: String?, _ name: String, _ wanted: String, _ convert: (String) -> Value?
    ) throws -> Value? {
        guard let text else { return nil }
        guard let value = convert(text) else { throw Failure("'\(name)' must be \(wanted), not '\(text)'", .usage) }
        return value
    }
}

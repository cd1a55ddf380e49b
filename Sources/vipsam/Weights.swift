internal import ArgumentParser
internal import VipsamKit
internal import VipsamRun
internal import VipsamSegment
internal import VipsamTensor

/// `vipsam weights`: models by name.
struct Weights: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Models: list, look at, check, fetch.",
        subcommands: [List.self, Info.self, Verify.self, Get.self], defaultSubcommand: List.self)

    /// The models of the catalog, and which of them are here.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The models that are known by name.")
        @Flag(help: "Print JSON.") var json = false

        mutating func run() throws {
            try failing {
                let search = WeightSearch.standard(), catalog = try search.catalog()
                let rows = catalog.entries.map { entry in
                    (entry, path: try? search.find(entry.name, in: catalog).path)
                }
                if json {
                    Terminal.put(JSON.list(rows.map { entry, path in
                        .object([
                            "name": .text(entry.name), "default": .truth(entry.name == catalog.defaultName),
                            "encoder": .text(entry.encoder), "image-size": .integer(entry.imageSize),
                            "bytes": .integer(entry.size), "sha256": .text(entry.sha256), "source": .text(entry.source),
                            "licence": .text(entry.licence), "file": path.map(JSON.text) ?? .null,
                        ])
                    }).pretty)
                    return
                }
                Terminal.put(Terminal.table([["name", "encoder", "side", "size", "here", "licence"]] + rows.map { entry, path in
                    let name = entry.name == catalog.defaultName ? entry.name + " (default)" : entry.name
                    let place = path ?? (entry.canBeFetched ? "no: vipsam weights get \(entry.name)" : "no")
                    return [name, entry.encoder, String(entry.imageSize), SizeText.bytes(entry.size), place, entry.licence]
                }, numbers: [2, 3]))
            }
        }
    }

    /// One model, without running it.
    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is in a model's file.")
        @Argument(help: "A model's name or file (default: the default model).") var model: String?

        mutating func run() throws {
            try failing {
                let found = try Models.store(default: nil).find(model)
                let checkpoint = try WeightFile.open(found.path)
                let network = try WeightFile.network(checkpoint)
                let weights = checkpoint.keys.reduce(0) { sum, key in
                    sum + (checkpoint.shape(of: key) ?? []).reduce(1, *)
                }
                var rows = [
                    ["name", found.name], ["file", found.path], ["sha256", checkpoint.digest],
                    ["encoder", network.encoderName], ["input", "\(network.inputSide) × \(network.inputSide) pixels"],
                    ["weights", "\(weights) in \(checkpoint.keys.count) tensors"],
                ]
                if let entry = found.entry { rows += [["source", entry.source], ["licence", entry.licence]] }
                rows += checkpoint.metadata.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
                Terminal.put(Terminal.table(rows))
            }
        }
    }

    /// Digests against the catalog.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare the files that are here with the catalog's digests.")
        @Argument(help: "Names (default: all that are here).") var names: [String] = []

        mutating func run() throws {
            try failing {
                let search = WeightSearch.standard(), catalog = try search.catalog()
                let wanted = names.isEmpty ? catalog.entries.map(\.name) : names
                var problems: [Diagnostic] = []
                for name in wanted {
                    guard let found = try? search.find(name, in: catalog), let entry = found.entry else {
                        if names.isEmpty { continue }
                        _ = try search.find(name, in: catalog)
                        throw Failure("'\(name)' is a file; digests are known of names", .usage)
                    }
                    let problem = WeightFile.problem(of: found.path, entry)
                    if let problem { problems.append(problem) } else { Terminal.put("\(name): good (\(found.path))\n") }
                }
                if !problems.isEmpty { throw Failure(problems) }
            }
        }
    }

    /// The one command that uses the network.
    struct Get: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetch a model into the user's folder and check its digest.",
            discussion: "This is the only command that uses the network. It calls curl.")
        @Argument(help: "A name of the catalog.") var name: String

        mutating func run() throws {
            try failing {
                let search = WeightSearch.standard(), catalog = try search.catalog()
                guard let entry = catalog[name] else {
                    let names = catalog.entries.map(\.name)
                    throw Failure(
                        "there is no model '\(name)'\(Suggestion.clause(for: name, among: names))", .model,
                        note: "known: \(names.joined(separator: ", "))")
                }
                if let here = try? search.find(name, in: catalog), WeightFile.problem(of: here.path, entry) == nil {
                    Terminal.say("'\(name)' is here already: \(here.path)")
                    return
                }
                guard entry.canBeFetched else {
                    throw Failure("'\(name)' cannot be fetched: it is \(entry.source)", .model)
                }
                guard let folder = search.userFolder else {
                    throw Failure("there is no folder for models: neither XDG_DATA_HOME nor HOME is set", .output)
                }
                Terminal.say("fetching \(SizeText.bytes(entry.size)) from \(entry.source)")
                Terminal.say("\(name): \(try Download.model(entry, into: folder))")
            }
        }
    }
}

/// Files of weights.
enum WeightFile {
    static func open(_ path: String) throws -> Checkpoint {
        do { return try Checkpoint.open(path) } catch { throw Diagnostic.error(error.description, cause: .model) }
    }

    static func network(_ checkpoint: Checkpoint) throws -> SamModel {
        do { return try SamModel(checkpoint) } catch { throw Diagnostic.error(error.description, cause: .model) }
    }

    /// What is wrong with a file that should be an entry of the catalog; nil when nothing is.
    static func problem(of path: String, _ entry: WeightCatalog.Entry) -> Diagnostic? {
        let size = Paths.size(path) ?? 0
        guard size == entry.size else {
            return .error("'\(path)' has \(size) bytes; '\(entry.name)' has \(entry.size)", cause: .model)
        }
        do {
            let digest = try open(path).digest
            return digest == entry.sha256 ? nil : .error(
                "'\(path)' is not '\(entry.name)': its SHA-256 is \(digest), not \(entry.sha256)", cause: .model)
        } catch {
            return Failure(wrapping: error).diagnostics.first
        }
    }
}

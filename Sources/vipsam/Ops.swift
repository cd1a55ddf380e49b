internal import ArgumentParser
internal import VipsamKit
internal import VipsamRecipe

/// `vipsam ops [NAME]`: what recipes can do.
struct Ops: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What steps there are, and what they take, with ranges and defaults.")

    @Argument(help: "An operation, or the beginning of names such as 'vips.gauss'.") var name: String?
    @Flag(help: "List the operations of libvips too.") var all = false
    @Flag(help: "Print docs/operations.md.") var markdown = false
    @OptionGroup var global: GlobalOptions

    mutating func run() throws { try failing { try work() } }

    private func work() throws {
        let registry = try global.registry()
        if markdown {
            Terminal.put(OperationWords.document(registry))
        } else if let name {
            try show(name, registry)
        } else {
            Terminal.put(OperationWords.list(try registry.keeping { all || !$0.name.hasPrefix("vips.") }))
            let foreign = registry.names.count { $0.hasPrefix("vips.") }
            if !all { Terminal.say("and \(foreign) operations of libvips as vips.NAME: 'vipsam ops --all' lists them") }
        }
    }

    private func show(_ name: String, _ registry: Registry) throws {
        if let page = OperationWords.page(name, registry) {
            Terminal.put(page)
            return
        }
        let matching = try registry.keeping { $0.name.hasPrefix(name) }
        guard !matching.names.isEmpty else { throw OperationWords.unknown(name, registry) }
        Terminal.put(OperationWords.list(matching))
    }
}

extension Registry {
    /// A registry of some of the entries.
    fileprivate func keeping(_ isWanted: (Entry) -> Bool) throws -> Registry {
        var some = Registry()
        for entry in entries where isWanted(entry) { try some.register(entry) }
        return some
    }
}

internal import ArgumentParser
internal import VipsamKit
internal import VipsamRun

/// What every verb understands.
struct GlobalOptions: ParsableArguments {
    @Flag(name: .long, help: "Never write in colours (also: NO_COLOR=1).")
    var noColor = false

    @Option(name: .customLong("plugin"), help: "A plugin to load; may be repeated (also: VIPSAM_PLUGINS=a.so:b.so).")
    var plugins: [String] = []

    @Flag(
        name: .customLong("untrusted-formats"),
        help: "Also open formats whose readers libvips does not trust: SVG, PDF, ImageMagick's.")
    var allowsUntrusted = false

    @Flag(help: "Neither read nor keep embeddings in the cache folder.")
    var noCache = false

    /// All operations: the built-in families in a fixed order, then plugins.
    func registry() throws -> Registry {
        if allowsUntrusted { Vips.allowUntrustedLoaders(true) }
        var registry = try BuiltIn.registry()
        let named = plugins + (Environment["VIPSAM_PLUGINS"] ?? "").split(separator: ":").map(String.init)
        let installed = Folders.data.map { PluginLoader.installed(in: Paths.joined($0, "plugins")) } ?? []
        var seen: Set<String> = []
        for path in named + installed where seen.insert(Paths.real(path) ?? path).inserted {
            try PluginLoader.load(path, into: &registry)
        }
        return registry
    }
}

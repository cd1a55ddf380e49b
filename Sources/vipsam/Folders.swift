internal import VipsamRun

/// The user's folders by the XDG rules; nil where there is no home and no variable.
enum Folders {
    /// Models and plugins.
    static var data: String? { folder("XDG_DATA_HOME", "/.local/share") }
    /// Embeddings.
    static var cache: String? { folder("XDG_CACHE_HOME", "/.cache") }
    static var config: String? { folder("XDG_CONFIG_HOME", "/.config") }

    /// What came with the program: a folder above the executable that holds `name`, as in a
    /// development build, or `share/vipsam` beside its `bin`.
    static func shipped(_ name: String) -> String? {
        var folder = Paths.folder(of: Paths.real("/proc/self/exe") ?? "")
        for _ in 0..<deepestBuild where folder.hasPrefix("/") {
            for place in ["share/vipsam/" + name, name] {
                let path = Paths.joined(folder, place)
                if Paths.isFolder(path) { return path }
            }
            if folder == "/" { break }
            folder = Paths.folder(of: folder)
        }
        return nil
    }

    /// The executable of a development build lies so many folders below the repository at most.
    private static let deepestBuild = 6

    private static func folder(_ variable: String, _ fallback: String) -> String? {
        if let path = Environment[variable], path.hasPrefix("/") { return path + "/vipsam" }
        guard let home = Environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + fallback + "/vipsam"
    }
}

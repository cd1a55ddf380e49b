import Glibc

/// Reading folders through the C library: names, what they are, and who they are.
enum Folder {
    enum What { case file, folder, other }

    struct Identity: Hashable {
        let device: UInt64
        let number: UInt64
    }

    struct Entry {
        let name: String
        let what: What
        let isLink: Bool
        let identity: Identity?
    }

    /// What is in a folder, sorted bytewise; nil where it cannot be read (`errno` says why).
    static func entries(_ path: String) -> [Entry]? {
        guard let folder = opendir(path.isEmpty ? "." : path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            // A name that is not UTF-8 cannot be written in a recipe or a report.
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { name in
            let full = path.isEmpty ? name : path == "/" ? "/" + name : path + "/" + name
            let (what, identity) = look(full)
            return Entry(name: name, what: what ?? .file, isLink: isLink(full), identity: identity)
        }
    }

    /// What a path leads to; nil where there is nothing.
    static func look(_ path: String) -> (What?, Identity?) {
        var status = stat()
        guard stat(path.isEmpty ? "." : path, &status) == 0 else { return (nil, nil) }
        let identity = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        switch status.st_mode & S_IFMT {
        case S_IFREG: return (.file, identity)
        case S_IFDIR: return (.folder, identity)
        default: return (.other, identity)
        }
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    static var reason: String { String(cString: strerror(errno)) }
}

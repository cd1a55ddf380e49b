import VipsamKit

/// Walks folders. A folder that links lead to is walked once, so loops end and nothing is found twice.
struct FileSearch {
    private(set) var found: [InputFile] = []
    var problems: [Diagnostic] = []
    private var known: Set<String> = []

    /// A deeper tree than any file system holds is a loop that has escaped us.
    private static let deepest = 200

    mutating func add(_ file: InputFile) {
        if known.insert(file.path).inserted { found.append(file) }
    }

    mutating func add(_ glob: Glob) {
        var walk = Walk(glob: glob)
        walk.step(glob.root, glob.parts[...], depth: 0, into: &self)
    }

    /// All pictures in a folder, at any depth, by their extensions.
    mutating func addPictures(in folder: String) {
        var root = folder
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        let extensions = InputFiles.pictureExtensions
        var walk = FolderWalk()
        walk.files(root, depth: 0, into: &self) { search, path in
            let file = InputFile(path: path, under: root)
            if extensions.contains(file.ext.lowercased()) { search.add(file) }
        }
    }

    fileprivate mutating func unreadable(_ folder: String) {
        problems.append(.warning("the folder '\(folder.isEmpty ? "." : folder)' cannot be read: \(Folder.reason)"))
    }

    /// One pattern without braces.
    private struct Walk {
        let glob: Glob

        mutating func step(_ folder: String, _ parts: ArraySlice<Glob.Part>, depth: Int, into search: inout FileSearch)
        {
            guard let part = parts.first, depth < FileSearch.deepest else { return }
            switch part {
            case .name(let pattern):
                guard let entries = Folder.entries(folder) else {
                    if Folder.look(folder).0 == .folder { search.unreadable(folder) }
                    return
                }
                for entry in entries where pattern.matches(entry.name) {
                    let path = join(folder, entry.name)
                    if parts.count == 1 {
                        if entry.what == .file { search.add(InputFile(path: path, under: glob.root)) }
                    } else if entry.what == .folder {
                        step(path, parts.dropFirst(), depth: depth + 1, into: &search)
                    }
                }
            case .folders:
                let rest = parts.drop { if case .folders = $0 { true } else { false } }
                var walk = FolderWalk()
                guard !rest.isEmpty else {
                    walk.files(folder, depth: depth, into: &search) { search, path in
                        search.add(InputFile(path: path, under: glob.root))
                    }
                    return
                }
                var folders: [String] = []
                walk.folders(folder, depth: depth, into: &search) { folders.append($0) }
                for inner in folders { step(inner, rest, depth: depth + 1, into: &search) }
            }
        }
    }

    /// A folder and all in it. Real folders go before those that links lead to.
    private struct FolderWalk {
        private var visited: Set<Folder.Identity> = []

        mutating func folders(
            _ top: String, depth: Int, into search: inout FileSearch, _ visit: (String) -> Void
        ) {
            var linked: [(String, Int)] = [(top, depth)]
            while !linked.isEmpty {
                var open = [linked.removeFirst()]
                while let (folder, depth) = open.popLast() {
                    guard depth < FileSearch.deepest, let identity = Folder.look(folder).1,
                        visited.insert(identity).inserted
                    else { continue }
                    visit(folder)
                    guard let entries = Folder.entries(folder) else {
                        search.unreadable(folder)
                        continue
                    }
                    let inner = entries.filter { $0.what == .folder && !$0.name.hasPrefix(".") }
                    for entry in inner.reversed() where !entry.isLink {
                        open.append((join(folder, entry.name), depth + 1))
                    }
                    for entry in inner where entry.isLink { linked.append((join(folder, entry.name), depth + 1)) }
                }
            }
        }

        mutating func files(
            _ top: String, depth: Int, into search: inout FileSearch, _ visit: (inout FileSearch, String) -> Void
        ) {
            var all: [String] = []
            folders(top, depth: depth, into: &search) { all.append($0) }
            for folder in all {
                for entry in Folder.entries(folder) ?? [] where entry.what == .file && !entry.name.hasPrefix(".") {
                    visit(&search, join(folder, entry.name))
                }
            }
        }
    }
}

private func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder == "/" ? "/" + name : folder + "/" + name
}

public import VipsamKit

/// The pictures of a run, found on disk: sorted bytewise by path, each once.
public struct InputFiles: Sendable {
    public private(set) var files: [InputFile]
    /// What is odd without ending the run: a pattern without a picture, a folder that cannot be read.
    public private(set) var warnings: [Diagnostic]

    /// What is taken from a folder that is given as a whole.
    public static let pictureExtensions: Set<String> = [
        "jpg", "jpeg", "jpe", "png", "tif", "tiff", "webp", "heic", "heif", "avif", "gif", "jp2", "j2k", "jxl", "bmp",
        "ppm", "pgm", "pnm", "pbm",
    ]

    /// The pictures that a recipe's `input` means.
    ///
    /// - Throws: a diagnostic with the cause `noInput` when there is none.
    public static func matching(_ input: PlannedInput) throws(Diagnostic) -> InputFiles {
        guard !input.files.isEmpty else {
            throw .error(
                "there are no pictures: give files, or write 'input: {files: …}' in the recipe", cause: .noInput)
        }
        var search = FileSearch()
        var quiet: [Diagnostic] = []
        for pattern in input.files {
            let before = search.found.count
            for glob in Glob.expanded(pattern) { search.add(glob) }
            if search.found.count == before {
                quiet.append(none(pattern, input.filesMark))
            }
        }
        let files = sorted(search.found, without: input.exclude)
        if files.isEmpty {
            if search.found.isEmpty, let first = quiet.first {
                var problem =
                    quiet.count == 1 ? first : .error("no picture matches", cause: .noInput, at: input.filesMark)
                if quiet.count > 1 { quiet.forEach { problem = problem.noting($0.message) } }
                search.problems.forEach { problem = problem.noting($0.message) }
                throw problem
            }
            throw .error("'exclude' leaves no picture", cause: .noInput, at: input.filesMark)
        }
        let warnings = quiet.map { Diagnostic.warning($0.message, at: $0.mark) } + search.problems
        return InputFiles(files: files, warnings: warnings)
    }

    /// Files, folders (all pictures in them, at any depth) and quoted patterns of the command line.
    ///
    /// - Throws: a diagnostic with the cause `noInput` for the first path that is not there.
    public static func named(_ paths: [String], exclude: [String] = []) throws(Diagnostic) -> InputFiles {
        var search = FileSearch()
        for path in paths {
            switch Folder.look(path).0 {
            case .folder:
                let before = search.found.count
                search.addPictures(in: path)
                if search.found.count == before {
                    search.problems.append(.warning("there is no picture in '\(path)'"))
                }
            case .file, .other: search.add(InputFile(path: path, under: parent(path)))
            case nil:
                guard GlobName.isPattern(path) || path.contains("{") else {
                    throw .error("there is no file or folder '\(path)'", cause: .noInput)
                }
                if let problem = Glob.problem(path) { throw .error(problem, cause: .usage) }
                let before = search.found.count
                Glob.expanded(path).forEach { search.add($0) }
                if search.found.count == before { throw none(path, nil) }
            }
        }
        let files = sorted(search.found, without: exclude)
        guard !files.isEmpty else {
            throw search.problems.reduce(Diagnostic.error("there is no picture to work on", cause: .noInput)) {
                $0.noting($1.message)
            }
        }
        return InputFiles(files: files, warnings: search.problems)
    }

    private static func none(_ pattern: String, _ mark: Mark?) -> Diagnostic {
        let roots = Set(Glob.expanded(pattern).map(\.root))
        for root in roots.sorted() where !root.isEmpty && Folder.look(root).0 != .folder {
            return .error("no picture matches '\(pattern)': there is no folder '\(root)'", cause: .noInput, at: mark)
        }
        if !GlobName.isPattern(pattern), !pattern.contains("{") {
            return .error("there is no picture '\(pattern)'", cause: .noInput, at: mark)
        }
        return .error("no picture matches '\(pattern)'", cause: .noInput, at: mark)
    }

    private static func sorted(_ files: [InputFile], without exclude: [String]) -> [InputFile] {
        let globs = exclude.flatMap(Glob.expanded)
        return files.filter { file in
            !globs.contains { $0.excludes(file.path) }
        }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension Glob {
    /// A pattern without a folder excludes by name, wherever the file is.
    func excludes(_ path: String) -> Bool {
        if !text.contains("/"), case .name(let pattern)? = parts.last, parts.count == 1 {
            return pattern.matches(Self.components(path).last ?? "")
        }
        return matches(path)
    }
}

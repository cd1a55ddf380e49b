import Foundation
import VipsamKit

/// Where models are looked for, in this order: the file that was named, the folders of `$VIPSAM_MODELS`, the user's
/// data folder, the program's own folder.
public struct WeightSearch: Sendable {
    /// A model that was found.
    public struct Found: Sendable {
        /// The name in the catalog, or the path as the user gave it.
        public let name: String
        public let path: String
        /// What the catalog says about it; nil for a file that the user named.
        public let entry: WeightCatalog.Entry?
    }

    public static let folderVariable = "VIPSAM_MODELS"
    private static let endings = ["", ".safetensors", ".pth", ".pt"]
    /// The executable of a development build lies so many folders below the repository at most.
    private static let deepestBuild = 6

    /// Folders with models, first to last. Need not exist.
    public let folders: [String]
    /// Where `weights get` puts what it fetches; nil without a home.
    public let userFolder: String?
    /// The folder that came with the program; nil when it was moved away from its weights.
    public let programFolder: String?

    /// - Parameter executable: path of the running program.
    public init(environment: [String: String], executable: String) {
        let named = (environment[Self.folderVariable] ?? "").split(separator: ":").map(String.init)
        userFolder = Self.userFolder(environment)
        programFolder = Self.programFolder(executable)
        folders = named + [userFolder, programFolder].compactMap { $0 }
    }

    /// The search of the running program.
    public static func standard() -> WeightSearch {
        let executable =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments.first ?? ""
        return WeightSearch(environment: ProcessInfo.processInfo.environment, executable: executable)
    }

    /// The catalog that came with the program.
    ///
    /// - Throws: a diagnostic when it is not there, `Diagnostics` when it is malformed.
    public func catalog() throws -> WeightCatalog {
        guard let catalog = try catalogIfAny() else { throw nowhere }
        return catalog
    }

    /// Nil where there is none.
    func catalogIfAny() throws -> WeightCatalog? {
        for folder in [programFolder].compactMap({ $0 }) + folders {
            let path = folder + "/" + WeightCatalog.fileName
            if FileManager.default.fileExists(atPath: path) { return try WeightCatalog.read(path) }
        }
        return nil
    }

    /// Finds a model by the name of the catalog or by its file.
    ///
    /// A name with a `/` in it or with a model's ending (.safetensors, .pth, .pt) is a file's first: the file that lies
    /// there is used, whatever a catalog calls so. Any other name is the catalog's first, so that a file or folder that
    /// happens to be called `vit_b` takes no model's place; `./vit_b` is that file.
    ///
    /// - Parameter catalog: nil where there is none: files are found without it.
    /// - Throws: a diagnostic that says where was looked, and how to get the model.
    public func find(_ name: String, in catalog: WeightCatalog?) throws -> Found {
        if let found = file(name) { return found }
        if let entry = catalog?[name] {
            for folder in folders {
                let path = folder + "/" + entry.file
                if isFile(path) { return Found(name: name, path: path, entry: entry) }
            }
            throw missing(entry)
        }
        if isFile(name) { return Found(name: name, path: name, entry: nil) }
        if !name.contains("/"), !name.hasPrefix(".") {
            for folder in folders {
                for ending in Self.endings where isFile(folder + "/" + name + ending) {
                    return Found(name: name, path: folder + "/" + name + ending, entry: nil)
                }
            }
        }
        if isFolder(name) { throw noModel(folder: name) }
        if Self.namesFile(name) {
            if let entry = catalog?.entries.first(where: { $0.file == name }) { throw missing(entry) }
            throw noFile(name)
        }
        guard let catalog else { throw nowhere }
        let names = catalog.entries.map(\.name)
        throw Diagnostic.error(
            "there is no model '\(name)'\(Suggestion.clause(for: name, among: names))", cause: .model
        ).noting("a model is a file, or one of \(names.joined(separator: ", "))").noting(looked)
    }

    /// A model that is named by its file, from the current folder; nil where it is not there, and for a name that may
    /// be the catalog's. Needs no catalog.
    func file(_ name: String) -> Found? {
        Self.namesFile(name) && isFile(name) ? Found(name: name, path: name, entry: nil) : nil
    }

    /// Whether a name is a file's rather than the catalog's, by its looks.
    private static func namesFile(_ name: String) -> Bool {
        let lower = name.lowercased()
        return name.contains("/") || endings.contains { !$0.isEmpty && lower.hasSuffix($0) }
    }

    private var looked: String {
        "looked in " + (folders.isEmpty ? "no folder" : folders.joined(separator: ", "))
    }

    private var nowhere: Diagnostic {
        Diagnostic.error("the catalog of models ('\(WeightCatalog.fileName)') is nowhere", cause: .model).noting(looked)
    }

    private func noModel(folder name: String) -> Diagnostic {
        .error("'\(name)' is a folder; a model is one file, or a name of the catalog", cause: .model)
    }

    private func noFile(_ name: String) -> Diagnostic {
        let problem = Diagnostic.error("there is no file '\(name)'", cause: .model)
        if name.contains("/") { return problem }
        return problem.noting("looked in " + (["the current folder"] + folders).joined(separator: ", "))
    }

    private func missing(_ entry: WeightCatalog.Entry) -> Diagnostic {
        let problem = Diagnostic.error(
            "the file '\(entry.file)' of the model '\(entry.name)' is missing", cause: .model
        ).noting(looked)
        return entry.canBeFetched
            ? problem.noting("vipsam weights get \(entry.name)   fetches it, or put it there from \(entry.source)")
            : problem
    }

    private func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func userFolder(_ environment: [String: String]) -> String? {
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/vipsam/models" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.local/share/vipsam/models"
    }

    /// `weights` in a folder above the executable (a development build), or `share/vipsam/weights` beside its `bin`.
    private static func programFolder(_ executable: String) -> String? {
        guard executable.hasPrefix("/") else { return nil }
        var folder = (executable as NSString).deletingLastPathComponent
        for _ in 0..<deepestBuild {
            for place in ["weights", "share/vipsam/weights"] {
                let path = (folder as NSString).appendingPathComponent(place)
                if FileManager.default.fileExists(atPath: path + "/" + WeightCatalog.fileName) { return path }
            }
            if folder == "/" { break }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return nil
    }
}

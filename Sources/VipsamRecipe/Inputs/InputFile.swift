public import VipsamKit

/// One picture to work on.
public struct InputFile: Sendable, Hashable {
    /// As it is opened: relative to the current directory, or absolute.
    public let path: String
    /// Its folder relative to the fixed part of the glob, or to the folder given on the command
    /// line; empty at its top.
    public let dir: String
    /// Without folder and extension.
    public let name: String
    /// Without its dot; empty when there is none.
    public let ext: String

    /// - Parameter root: the fixed part, without a slash at its end; empty for the current directory.
    public init(path: String, under root: String) {
        self.path = path
        var rest = path[...]
        let lead = root == "/" ? "/" : root + "/"
        if !root.isEmpty, path.hasPrefix(lead) { rest = path.dropFirst(lead.count) }
        let slash = rest.lastIndex(of: "/")
        dir = slash.map { String(rest[..<$0]) } ?? ""
        let file = slash.map { rest[rest.index(after: $0)...] } ?? rest
        if let dot = file.lastIndex(of: "."), dot != file.startIndex {
            name = String(file[..<dot])
            ext = String(file[file.index(after: dot)...])
        } else {
            name = String(file)
            ext = ""
        }
    }

    /// Relative to the fixed part: what a prompt table calls it.
    public var relativePath: String {
        (dir.isEmpty ? "" : dir + "/") + name + (ext.isEmpty ? "" : "." + ext)
    }

    /// For the names of its outputs.
    public var facts: Facts { Facts(dir: dir, name: name, ext: ext) }
}

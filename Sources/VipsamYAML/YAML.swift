public import VipsamKit

/// YAML text to a tree in which every key and value has a line and a column.
///
/// Of YAML 1.1 only what a recipe needs: maps with text as keys, lists and scalars. Scalars stay
/// text. Anchors, aliases, tags, merge keys and several documents are problems, so a tree is never
/// larger than its file.
public enum YAML {
    /// Lists and maps may nest so deep.
    public static let deepest = 64

    /// A file may have so many bytes.
    public static let largest = 8 << 20

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, with or without a byte order mark.
    ///   - name: the file as the user would write it.
    /// - Returns: the tree; an empty scalar for a file without content.
    /// - Throws: `Diagnostics`: all the problems that could be found.
    public static func read(_ bytes: [UInt8], name: String) throws(Diagnostics) -> Node {
        let text = try SourceDecoding.decode(bytes, name: name)
        return try read(text.bytes, source: text.source)
    }

    /// Reads text from the command line or a test.
    public static func read(text: String, name: String) throws(Diagnostics) -> Node {
        try read(Array(text.utf8), name: name)
    }

    private static func read(_ bytes: [UInt8], source: SourceText) throws(Diagnostics) -> Node {
        let result: Result<Node, Diagnostics> = bytes.withUnsafeBufferPointer { buffer in
            var builder = TreeBuilder(EventReader(buffer, Places(source)))
            return builder.document()
        }
        return try result.get()
    }
}

public import VipsamKit

/// Boxes and points for pictures, read from a file.
///
/// As CSV: a header with `file`, and `x`, `y`, `w`, `h` or `points` or both, and perhaps `label`;
/// one object per row. `points` holds clicks separated by `;`, each `x y` or `x y label`, where
/// label 1 is on the object and 0 beside it: `120 80; 40 30 0`. As JSON: COCO's images, annotations
/// with `bbox`, and categories. All numbers are pixels of the original, turned upright.
public struct PromptTable: Sendable {
    /// What the table says about one picture.
    public struct Entry: Sendable {
        /// As the table spells it.
        public let file: String
        /// In the order of the rows. Empty for a picture that a COCO file lists without a box.
        public var prompts: [Prompt]
        /// Of its first row, in bytes.
        let offset: Int
        let length: Int
    }

    /// In the order of the pictures' first rows.
    public let entries: [Entry]

    private let text: ByteText

    /// Where the first row about a picture stands. Found when asked for: tables may be large.
    public func mark(of entry: Entry) -> Mark { text.mark(entry.offset, length: entry.length) }

    /// Messages about one file stop here: a wrong table is wrong in every row.
    static let mostProblems = 20

    /// Reads a table: COCO JSON when it starts with a brace, else CSV.
    ///
    /// - Throws: `Diagnostics` with the places of all problems.
    public static func load(_ path: String) throws(Diagnostics) -> PromptTable {
        let bytes: [UInt8]
        do { bytes = try FileBytes.read(path, what: "table of prompts") } catch { throw Diagnostics([error]) }
        return try read(bytes, path: path)
    }

    public static func read(_ bytes: [UInt8], path: String) throws(Diagnostics) -> PromptTable {
        let text = ByteText(name: path, bytes: bytes)
        let isJSON = text.bytes.first { !$0.isSpace } == UInt8(ascii: "{")
        var builder = Builder(text)
        if isJSON {
            var reader = CocoReader(text)
            reader.read(into: &builder)
        } else {
            PromptCSV.read(text, into: &builder)
        }
        guard builder.problems.isEmpty else { throw Diagnostics(builder.problems) }
        return PromptTable(entries: builder.entries, text: text)
    }

    /// Gathers rows and problems.
    struct Builder {
        private(set) var entries: [Entry] = []
        private(set) var problems: [Diagnostic] = []
        private var indexOf: [String: Int] = [:]
        private let text: ByteText
        private var skipped = 0

        init(_ text: ByteText) { self.text = text }

        mutating func add(_ file: String, _ prompt: Prompt?, at offset: Int, length: Int = 1) {
            if let index = indexOf[file] {
                if let prompt { entries[index].prompts.append(prompt) }
            } else {
                indexOf[file] = entries.count
                entries.append(Entry(file: file, prompts: prompt.map { [$0] } ?? [], offset: offset, length: length))
            }
        }

        var isFull: Bool { problems.count > PromptTable.mostProblems }

        mutating func report(_ message: String, at offset: Int, length: Int = 1) {
            guard !isFull else { return }
            if problems.count == PromptTable.mostProblems {
                problems.append(.error("there are more problems in '\(text.name)'", cause: .recipe))
            } else {
                problems.append(.error(message, cause: .recipe, at: text.mark(offset, length: length)))
            }
        }
    }
}

extension UInt8 {
    var isSpace: Bool { self == 32 || self == 9 || self == 10 || self == 13 }
}

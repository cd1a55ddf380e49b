public import VipsamKit
import VipsamYAML

/// A recipe as it is written: the grammar is checked, the meaning is not.
public struct Recipe: Sendable {
    /// The file as the user would write it.
    public let path: String
    public let source: SourceText
    public let about: String?
    /// Read when the parameters are known: `$name` may stand in it, as in `input` and `run`.
    let model: Node?
    public let parameters: [ParameterDeclaration]
    let input: Node.Entry?
    let run: Node.Entry?
    public let steps: [Step]
    /// Where `steps` stands.
    public let stepsMark: Mark
    /// What is wrong with the grammar. Planning looks at the rest as well and reports everything.
    public let problems: [Diagnostic]

    /// The only version of the format.
    public static let version = 1

    /// One step as it is written.
    public struct Step: Sendable {
        public enum Content: Sendable {
            /// One operation with its arguments; `others` are words that are none of a step's own.
            case operation(Node.Entry, others: [Node.Entry])
            case each(Node, steps: [Step])
            case use(Node, with: Node?)
        }

        public let content: Content
        public let label: Label?
        public let when: Node?
        /// The word that says what the step is.
        public let mark: Mark
    }

    /// A name that a result gets.
    public struct Label: Sendable, Hashable {
        public let text: String
        public let mark: Mark
    }
}

extension Recipe {
    /// Where `input` stands; nil without it.
    public var inputMark: Mark? { input?.keyMark }

    /// Reads the text of a recipe.
    ///
    /// - Throws: `Diagnostics` where the text is no YAML; problems of the grammar are kept.
    public static func read(_ bytes: [UInt8], path: String) throws(Diagnostics) -> Recipe {
        let root = try YAML.read(bytes, name: path)
        return RecipeReader(Problems()).recipe(root, path: path)
    }

    /// Reads a recipe file.
    ///
    /// - Throws: `Diagnostics`; for a missing file with the cause `noInput`.
    public static func load(_ path: String) throws(Diagnostics) -> Recipe {
        let bytes: [UInt8]
        do { bytes = try FileBytes.read(path, what: "recipe") } catch { throw Diagnostics([error]) }
        return try read(bytes, path: path)
    }
}

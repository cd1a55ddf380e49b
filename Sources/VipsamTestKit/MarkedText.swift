public import VipsamKit

/// Text with emoji at the places where problems are expected: `- 1️⃣blurr: {radius: 4}`.
///
/// A marker stands right before the character that a diagnostic points at.
public struct MarkedText: Sendable {
    public static let markers: [Character] = ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣"]

    /// Without the markers.
    public let text: String
    /// Line and column of each marker, counted from 1.
    public let places: [Character: Place]

    public struct Place: Sendable, Hashable {
        public let line: Int
        public let column: Int
    }

    public init(_ marked: String) {
        var text = ""
        var places: [Character: Place] = [:]
        var line = 1
        var column = 1
        for character in marked {
            if Self.markers.contains(character) {
                places[character] = Place(line: line, column: column)
            } else {
                text.append(character)
                (line, column) = character.isNewline ? (line + 1, 1) : (line, column + 1)
            }
        }
        self.text = text
        self.places = places
    }

    /// How diagnostics differ from what is expected: empty when every one stands at its marker with
    /// exactly its message, and there are no others.
    ///
    /// - Parameter expected: the message at each marker, `warning: ` in front of warnings.
    public func differences(
        _ diagnostics: [Diagnostic], expected: [(marker: Character, message: String)]
    ) -> [String] {
        var differences: [String] = []
        var rest = diagnostics
        for (marker, message) in expected {
            guard let place = places[marker] else {
                differences.append("the text has no \(marker)")
                continue
            }
            let index = rest.firstIndex { diagnostic in
                diagnostic.mark?.line == place.line && diagnostic.mark?.column == place.column
                    && Self.words(diagnostic) == message
            }
            if let index {
                rest.remove(at: index)
            } else {
                differences.append("\(marker) \(place.line):\(place.column) is missing: \(message)")
            }
        }
        return differences
            + rest.map { diagnostic in
                "unexpected: \(diagnostic.mark.map { "\($0.line):\($0.column) " } ?? "")\(Self.words(diagnostic))"
            }
    }

    private static func words(_ diagnostic: Diagnostic) -> String {
        diagnostic.severity == .error ? diagnostic.message : "\(diagnostic.severity.rawValue): \(diagnostic.message)"
    }
}

import CYAML
import VipsamKit

/// libyaml's places, counted in code points from 0, to marks, counted in characters from 1.
final class Places {
    let source: SourceText

    /// For the line asked about last: the character that each code point belongs to; nil for ASCII,
    /// where they are the same.
    private var line = -1
    private var characterOf: [Int]?

    init(_ source: SourceText) { self.source = source }

    func mark(_ start: yaml_mark_t, _ end: yaml_mark_t) -> Mark {
        let column = column(start)
        let length: Int
        if end.line == start.line {
            length = self.column(end) - column
        } else {
            // What goes on over several lines is shown by its first one.
            length = text(Int(start.line)).count - column + 1
        }
        return Mark(source: source, line: Int(start.line) + 1, column: column, length: length)
    }

    func mark(_ place: yaml_mark_t) -> Mark {
        // The end of a file lies after its last line end, where there is nothing to show.
        guard Int(place.line) < source.lines.count else { return end }
        return Mark(source: source, line: Int(place.line) + 1, column: column(place))
    }

    var end: Mark {
        let last = source.lines.lastIndex { !$0.isEmpty } ?? 0
        return Mark(source: source, line: last + 1, column: text(last).count + 1)
    }

    func text(_ line: Int) -> String { source.lines.indices.contains(line) ? source.lines[line] : "" }

    private func column(_ place: yaml_mark_t) -> Int {
        if Int(place.line) != line { look(at: Int(place.line)) }
        let codePoint = Int(place.column)
        guard let characterOf else { return codePoint + 1 }
        return (codePoint < characterOf.count ? characterOf[codePoint] : (characterOf.last ?? -1) + 1) + 1
    }

    private func look(at line: Int) {
        self.line = line
        let text = text(line)
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else {
            characterOf = nil
            return
        }
        characterOf = text.enumerated().flatMap { index, character in
            character.unicodeScalars.map { _ in index }
        }
    }
}

import CYAML
import VipsamKit

/// libyaml's complaints in words that help.
struct SyntaxProblem {
    let problem: String
    let context: String
    let place: yaml_mark_t
    let contextPlace: yaml_mark_t
    let places: Places

    var diagnostic: Diagnostic {
        let mark = places.mark(place)
        if let hint = parameterInBraces ?? unquotedTemplate { return hint }
        switch problem {
        case "mapping values are not allowed in this context":
            return .error("':' stands where no key can be", at: mark)
                .noting("if it belongs to the text, quote the text; else check the indentation")
        case "found character that cannot start any token":
            return strangeCharacter(mark)
        case "did not find expected ',' or '}'": return notClosed("{", "}", mark)
        case "did not find expected ',' or ']'": return notClosed("[", "]", mark)
        case "did not find expected alphabetic or numeric character":
            // `*`, `&` or `!`, with the problem behind it.
            let start = places.mark(contextPlace)
            return .error("'\(character(start))' at the start of a value has a meaning of its own in YAML", at: start)
                .noting("quote the text: \"\(word(start))\"")
        case "did not find expected node content":
            let diagnostic = Diagnostic.error("a value is missing before this", at: mark)
            let before = (0..<max(1, Int(place.line) + 1)).reversed().lazy.map(places.text).first { !$0.isEmpty } ?? ""
            return before.contains(" #")
                ? diagnostic.noting("'#' starts a comment; quote a colour: \"#fff\"") : diagnostic
        case "found unexpected end of stream":
            return .error("a quote is not closed", at: places.mark(contextPlace))
        case "did not find expected key", "did not find expected '-' indicator":
            return .error("this line does not fit the lines before it", at: mark)
                .noting("lines of one list or map start in the same column", at: contextMark)
        case "could not find expected ':'":
            return .error("a ':' is missing after this key", at: contextMark ?? mark)
        case "block sequence entries are not allowed in this context":
            return .error("'-' starts a list where none can be", at: mark)
                .noting("a list starts on a line of its own")
        case "found unknown escape character":
            return .error("this '\\' escape is not known in a text with double quotes", at: mark)
                .noting("single quotes keep '\\' as it is")
        case "did not find expected <document start>":
            return .error("this does not belong to what stands before it", at: mark)
        default:
            let about = context.isEmpty ? "" : " \(context)"
            return .error("not YAML: \(problem)\(about)", at: mark)
        }
    }

    private var contextMark: Mark? { context.isEmpty ? nil : places.mark(contextPlace) }

    /// `{keep: ${keep}}`: a brace after '$'.
    private var parameterInBraces: Diagnostic? {
        let line = Array(places.text(Int(place.line)))
        let at = places.mark(place).column - 1
        guard let open = (0..<line.count).first(where: { $0 > 0 && line[$0] == "{" && line[$0 - 1] == "$" }),
            open <= at
        else { return nil }
        let name = String(line[(open + 1)...].prefix { $0 != "}" && $0 != "{" && $0 != "," })
        let mark = Mark(source: places.source, line: Int(place.line) + 1, column: open, length: name.count + 3)
        return .error("a parameter is written without braces", at: mark).noting("write $\(name)")
    }

    /// `{to: {dir}/x}`, `{to: out/{name}.png}`: text around braces. A fact that is none (`{nome}.png`) is only taken for
    /// one where the text goes on right behind it, as no map does.
    private var unquotedTemplate: Diagnostic? {
        let line = Array(places.text(Int(place.line)))
        let at = min(places.mark(place).column - 1, line.count)
        let facts = line.indices.lazy.filter { line[$0] == "{" && $0 <= at }.compactMap { open -> (Int, Int)? in
            guard let close = line[open...].firstIndex(of: "}"), close + 1 >= at else { return nil }
            let inner = line[(open + 1)..<close]
            let isFact = FileTemplate.Fact(rawValue: String(inner.prefix { $0 != ":" })) != nil
            let goesOn = close + 1 < line.count && !" ,:}]".contains(line[close + 1])
            let isWord = !inner.isEmpty && inner.allSatisfy { $0.isLetter || $0.isNumber || "-_:".contains($0) }
            return isFact || goesOn && isWord ? (open, close) : nil
        }
        guard let (open, close) = facts.first else { return nil }
        let start = line[..<open].lastIndex { $0 == " " || $0 == ":" }.map { $0 + 1 } ?? open
        let end = line[close...].firstIndex { $0 == " " || $0 == "," } ?? line.count
        var text = String(line[start..<end])
        while text.count(where: { $0 == "}" }) > text.count(where: { $0 == "{" }) { text.removeLast() }
        let mark = Mark(source: places.source, line: Int(place.line) + 1, column: start + 1, length: text.count)
        return .error("a file name with facts needs quotes", at: mark).noting("write \"\(text)\"")
    }

    private func notClosed(_ open: String, _ close: String, _ mark: Mark) -> Diagnostic {
        let start = places.mark(contextPlace)
        let diagnostic = Diagnostic.error(
            "'\(open)' is not closed: ',' or '\(close)' is expected before this", at: mark
        )
        .noting("it opens here", at: start)
        let line = places.text(Int(contextPlace.line))
        return line.contains(" #") || line.contains(":#")
            ? diagnostic.noting("'#' starts a comment; quote a colour: \"#fff\"") : diagnostic
    }

    private func strangeCharacter(_ mark: Mark) -> Diagnostic {
        switch character(mark) {
        case "\t": .error("a tab stands where spaces belong; YAML indents with spaces", at: mark)
        case let other:
            .error("'\(other)' cannot start a value in YAML", at: mark).noting("quote the text: \"\(word(mark))\"")
        }
    }

    private func character(_ mark: Mark) -> String {
        String(places.text(mark.line - 1).dropFirst(mark.column - 1).prefix(1))
    }

    private func word(_ mark: Mark) -> String {
        let line = places.text(mark.line - 1)
        return String(line.dropFirst(mark.column - 1).prefix { !$0.isWhitespace && !",]}".contains($0) })
    }
}

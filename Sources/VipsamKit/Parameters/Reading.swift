/// Text to typed values. All conversions of the recipe language are in this file; parameters of
/// recipes (`-p name=value`) use them as well.
///
/// Each returns nil when the text does not have the form; `Diagnostic.misfit` words the message.
package enum Reading {
    package static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    package static func length(_ text: String) -> Length? {
        if text.hasSuffix("%") { return NumberText.number(String(text.dropLast())).map(Length.percent) }
        let digits = text.hasSuffix("px") ? String(text.dropLast(2)) : text
        return NumberText.number(digits).map(Length.pixels)
    }

    package static func integer(_ node: Node, in range: ClosedRange<Int>) -> Int? {
        node.text.flatMap(NumberText.integer).flatMap { range.contains($0) ? $0 : nil }
    }

    package static func number(_ node: Node, in range: ClosedRange<Double>) -> Double? {
        node.text.flatMap(NumberText.number).flatMap { range.contains($0) ? $0 : nil }
    }

    package static func boundedLength(_ node: Node, in range: ClosedRange<Double>, percent: Bool) -> Length? {
        guard let text = node.text, let found = length(text), range.contains(found.value),
            percent || found.unit == .pixels
        else { return nil }
        return found
    }

    /// The name of a value of the recipe.
    package static func name(_ node: Node) -> String? {
        guard let text = node.text, let first = text.first, first.isLetter || first == "_",
            text.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        else { return nil }
        return text
    }

    package static func color(_ node: Node) -> Color? {
        switch node.content {
        case .scalar(let scalar): Color(scalar.text)
        case .list(let parts): Color(channels: parts.map { $0.text.flatMap(NumberText.number) })
        case .map: nil
        }
    }

    /// Places beyond this are in no picture; arithmetic with them stays exact.
    package static let farthest = 1e9

    package static func coordinate(_ text: String) -> Double? {
        NumberText.number(text).flatMap { abs($0) <= farthest ? $0 : nil }
    }

    /// `[x, y]` or `"x,y"`, and so on: texts of the parts.
    package static func parts(_ node: Node) -> [String]? {
        switch node.content {
        case .scalar(let scalar):
            scalar.text.split(separator: ",", omittingEmptySubsequences: false).map {
                String($0).trimmingSpaces
            }
        case .list(let list):
            list.allSatisfy { $0.text != nil } ? list.compactMap { $0.text?.trimmingSpaces } : nil
        case .map: nil
        }
    }

    package static func point(_ node: Node) -> Point? {
        guard let parts = parts(node), parts.count == 2, let x = coordinate(parts[0]), let y = coordinate(parts[1])
        else { return nil }
        return Point(x: x, y: y)
    }

    /// `x,y`, or `x,y,label` with label 1 (on the object, the default) or 0 (around it).
    package static func click(_ node: Node) -> Click? {
        guard let parts = parts(node), (2...3).contains(parts.count), let x = coordinate(parts[0]),
            let y = coordinate(parts[1])
        else { return nil }
        let label = parts.count == 3 ? parts[2] : "1"
        guard label == "0" || label == "1" else { return nil }
        return Click(Point(x: x, y: y), isForeground: label == "1")
    }

    package static func box(_ node: Node) -> BoxLength? {
        guard let lengths = parts(node)?.map(length), lengths.count == 4, let x = lengths[0], let y = lengths[1],
            let width = lengths[2], let height = lengths[3], width.value > 0, height.value > 0,
            [x, y, width, height].allSatisfy({ abs($0.value) <= farthest })
        else { return nil }
        return BoxLength(x: x, y: y, width: width, height: height)
    }
}

extension String {
    package var trimmingSpaces: String {
        var view = self[...]
        while view.first?.isWhitespace == true { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view)
    }
}

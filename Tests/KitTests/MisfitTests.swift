import Testing
import VipsamKit

private enum Animal: String, CaseIterable { case cat, dog, horse }

/// A value of a recipe, as a literal.
private enum Written: ExpressibleByArrayLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case scalar(String)
    case list([Written])

    init(arrayLiteral elements: Written...) { self = .list(elements) }
    init(integerLiteral value: Int) { self = .scalar(String(value)) }
    init(stringLiteral value: String) { self = .scalar(value) }
}

/// Lists that are nearly right: which member is wrong, why, and where it stands.
@Suite struct MisfitTests {
    private static let source = SourceText(name: "t", text: "text")

    /// Every scalar has a column of its own, counted from 1; lists have column 100.
    private static func node(_ value: Written, column: inout Int) -> Node {
        switch value {
        case .scalar(let text):
            column += 1
            return Node(.scalar(.init(text, isQuoted: true)), at: Mark(source: source, line: 1, column: column))
        case .list(let members):
            var nodes: [Node] = []
            for member in members { nodes.append(node(member, column: &column)) }
            return Node(.list(nodes), at: Mark(source: source, line: 1, column: 100))
        }
    }

    private func expect(
        _ value: Written, _ message: String, at column: Int, sourceLocation: SourceLocation = #_sourceLocation,
        _ read: (Parameters) -> Void
    ) {
        var columns = 0
        let node = Self.node(value, column: &columns)
        let entry = Node.Entry(key: "key", keyMark: node.mark, value: node)
        let p = Parameters("test", reading: Node(.map([entry]), at: node.mark), at: node.mark)
        read(p)
        p.finish()
        #expect(p.problems.map(\.message) == [message], sourceLocation: sourceLocation)
        #expect(p.problems.first?.mark?.column == column, sourceLocation: sourceLocation)
    }

    @Test func aBox() {
        let must = "'key' must be a box [x, y, width, height] in pixels or %"
        func box(_ value: Written, _ reason: String, at column: Int) {
            expect(value, must + reason, at: column) { _ = $0.optionalBox("key", "") }
        }
        box([10, 10, "-5", 5], "; its width must be above 0, not '-5'", at: 3)
        box([10, 10, 5, 0], "; its height must be above 0, not '0'", at: 4)
        box(["10%", "x", 5, 5], "; its y must be a length in pixels or %, not 'x'", at: 2)
        box(["1e300", 1, 5, 5], "; its x must be between -1000000000 and 1000000000, not '1e300'", at: 1)
        box([10, 10, 5], "; it has 3 numbers instead of 4", at: 100)
        box([1, 2, [3], 4], "; its width must be a length in pixels or %, not a list", at: 100)
        box("10,10,-5,5", "; its width must be above 0, not '-5'", at: 1)
        box("10,10", "; it has 2 numbers instead of 4", at: 1)
        box("10", ", not '10'", at: 1)
        box([], ", not an empty list", at: 100)
    }

    @Test func listsOfBoxes() {
        let must = "'key' must be a list: each a box [x, y, width, height] in pixels or %"
        func boxes(_ value: Written, _ reason: String, at column: Int) {
            expect(value, must + reason, at: column) { _ = $0.boxes("key", "") }
        }
        boxes([10, 10, "-5", 5], "; its width must be above 0, not '-5'", at: 3)
        boxes([[1, 2, 3, 4], [1, 2, 3, "-4"]], "; the height of its 2nd box must be above 0, not '-4'", at: 8)
        boxes([[1, 2, 3, 4], [1, 2, 3]], "; its 2nd box has 3 numbers instead of 4", at: 100)
        boxes([[1, 2, 3, 4], ["one"]], "; its 2nd box has 1 number instead of 4", at: 100)
        boxes(["1,2,3,4", "one"], "; its 2nd value is 'one'", at: 2)
        boxes("one", ", not 'one'", at: 1)
    }

    @Test func points() {
        let must = "'key' must be a list: each a point [x, y] in pixels, or [x, y, 0] beside the object"
        func points(_ value: Written, _ reason: String, at column: Int) {
            expect(value, must + reason, at: column) { _ = $0.clicks("key", "") }
        }
        points([[1]], "; its 1st point has 1 number instead of 2 or 3", at: 100)
        points([1, 2, 3, 4], "; it has 4 numbers instead of 2 or 3", at: 100)
        points(
            [[1, 2], [3, 4], [5, 6, 7]],
            "; the label of its 3rd point must be 1 on the object or 0 beside it, not '7'", at: 7)
        points([["10%", 2]], "; the x of its 1st point must be a number of pixels, not '10%'", at: 1)
    }

    @Test func numbersAndLengths() {
        let each = "'key' must be a list: each a number between 1 and 12"
        expect([1, 2, 3], each + "; it has 3 numbers instead of 1 or 2", at: 100) {
            _ = $0.numbers("key", 1...12, count: 1...2, "")
        }
        expect([1, 20], each + "; its 2nd value is '20'", at: 2) { _ = $0.numbers("key", 1...12, count: 1...2, "") }
        expect(
            [1], "'key' must be a list of 2: a length in pixels between 0 and 9; it has 1 number instead of 2", at: 100
        ) { _ = $0.lengths("key", 0...9, percent: false, count: 2...2, "") }
        expect(
            [1, [2]], "'key' must be a list of 2: a length in pixels between 0 and 9; its 2nd value is a list", at: 100
        ) { _ = $0.lengths("key", 0...9, percent: false, count: 2...2, "") }
        let many = Written.list((1...12).map { Written.scalar("\($0)") } + [Written.scalar("x")])
        expect(many, each + "; its 13th value is 'x'", at: 13) { _ = $0.numbers("key", 1...12, count: 1...100, "") }
        expect(many, each + "; it has 13 numbers instead of at most 9", at: 100) {
            _ = $0.numbers("key", 1...12, count: 1...9, "")
        }
    }

    @Test func wordsAndNames() {
        let words = "'key' must be a list: each one of cat, dog, horse"
        expect(["cat", "dig"], words + "; its 2nd value is 'dig'; did you mean 'dog'?", at: 2) {
            _ = $0.choices("key", of: Animal.self, or: [], "")
        }
        expect("dig", words + ", not 'dig'; did you mean 'dog'?", at: 1) {
            _ = $0.choices("key", of: Animal.self, or: [], "")
        }
        expect(
            ["one", "no name"], "'key' must be a list: each the name of an image; its 2nd value is 'no name'", at: 2
        ) { _ = $0.slots("key", .image, "") }
        expect(["a", "b"], "'key' must be the name of a table, not a list", at: 100) {
            _ = $0.namedSlot("key", .table, "")
        }
    }

    @Test func colours() {
        let must = "'key' must be a colour, such as white, \"#ff8800\" or [255, 136, 0]"
        func color(_ value: Written, _ reason: String, at column: Int) {
            expect(value, must + reason, at: column) { _ = $0.optionalColor("key", "") }
        }
        color([255, 136], "; it has 2 numbers instead of 3 or 4", at: 100)
        color([255, 300, 0], "; its green must be a number between 0 and 255, not '300'", at: 2)
        color("0,0,256", "; its blue must be a number between 0 and 255, not '256'", at: 1)
        color("blu", ", not 'blu'", at: 1)
    }
}

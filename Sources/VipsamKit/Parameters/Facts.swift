/// What is known about the item at hand, for names of files.
public struct Facts: Sendable, Hashable {
    /// The input's folder relative to the fixed part of the glob; empty at its top.
    public var dir: String
    /// The input's name without folder and extension.
    public var name: String
    /// The input's extension without its dot.
    public var ext: String
    /// Counted from 1 inside `each`; 1 outside.
    public var n: Int
    /// The passes of the blocks around the innermost one, outermost first: `{n}` names them all, as 2-3.
    public var outer: [Int]
    public var label: String
    public var score: Double
    /// The value of an `each` over values.
    public var item: String

    public init(
        dir: String = "", name: String, ext: String = "", n: Int = 1, label: String = "", score: Double = 0,
        item: String = "", outer: [Int] = []
    ) {
        self.dir = dir
        self.name = name
        self.ext = ext
        self.n = n
        self.outer = outer
        self.label = label
        self.score = score
        self.item = item
    }

    package func text(of fact: FileTemplate.Fact, width: Int) -> String {
        switch fact {
        case .dir: dir.split(separator: "/").map { Self.safe(String($0)) }.joined(separator: "/")
        case .name: Self.safe(name)
        case .ext: Self.safe(ext)
        case .n: (outer + [n]).map { Self.digits($0, width) }.joined(separator: "-")
        case .label: Self.safe(label.isEmpty ? "object" : label)
        case .score: Self.hundredths(score)
        case .item: Self.safe(item.isEmpty ? "item" : item)
        }
    }

    /// One component of a path that no file system and no shell stumbles over.
    static func safe(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            let isBad = scalar.value < 0x20 || scalar.value == 0x7F || "/\\:*?\"<>|".unicodeScalars.contains(scalar)
            out.unicodeScalars.append(isBad ? "_" : scalar)
        }
        out = out.trimmingSpaces
        if out.hasPrefix(".") { out = "_" + out.dropFirst() }
        // 255 bytes are the limit of most file systems; some are kept for the rest of the name.
        while out.utf8.count > 180 { out.removeLast() }
        return out.isEmpty ? "_" : out
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
    }

    private static func hundredths(_ value: Double) -> String {
        guard value.isFinite else { return "0.00" }
        let whole = Int((max(-1e6, min(1e6, value)) * 100).rounded())
        let digits = String(abs(whole) % 100)
        return (whole < 0 ? "-" : "") + "\(abs(whole) / 100)." + (digits.count == 1 ? "0" : "") + digits
    }
}

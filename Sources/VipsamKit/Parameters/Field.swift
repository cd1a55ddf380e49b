/// One argument of an operation, as its initializer declared it: the schema of the recipe language.
public struct Field: Sendable {
    public enum Form: Sendable, Equatable {
        case text
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case boolean
        case color
        case length(ClosedRange<Double>, percent: Bool)
        case box
        case point
        /// A point that is on the object, or with a 0 as its third number beside it.
        case click
        case choice([String])
        /// A file to read, relative to the current directory.
        case file
        /// The name of a file to write, with facts such as `{name}` in it.
        case template
        /// A model's name or file.
        case model
        /// `area > 1% and score > 0.8`
        case condition
        /// The name of a value of the recipe; unnamed: the latest of its kind.
        case slot(Kind)
        indirect case list(of: Form, count: ClosedRange<Int>)
        /// One of several forms, tried in order.
        indirect case either([Form])
    }

    public let key: String
    public let form: Form
    /// As text, the way a recipe would spell it; nil when there is none.
    public let defaultText: String?
    public let isRequired: Bool
    /// The one value that may stand alone: `- resize: 50%`.
    public let isMain: Bool
    public let help: String

    public init(
        key: String, form: Form, defaultText: String?, isRequired: Bool, isMain: Bool, help: String
    ) {
        self.key = key
        self.form = form
        self.defaultText = defaultText
        self.isRequired = isRequired
        self.isMain = isMain
        self.help = help
    }
}

extension Field.Form {
    /// What a user may write: `a number between 0 and 256`, `one of gaussian, disc`.
    public var phrase: String {
        switch self {
        case .text: "a text"
        case .integer(let range): "a whole number" + bounds(range.lowerBound, range.upperBound, .min, .max)
        case .number(let range):
            "a number" + bounds(range.lowerBound, range.upperBound, -.greatestFiniteMagnitude, .greatestFiniteMagnitude)
        case .boolean: "true or false"
        case .color: "a colour, such as white, \"#ff8800\" or [255, 136, 0]"
        case .length(let range, let percent):
            "a length in pixels" + (percent ? " or %" : "")
                + bounds(range.lowerBound, range.upperBound, -.greatestFiniteMagnitude, .greatestFiniteMagnitude)
        case .box: "a box [x, y, width, height] in pixels or %"
        case .point: "a point [x, y] in pixels"
        case .click: "a point [x, y] in pixels, or [x, y, 0] beside the object"
        case .choice(let words): words.count == 1 ? "'\(words[0])'" : "one of " + words.joined(separator: ", ")
        case .file: "a file"
        case .template: "a file name, such as \"out/{name}.png\""
        case .model: "a model's name or file"
        case .condition: "a condition, such as area > 1%"
        case .slot(let kind): "the name of \(kind.phrase)"
        case .list(let form, let count):
            (count.lowerBound == count.upperBound ? "a list of \(count.lowerBound): " : "a list: each ") + form.phrase
        case .either(let forms): forms.map(\.phrase).joined(separator: ", or ")
        }
    }

    private func bounds<T: Comparable>(_ low: T, _ high: T, _ lowest: T, _ highest: T) -> String {
        switch (low > lowest, high < highest) {
        case (true, true): " between \(plain(low)) and \(plain(high))"
        case (true, false): " of at least \(plain(low))"
        case (false, true): " of at most \(plain(high))"
        case (false, false): ""
        }
    }

    private func plain<T>(_ value: T) -> String {
        if let number = value as? Double { NumberText.plain(number) } else { "\(value)" }
    }
}

/// Numbers as people write them.
public enum NumberText {
    /// `4`, `0.25`; no `.0` at the end of whole numbers.
    public static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    /// A decimal number, perhaps with a sign and an exponent; no hexadecimal, no `inf`, no `nan`, no
    /// spaces. Nil for anything else.
    public static func number(_ text: String) -> Double? {
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }),
            text.contains(where: \.isNumber), let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    /// A whole number in decimal digits, perhaps with a sign or a fraction of zeros. Nil otherwise.
    public static func integer(_ text: String) -> Int? {
        if let whole = Int(text) { return whole }
        guard let value = number(text), value == value.rounded(), abs(value) < 9e15 else { return nil }
        return Int(value)
    }
}

public import VipsamKit

extension Prompt {
    /// A prompt has to lie on its picture, at least in part.
    ///
    /// - Throws: a diagnostic (cause: usage) that names the part that does not.
    public func checkInside(width: Int, height: Int) throws {
        let whole = Box(x: 0, y: 0, width: Double(width), height: Double(height))
        func outside(_ what: String, _ numbers: [Double]) -> Diagnostic {
            .error(
                "the \(what) \(numbers.map(NumberText.plain).joined(separator: ",")) lies outside the picture, "
                    + "which has \(width) × \(height) pixels", cause: .usage)
        }
        if let box, box.intersection(whole) == nil {
            throw outside("box", [box.x, box.y, box.width, box.height])
        }
        for click in clicks
        where !(0..<whole.width).contains(click.point.x) || !(0..<whole.height).contains(click.point.y) {
            throw outside("point", [click.point.x, click.point.y])
        }
    }
}

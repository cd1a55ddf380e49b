/// Readers of what a condition is held against: `between: 2%..95%`, `above: 0.8`.
extension Parameters {
    /// `low..high`, each a number or `N%`; nil when it is absent.
    public func range(_ key: String, _ help: String) -> (low: Condition, high: Condition)? {
        let spelling = custom(key, .text, help) { node in node.scalar.map { ($0, node.mark) } }
        guard let (scalar, mark) = spelling else { return nil }
        switch Condition.parsedRange(scalar.text, at: mark, quoted: scalar.isQuoted, variables: variables) {
        case .success(let (low, high)):
            add(low)
            add(high)
            return (low, high)
        case .failure(let problem):
            report(problem.noting("a range is written low..high, such as 2%..95%"))
            return nil
        }
    }

    /// A number, `N%` or `name.field`; nil when it is absent.
    public func limit(_ key: String, _ help: String) -> Condition? {
        let spelling = custom(key, .text, help) { node in node.scalar.map { ($0, node.mark) } }
        guard let (scalar, mark) = spelling else { return nil }
        switch Condition.parsed(scalar.text, at: mark, quoted: scalar.isQuoted, .named, variables: variables) {
        case .success(let condition):
            add(condition)
            return condition
        case .failure(let problem):
            report(problem)
            return nil
        }
    }
}

public import VipsamKit

/// Puts objects in order, and numbers them so.
///
/// Reading order goes by rows from the top, in a row from the left: objects from the highest to the lowest middle
/// join a row as long as their middles lie between the top and bottom of the row's first object. Largest and best
/// first, everything else smallest first, unless `order` says otherwise. Equal ones keep their order.
public struct Sort: Operation {
    public static let name = "sort"
    public static let summary = "Puts objects in order, and numbers them so."

    enum Key: String, CaseIterable {
        case area, score, stability, label, x, y, width, height
        case readingOrder = "reading-order"

        var isLargestFirst: Bool { [.area, .score, .stability, .width, .height].contains(self) }
    }

    enum Order: String, CaseIterable { case usual, ascending, descending }

    let key: Key
    let order: Order
    let first: Int?
    let objects: Slot

    public init(_ p: Parameters) throws {
        key = p.choice("by", or: .area, "What the order goes by.", main: true)
        order = p.choice("order", or: .usual, "usual: largest and best first, else smallest first.")
        first = p.optionalInteger("first", 1...1_000_000, "Keep only so many, from the beginning.")
        objects = p.slot("objects", .objects, "The objects to sort.")
    }

    public var result: Kind? { .objects }

    public func apply(_ context: Context) throws -> Value? {
        let set = try context.objects(objects)
        let ascending = sorted(set.objects)
        let isDescending = order == .usual ? key.isLargestFirst : order == .descending
        let all = isDescending ? backwards(ascending) : ascending
        return .objects(set.with(Array(all.prefix(first ?? all.count))))
    }

    private func sorted(_ objects: [SegmentedObject]) -> [SegmentedObject] {
        switch key {
        case .readingOrder: Self.rows(objects).flatMap { row in ordered(row) { $0.box.center.x } }
        case .label: ordered(objects, \.label)
        case .area, .score, .stability, .x, .y, .width, .height: ordered(objects, number)
        }
    }

    /// Stable.
    private func ordered<Value: Comparable>(
        _ objects: [SegmentedObject], _ value: (SegmentedObject) -> Value
    ) -> [SegmentedObject] {
        objects.enumerated().sorted { a, b in
            let left = value(a.element), right = value(b.element)
            return left == right ? a.offset < b.offset : left < right
        }.map(\.element)
    }

    /// Turned over, but equal ones keep their order.
    private func backwards(_ objects: [SegmentedObject]) -> [SegmentedObject] {
        switch key {
        case .readingOrder: objects.reversed()
        case .label: Self.runs(objects, \.label)
        case .area, .score, .stability, .x, .y, .width, .height: Self.runs(objects, number)
        }
    }

    private static func runs<Value: Equatable>(
        _ objects: [SegmentedObject], _ value: (SegmentedObject) -> Value
    ) -> [SegmentedObject] {
        var runs: [[SegmentedObject]] = []
        for object in objects {
            if let last = runs.last?.last, value(last) == value(object) {
                runs[runs.count - 1].append(object)
            } else {
                runs.append([object])
            }
        }
        return runs.reversed().flatMap { $0 }
    }

    private func number(_ object: SegmentedObject) -> Double {
        switch key {
        case .area: object.area
        case .score: object.score
        case .stability: object.stability
        case .x: object.box.x
        case .y: object.box.y
        case .width: object.box.width
        case .height: object.box.height
        case .label, .readingOrder: 0
        }
    }

    private static func rows(_ objects: [SegmentedObject]) -> [[SegmentedObject]] {
        var rows: [[SegmentedObject]] = []
        let byMiddle = objects.enumerated().sorted { a, b in
            let left = a.element.box.center.y, right = b.element.box.center.y
            return left == right ? a.offset < b.offset : left < right
        }.map(\.element)
        for object in byMiddle {
            if let first = rows.last?.first, object.box.center.y < first.box.maxY {
                rows[rows.count - 1].append(object)
            } else {
                rows.append([object])
            }
        }
        return rows
    }
}

public import VipsamKit

/// Fills small holes of a mask and takes away its small islands. Neighbours touch at corners too.
public enum SmallRegions {
    /// Fills every hole (also one at the border) of fewer than `limit` pixels.
    ///
    /// - Returns: the mask, and whether there was such a hole.
    public static func fillingHoles(of mask: RunLengths, below limit: Int) -> (mask: RunLengths, changed: Bool) {
        let holes = RunComponents(mask, ofBackground: true)
        let small = holes.areas.map { $0 < limit }
        guard small.contains(true) else { return (mask, false) }
        var filled = holes.runs.indices.filter { small[holes.labels[$0]] }.map { holes.runs[$0] }
        filled += RunComponents.columnRuns(of: mask, background: false)
        return (RunComponents.mask(of: filled, like: mask), true)
    }

    /// Removes every island of fewer than `limit` pixels; if all are small the largest stays.
    ///
    /// - Returns: the mask, and whether there was such an island.
    public static func removingIslands(of mask: RunLengths, below limit: Int) -> (mask: RunLengths, changed: Bool) {
        let islands = RunComponents(mask, ofBackground: false)
        var kept = islands.areas.map { $0 >= limit }
        guard kept.contains(false) else { return (mask, false) }
        if !kept.contains(true) { kept[islands.largest] = true }
        let runs = islands.runs.indices.filter { kept[islands.labels[$0]] }.map { islands.runs[$0] }
        return (RunComponents.mask(of: runs, like: mask), true)
    }
}

/// Rows `from..<to` of one column.
struct ColumnRun {
    var column: Int
    var from: Int
    var to: Int
}

/// The 8-connected components of a mask or of its background, found over runs in linear time.
struct RunComponents {
    let runs: [ColumnRun]
    /// The component of each run.
    private(set) var labels: [Int]
    /// Pixels of each component; components are numbered from the top row down, then from the left.
    private(set) var areas: [Int]

    init(_ mask: RunLengths, ofBackground background: Bool) {
        runs = Self.columnRuns(of: mask, background: background)
        var parent = Array(runs.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parent[index] != index {
                parent[index] = parent[parent[index]]
                index = parent[index]
            }
            return index
        }
        var previous = 0..<0, current = 0
        while current < runs.count {
            let column = runs[current].column
            var end = current
            while end < runs.count, runs[end].column == column { end += 1 }
            if let last = previous.last, runs[last].column == column - 1 {
                var i = previous.lowerBound, j = current
                while i < previous.upperBound, j < end {
                    // Touching at a corner counts.
                    if runs[i].from <= runs[j].to, runs[j].from <= runs[i].to {
                        let (a, b) = (root(i), root(j))
                        parent[max(a, b)] = min(a, b)
                    }
                    if runs[i].to < runs[j].to { i += 1 } else { j += 1 }
                }
            }
            previous = current..<end
            current = end
        }
        var topLeft: [Int: (row: Int, column: Int)] = [:]
        for index in runs.indices {
            let place = (runs[index].from, runs[index].column)
            let component = root(index)
            if let known = topLeft[component], known <= place { continue }
            topLeft[component] = place
        }
        let order = topLeft.keys.sorted { (topLeft[$0] ?? (0, 0)) < (topLeft[$1] ?? (0, 0)) }
        let number = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        labels = runs.indices.map { number[root($0)] ?? 0 }
        areas = [Int](repeating: 0, count: order.count)
        for (index, run) in runs.enumerated() { areas[labels[index]] += run.to - run.from }
    }

    /// The largest component, the first one of equals. There must be one.
    var largest: Int {
        var best = 0
        for index in areas.indices where areas[index] > areas[best] { best = index }
        return best
    }

    static func columnRuns(of mask: RunLengths, background: Bool) -> [ColumnRun] {
        var runs: [ColumnRun] = []
        var position = 0
        for (index, count) in mask.counts.enumerated() {
            let end = position + Int(count)
            while (index % 2 == 0) == background, position < end {
                let column = position / mask.height
                let stop = min(end, (column + 1) * mask.height)
                runs.append(
                    ColumnRun(column: column, from: position - column * mask.height, to: stop - column * mask.height))
                position = stop
            }
            position = end
        }
        return runs
    }

    /// The mask of these runs, in any order.
    static func mask(of runs: [ColumnRun], like mask: RunLengths) -> RunLengths {
        var builder = RunLengthBuilder(width: mask.width, height: mask.height)
        for run in runs.sorted(by: { ($0.column, $0.from) < ($1.column, $1.from) }) {
            builder.add(column: run.column, from: run.from, to: run.to)
        }
        return builder.finish()
    }
}

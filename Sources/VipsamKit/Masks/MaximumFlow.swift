/// The cheapest cut between a source and a sink in a grid of pixels, each linked with its eight neighbours.
///
/// The algorithm of Boykov and Kolmogorov (2004): two trees grow from source and sink until they meet, the path is
/// filled, and what it tore off is adopted again. A cut is made for each object of a picture, so the grid is kept in
/// plain memory with a border of one pixel, where an edge's other end is found by counting.
package struct MaximumFlow: ~Copyable {
    /// Where a neighbour lies. A direction and its opposite differ by 4.
    package enum Neighbour: Int, CaseIterable {
        case right, below, belowRight, belowLeft, left, above, aboveLeft, aboveRight
    }

    private enum Tree { static let free: UInt8 = 0, source: UInt8 = 1, sink: UInt8 = 2 }
    /// Parents are directions; these two are none.
    private enum Parent { static let terminal: UInt8 = 8, none: UInt8 = 9 }

    private let width: Int, height: Int
    private let offsets: [Int]
    /// By direction for each node.
    private let capacity: UnsafeMutablePointer<Float>
    /// Capacity left to the source (positive) or to the sink (negative).
    private let excess: UnsafeMutablePointer<Float>
    private let tree: UnsafeMutablePointer<UInt8>
    private let parent: UnsafeMutablePointer<UInt8>
    /// When a node was last known to hang on its terminal, and by how many edges: section 3.2.3 of the paper. Without
    /// them every adoption would walk to the root.
    private let seen: UnsafeMutablePointer<Int32>
    private let depth: UnsafeMutablePointer<Int32>
    private var now: Int32 = 0
    private var waiting: Queue
    private var orphans: [Int] = []

    package init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        let stride = width + 2, nodes = stride * (height + 2)
        offsets = [1, stride, stride + 1, stride - 1, -1, -stride, -stride - 1, -stride + 1]
        func memory<T>(_ count: Int, _ value: T) -> UnsafeMutablePointer<T> {
            let memory = UnsafeMutablePointer<T>.allocate(capacity: count)
            memory.initialize(repeating: value, count: count)
            return memory
        }
        capacity = memory(nodes * 8, 0)
        excess = memory(nodes, 0)
        tree = memory(nodes, Tree.free)
        parent = memory(nodes, Parent.none)
        seen = memory(nodes, 0)
        depth = memory(nodes, 0)
        waiting = Queue(nodes: nodes)
    }

    deinit {
        capacity.deallocate()
        excess.deallocate()
        tree.deallocate()
        parent.deallocate()
        seen.deallocate()
        depth.deallocate()
    }

    /// What it costs to cut a pixel off the source, and off the sink.
    package mutating func connect(x: Int, y: Int, source: Float, sink: Float) {
        add(source - sink, to: excess + node(x, y))
    }

    /// What it costs to part two neighbours; both have to lie in the grid.
    package mutating func connect(x: Int, y: Int, _ neighbour: Neighbour, capacity weight: Float) {
        let one = node(x, y), direction = neighbour.rawValue
        add(weight, to: capacity + one * 8 + direction)
        add(weight, to: capacity + (one + offsets[direction]) * 8 + (direction ^ 4))
    }

    /// For each pixel, row by row, whether it stays with the source.
    package mutating func cut() -> [Bool] {
        for y in 0..<height {
            for x in 0..<width {
                let node = node(x, y)
                guard excess[node] != 0 else { continue }
                tree[node] = excess[node] > 0 ? Tree.source : Tree.sink
                parent[node] = Parent.terminal
                depth[node] = 1
                waiting.add(node)
            }
        }
        while let node = waiting.next() {
            // a node that found a path is likely to find another one: it goes on until it finds none
            while tree[node] != Tree.free, let (tail, direction) = grow(from: node) {
                now += 1
                augment(tail, direction)
                adopt()
            }
        }
        return (0..<(width * height)).map { tree[node($0 % width, $0 / width)] == Tree.source }
    }

    private func node(_ x: Int, _ y: Int) -> Int {
        precondition(x >= 0 && x < width && y >= 0 && y < height)
        return (y + 1) * (width + 2) + x + 1
    }

    // MARK: - Steps

    /// What may still flow towards the sink between a node and its neighbour: out of the node in the source's tree, into
    /// it in the sink's.
    @inline(__always)
    private func room(_ own: UInt8, _ node: Int, _ other: Int, _ direction: Int) -> Float {
        own == Tree.source ? capacity[node * 8 + direction] : capacity[other * 8 + (direction ^ 4)]
    }

    /// Lets a tree grow from a node. Returns an edge from the source's tree to the sink's.
    private mutating func grow(from node: Int) -> (tail: Int, direction: Int)? {
        let own = tree[node]
        for direction in 0..<8 {
            let other = node + offsets[direction]
            guard room(own, node, other, direction) > 0 else { continue }
            if tree[other] == Tree.free {
                tree[other] = own
                parent[other] = UInt8(direction ^ 4)
                (seen[other], depth[other]) = (seen[node], depth[node] + 1)
                waiting.add(other)
            } else if tree[other] != own {
                return own == Tree.source ? (node, direction) : (other, direction ^ 4)
            } else if seen[other] <= seen[node], depth[other] > depth[node] + 1, parent[other] < Parent.terminal {
                // A shorter way to the root.
                parent[other] = UInt8(direction ^ 4)
                (seen[other], depth[other]) = (seen[node], depth[node] + 1)
            }
        }
        return nil
    }

    /// Fills the path through an edge, from the source to the sink.
    private mutating func augment(_ tail: Int, _ direction: Int) {
        let head = tail + offsets[direction]
        let flow = min(capacity[tail * 8 + direction], least(from: tail, Tree.source), least(from: head, Tree.sink))
        add(-flow, to: capacity + tail * 8 + direction)
        add(flow, to: capacity + head * 8 + (direction ^ 4))
        drain(tail, flow, Tree.source)
        drain(head, flow, Tree.sink)
    }

    /// The least capacity between a node and its terminal.
    private func least(from start: Int, _ own: UInt8) -> Float {
        var node = start
        var least = Float.infinity
        while parent[node] < Parent.terminal {
            let up = Int(parent[node]), above = node + offsets[up]
            // flow comes down from the source, and goes up to the sink
            least = min(least, own == Tree.source ? capacity[above * 8 + (up ^ 4)] : capacity[node * 8 + up])
            node = above
        }
        return min(least, abs(excess[node]))
    }

    private mutating func drain(_ start: Int, _ flow: Float, _ own: UInt8) {
        var node = start
        while parent[node] < Parent.terminal {
            let up = Int(parent[node]), above = node + offsets[up]
            let down = above * 8 + (up ^ 4)
            let (full, other) = own == Tree.source ? (down, node * 8 + up) : (node * 8 + up, down)
            add(-flow, to: capacity + full)
            add(flow, to: capacity + other)
            if capacity[full] <= 0 { tearOff(node) }
            node = above
        }
        add(own == Tree.source ? -flow : flow, to: excess + node)
        if own == Tree.source ? excess[node] <= 0 : excess[node] >= 0 {
            excess[node] = 0
            tearOff(node)
        }
    }

    private mutating func tearOff(_ node: Int) {
        parent[node] = Parent.none
        orphans.append(node)
    }

    /// Finds new parents for what was torn off, or sets it free.
    private mutating func adopt() {
        var next = 0
        while next < orphans.count {
            let orphan = orphans[next]
            next += 1
            let own = tree[orphan]
            var best = Int(Parent.none)
            var fewest = Int32.max
            for direction in 0..<8 {
                let other = orphan + offsets[direction]
                guard tree[other] == own, fromAbove(own, orphan, other, direction) > 0 else { continue }
                let steps = stepsToTerminal(from: other)
                if steps < fewest { (best, fewest) = (direction, steps) }
            }
            if fewest < Int32.max {
                parent[orphan] = UInt8(best)
                (seen[orphan], depth[orphan]) = (now, fewest + 1)
            } else {
                release(orphan)
            }
        }
        orphans.removeAll(keepingCapacity: true)
    }

    /// What may still flow between a node and a parent in that direction.
    @inline(__always)
    private func fromAbove(_ own: UInt8, _ node: Int, _ above: Int, _ direction: Int) -> Float {
        own == Tree.source ? capacity[above * 8 + (direction ^ 4)] : capacity[node * 8 + direction]
    }

    /// Out of its tree; its children are orphans now, and neighbours may grow here again.
    private mutating func release(_ orphan: Int) {
        let own = tree[orphan]
        for direction in 0..<8 {
            let other = orphan + offsets[direction]
            guard tree[other] == own else { continue }
            if fromAbove(own, orphan, other, direction) > 0 { waiting.add(other) }
            if parent[other] == UInt8(direction ^ 4) { tearOff(other) }
        }
        tree[orphan] = Tree.free
    }

    /// `Int32.max` where the way up ends at an orphan. What is found is noted along the way.
    private mutating func stepsToTerminal(from start: Int) -> Int32 {
        var node = start
        var steps: Int32 = 0
        while seen[node] != now {
            let up = parent[node]
            if up == Parent.terminal {
                (seen[node], depth[node]) = (now, 1)
                break
            }
            guard up < Parent.terminal else { return Int32.max }
            steps += 1
            node += offsets[Int(up)]
        }
        let total = steps + depth[node]
        node = start
        var left = total
        while seen[node] != now {
            (seen[node], depth[node]) = (now, left)
            left -= 1
            node += offsets[Int(parent[node])]
        }
        return total
    }
}

/// Nodes in the order in which they came, each at most once.
private struct Queue: ~Copyable {
    private let places: Int
    private let ring: UnsafeMutablePointer<Int32>
    private let isIn: UnsafeMutablePointer<Bool>
    private var first = 0
    private var count = 0

    init(nodes: Int) {
        places = nodes
        ring = .allocate(capacity: nodes)
        isIn = .allocate(capacity: nodes)
        ring.initialize(repeating: 0, count: nodes)
        isIn.initialize(repeating: false, count: nodes)
    }

    deinit {
        ring.deallocate()
        isIn.deallocate()
    }

    mutating func add(_ node: Int) {
        guard !isIn[node] else { return }
        isIn[node] = true
        let last = first + count
        ring[last < places ? last : last - places] = Int32(node)
        count += 1
    }

    mutating func next() -> Int? {
        guard count > 0 else { return nil }
        let node = Int(ring[first])
        first = first + 1 < places ? first + 1 : 0
        count -= 1
        isIn[node] = false
        return node
    }
}

/// Written so because `+=` on what a noncopyable value points to breaks the compiler's thread sanitizer (Swift 6.3.1).
@inline(__always)
private func add(_ amount: Float, to place: UnsafeMutablePointer<Float>) {
    place.pointee += amount
}

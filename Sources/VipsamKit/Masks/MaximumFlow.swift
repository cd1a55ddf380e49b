/// The cheapest cut between a source and a sink in a graph of pixels.
///
/// The algorithm of Boykov and Kolmogorov (2004): two trees grow from source and sink until they
/// meet, the path is filled, and what it tore off is adopted again. Made for graphs of pictures:
/// each node has few neighbours.
package struct MaximumFlow {
    private enum Tree: UInt8 { case free, source, sink }

    private static let none = Int32(-1)
    /// The parent is the terminal itself.
    private static let terminal = Int32(-2)

    /// Capacity left to the source (positive) or to the sink (negative).
    private var excess: [Float]
    private var firstEdge: [Int32]
    private var edgeNext: [Int32] = []
    private var edgeHead: [Int32] = []
    private var edgeCapacity: [Float] = []
    private var tree: [Tree]
    private var parentEdge: [Int32]
    private var active: [Int32] = []
    private var activeStart = 0
    private var isActive: [Bool]
    private var orphans: [Int32] = []
    /// When a node was last known to hang on its terminal, and by how many edges: section 3.2.3 of the
    /// paper. Without them every adoption would walk to the root.
    private var seen: [Int32]
    private var depth: [Int32]
    private var now: Int32 = 0

    package init(nodes: Int) {
        excess = .init(repeating: 0, count: nodes)
        firstEdge = .init(repeating: Self.none, count: nodes)
        tree = .init(repeating: .free, count: nodes)
        parentEdge = .init(repeating: Self.none, count: nodes)
        isActive = .init(repeating: false, count: nodes)
        seen = .init(repeating: 0, count: nodes)
        depth = .init(repeating: 0, count: nodes)
    }

    /// What it costs to cut a node off the source, and off the sink.
    package mutating func connect(_ node: Int, source: Float, sink: Float) { excess[node] += source - sink }

    /// What it costs to part two nodes.
    package mutating func connect(_ a: Int, _ b: Int, capacity: Float) {
        addEdge(a, b, capacity)
        addEdge(b, a, capacity)
    }

    /// For each node whether it stays with the source.
    package mutating func cut() -> [Bool] {
        for node in excess.indices where excess[node] != 0 {
            tree[node] = excess[node] > 0 ? .source : .sink
            parentEdge[node] = Self.terminal
            depth[node] = 1
            activate(node)
        }
        while let node = nextActive() {
            if let bridge = grow(from: node) {
                now += 1
                augment(bridge)
                adopt()
                activate(node)
            }
        }
        return tree.map { $0 == .source }
    }

    // MARK: - Steps

    /// Lets a tree grow from a node. Returns an edge from the source's tree to the sink's.
    private mutating func grow(from node: Int) -> Int? {
        let own = tree[node]
        guard own != .free else { return nil }
        var edge = firstEdge[node]
        while edge != Self.none {
            let e = Int(edge)
            let capacity = own == .source ? edgeCapacity[e] : edgeCapacity[e ^ 1]
            if capacity > 0 {
                let other = Int(edgeHead[e])
                if tree[other] == .free {
                    tree[other] = own
                    parentEdge[other] = Int32(e ^ 1)
                    (seen[other], depth[other]) = (seen[node], depth[node] + 1)
                    activate(other)
                } else if tree[other] != own {
                    return own == .source ? e : e ^ 1
                } else if seen[other] <= seen[node], depth[other] > depth[node] + 1, parentEdge[other] >= 0 {
                    // A shorter way to the root.
                    parentEdge[other] = Int32(e ^ 1)
                    (seen[other], depth[other]) = (seen[node], depth[node] + 1)
                }
            }
            edge = edgeNext[e]
        }
        return nil
    }

    /// Fills the path through an edge, from the source to the sink.
    private mutating func augment(_ bridge: Int) {
        let tail = Int(edgeHead[bridge ^ 1]), head = Int(edgeHead[bridge])
        let flow = min(edgeCapacity[bridge], room(from: tail, towardsSource: true), room(from: head, towardsSource: false))
        edgeCapacity[bridge] -= flow
        edgeCapacity[bridge ^ 1] += flow
        drain(tail, flow, towardsSource: true)
        drain(head, flow, towardsSource: false)
    }

    /// The least capacity between a node and its terminal.
    private func room(from start: Int, towardsSource: Bool) -> Float {
        var node = start
        var least = Float.infinity
        while parentEdge[node] >= 0 {
            let up = Int(parentEdge[node])
            least = min(least, edgeCapacity[towardsSource ? up ^ 1 : up])
            node = Int(edgeHead[up])
        }
        return min(least, abs(excess[node]))
    }

    private mutating func drain(_ start: Int, _ flow: Float, towardsSource: Bool) {
        var node = start
        while parentEdge[node] >= 0 {
            let up = Int(parentEdge[node])
            let full = towardsSource ? up ^ 1 : up
            edgeCapacity[full] -= flow
            edgeCapacity[full ^ 1] += flow
            let parent = Int(edgeHead[up])
            if edgeCapacity[full] <= 0 {
                parentEdge[node] = Self.none
                orphans.append(Int32(node))
            }
            node = parent
        }
        excess[node] -= towardsSource ? flow : -flow
        if towardsSource ? excess[node] <= 0 : excess[node] >= 0 {
            excess[node] = 0
            parentEdge[node] = Self.none
            orphans.append(Int32(node))
        }
    }

    /// Finds new parents for what was torn off, or sets it free.
    private mutating func adopt() {
        var next = 0
        while next < orphans.count {
            let orphan = Int(orphans[next])
            next += 1
            let own = tree[orphan]
            var edge = firstEdge[orphan]
            var best = Self.none
            var least = Int32.max
            while edge != Self.none {
                let e = Int(edge)
                let other = Int(edgeHead[e])
                if tree[other] == own, (own == .source ? edgeCapacity[e ^ 1] : edgeCapacity[e]) > 0,
                    let steps = stepsToTerminal(from: other), steps < least
                {
                    (best, least) = (edge, steps)
                }
                edge = edgeNext[e]
            }
            if best != Self.none {
                parentEdge[orphan] = best
                (seen[orphan], depth[orphan]) = (now, least + 1)
            } else {
                release(orphan)
            }
        }
        orphans.removeAll(keepingCapacity: true)
    }

    /// Out of its tree; its children are orphans now, and neighbours may grow here again.
    private mutating func release(_ orphan: Int) {
        let own = tree[orphan]
        var edge = firstEdge[orphan]
        while edge != Self.none {
            let e = Int(edge)
            let other = Int(edgeHead[e])
            if tree[other] == own {
                if (own == .source ? edgeCapacity[e ^ 1] : edgeCapacity[e]) > 0 { activate(other) }
                if parentEdge[other] >= 0, Int(edgeHead[Int(parentEdge[other])]) == orphan {
                    parentEdge[other] = Self.none
                    orphans.append(Int32(other))
                }
            }
            edge = edgeNext[e]
        }
        tree[orphan] = .free
    }

    /// Nil where the way up ends at an orphan. What is found is noted along the way.
    private mutating func stepsToTerminal(from start: Int) -> Int32? {
        var node = start
        var steps: Int32 = 0
        while seen[node] != now {
            if parentEdge[node] == Self.terminal {
                (seen[node], depth[node]) = (now, 1)
                break
            }
            guard parentEdge[node] >= 0 else { return nil }
            steps += 1
            node = Int(edgeHead[Int(parentEdge[node])])
        }
        let total = steps + depth[node]
        node = start
        var left = total
        while seen[node] != now {
            (seen[node], depth[node]) = (now, left)
            left -= 1
            node = Int(edgeHead[Int(parentEdge[node])])
        }
        return total
    }

    // MARK: - Lists

    private mutating func addEdge(_ from: Int, _ to: Int, _ capacity: Float) {
        edgeHead.append(Int32(to))
        edgeCapacity.append(capacity)
        edgeNext.append(firstEdge[from])
        firstEdge[from] = Int32(edgeHead.count - 1)
    }

    private mutating func activate(_ node: Int) {
        guard !isActive[node] else { return }
        isActive[node] = true
        active.append(Int32(node))
    }

    private mutating func nextActive() -> Int? {
        while activeStart < active.count {
            let node = Int(active[activeStart])
            activeStart += 1
            if activeStart > 65_536, activeStart * 2 > active.count {
                active.removeFirst(activeStart)
                activeStart = 0
            }
            isActive[node] = false
            if tree[node] != .free { return node }
        }
        return nil
    }
}

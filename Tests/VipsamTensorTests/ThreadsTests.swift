import Synchronization
import Testing
import VipsamTensor

@Suite struct ThreadsTests {
    @Test(arguments: [1, 2, 5], [0, 1, 7, 1000]) func everyIndexOnce(count: Int, n: Int) {
        let threads = Threads(count)
        let seen = Mutex([Int](repeating: 0, count: n))
        threads.forEach(n) { index in seen.withLock { $0[index] += 1 } }
        #expect(seen.withLock { $0 } == [Int](repeating: 1, count: n))
    }

    @Test func resultsComeInOrder() {
        let threads = Threads(3)
        for round in 0..<200 {
            #expect(threads.map(round) { $0 * $0 } == (0..<round).map { $0 * $0 })
        }
    }

    @Test func callsInsideAPieceRunThere() {
        let threads = Threads(3)
        let sums = threads.map(10) { outer in threads.map(5) { outer * 10 + $0 }.reduce(0, +) }
        #expect(sums == (0..<10).map { 50 * $0 + 10 })
    }

    @Test func severalCallersShareThreads() async {
        let threads = Threads(2)
        let totals = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<50).reduce(0) { sum, _ in sum + threads.map(9) { $0 }.reduce(0, +) } }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(totals == [Int](repeating: 50 * 36, count: 8))
    }

    @Test func scratchMemoryIsTakenBack() {
        let scratch = Scratch()
        let first = scratch.frame { scratch.take(100) }
        let again = scratch.frame { scratch.take(100) }
        #expect(first == again)
        scratch.frame {
            let one = scratch.take(3), two = scratch.take(5), large = scratch.take(3 << 20)
            #expect(two >= one + 3 && Int(bitPattern: two) % 64 == 0 && Int(bitPattern: large) % 64 == 0)
            one[2] = 7
            large[(3 << 20) - 1] = 1
            #expect(one[2] == 7)
        }
    }
}

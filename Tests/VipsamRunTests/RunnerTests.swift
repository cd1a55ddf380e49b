import Foundation
import Synchronization
import Testing
import VipsamKit
import VipsamRecipe
import VipsamRun

/// Writes the picture's size and the item's facts as a text: a sink that needs no encoder.
private struct Note: VipsamKit.Operation {
    static let name = "note"
    static let summary = "Writes a text about the picture."
    let image: Slot
    let to: FileTemplate

    init(_ p: Parameters) throws {
        to = p.template("to", or: "{name}.txt", "The file.", main: true)
        image = p.slot("image", .image, "The picture.")
    }

    var result: Kind? { nil }

    func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let mean = try image.pixels.average()
        try context.outputs.write(to.path(for: context.facts)) { path in
            try "\(image.width) × \(image.height), \(mean)".write(toFile: path, atomically: false, encoding: .utf8)
        }
        return nil
    }
}

/// Ends pictures early, by their names.
private struct Moody: VipsamKit.Operation {
    static let name = "moody"
    static let summary = "Skips, doubts or refuses pictures by their names."
    let image: Slot

    init(_ p: Parameters) throws { image = p.slot("image", .image, "The picture.") }

    var result: Kind? { .image }

    func apply(_ context: Context) throws -> Value? {
        switch context.facts.name {
        case "skip": throw ItemSignal.skip("not today")
        case "doubt": context.needsReview("looks odd")
        case "refuse": throw Diagnostic.error("'refuse' is refused")
        default: context.note("fine")
        }
        return .image(try context.image(image))
    }
}

/// A batch in a folder of its own.
private struct Bench {
    let scratch: ScratchFolder
    let plan: Plan
    let items: [RunItem]

    static let recipe = """
        vipsam: 1
        input: {files: "*.png"}
        steps:
          - moody:
          - note: {to: "out/{name}.txt"}
        """

    init(_ names: [String], recipe: String = Bench.recipe) throws {
        scratch = try ScratchFolder()
        var registry = Registry()
        try registry.register(Note.self)
        try registry.register(Moody.self)
        try registry.register(Crowd.self)
        try registry.register(Hungry.self)
        for (index, name) in names.enumerated() {
            let bytes = (0..<(8 * 6)).map { UInt8(($0 * 7 + index * 13) % 256) }
            try ImageWriter.write(Pixels.from(bytes: bytes, width: 8, height: 6, bands: 1), to: scratch[name + ".png"])
        }
        let written = try Recipe.read(Array(recipe.utf8), path: "test.yaml")
        plan = try Planner(registry).plan(written)
        let scratch = scratch
        items = names.map { RunItem(InputFile(path: scratch[$0 + ".png"], under: scratch.path)) }
    }

    func run(workers: Int = 1, stop: StopControl = StopControl(), _ change: (inout RunSettings) -> Void = { _ in }) throws -> RunResult {
        var settings = RunSettings(budget: Budget(cores: workers, jobs: workers, items: items.count))
        change(&settings)
        let outputs = try OutputFolder(scratch.path, inputs: items.map(\.file.path))
        return Runner(plan: plan, items: items, outputs: outputs, settings: settings).run(stop: stop)
    }
}

/// How many pictures are in work at once, and the most that were.
private struct Crowd: VipsamKit.Operation {
    static let name = "crowd"
    static let summary = "Counts pictures in work."
    static let most = Mutex((now: 0, most: 0))
    let image: Slot

    init(_ p: Parameters) throws { image = p.slot("image", .image, "The picture.") }

    var result: Kind? { .image }
    var footprint: Footprint { Footprint(perPixel: 1_000_000) }

    func apply(_ context: Context) throws -> Value? {
        Self.most.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        Thread.sleep(forTimeInterval: 0.02)
        Self.most.withLock { $0.now -= 1 }
        return .image(try context.image(image))
    }
}

/// Borrows 30 MB once it has begun, and counts who has them at once.
private struct Hungry: VipsamKit.Operation {
    static let name = "hungry"
    static let summary = "Needs more than it said."
    static let most = Mutex((now: 0, most: 0))
    let image: Slot

    init(_ p: Parameters) throws { image = p.slot("image", .image, "The picture.") }

    var result: Kind? { .image }
    var footprint: Footprint { Footprint(perPixel: 100_000) }

    func apply(_ context: Context) throws -> Value? {
        // so that several are on their way before the first asks
        Thread.sleep(forTimeInterval: 0.05)
        return try context.holding(30_000_000, for: "a hole") {
            Self.most.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            Thread.sleep(forTimeInterval: 0.02)
            Self.most.withLock { $0.now -= 1 }
            return .image(try context.image(image))
        }
    }
}

@Suite struct RunnerTests {
    /// A picture of the bench has 48 pixels, so 48 MB are asked for it.
    @Test func picturesAreLetInAsMemoryAllows() throws {
        let recipe = Bench.recipe.replacingOccurrences(of: "moody", with: "crowd")
        let bench = try Bench((0..<8).map { "p\($0)" }, recipe: recipe)
        let result = try bench.run(workers: 6) { $0.memory = MemoryGate(limit: 120_000_000, shared: 20_000_000, model: 0) }
        #expect(result.count(.ok) == 8)
        #expect((1...2).contains(Crowd.most.withLock(\.most)))
        let refused = try bench.run(workers: 2) { $0.memory = MemoryGate(limit: 60_000_000, shared: 20_000_000, model: 0) }
        #expect(refused.count(.failed) == 8)
        #expect(refused.exitCode(strictReview: false) == .itemsFailed)
        let message = refused.outcomes.first?.diagnostics.first?.message ?? ""
        #expect(message.hasSuffix("p0.png' needs about 68 MB of memory, but 60 MB are allowed"), "\(message)")
    }

    /// Each picture is let in with 5 MB and borrows 30 of 50: one after the other. Six that wait together hold so much
    /// that no loan fits beside them; still all of them come to an end.
    @Test func whatIsBorrowedOnTheWayCountsToo() throws {
        let recipe = Bench.recipe.replacingOccurrences(of: "moody", with: "hungry")
        let bench = try Bench((0..<12).map { "p\($0)" }, recipe: recipe)
        let result = try bench.run(workers: 6) { $0.memory = MemoryGate(limit: 70_000_000, shared: 20_000_000, model: 0) }
        #expect(result.count(.ok) == 12)
        #expect(Hungry.most.withLock(\.most) == 1)
        let refused = try bench.run(workers: 6) { $0.memory = MemoryGate(limit: 50_000_000, shared: 20_000_000, model: 0) }
        #expect(refused.count(.failed) == 12)
        let message = refused.outcomes.first?.diagnostics.first?.message ?? ""
        #expect(message == "a hole needs about 55 MB of memory, but 50 MB are allowed", "\(message)")
    }

    @Test func whatIsDecodedAsAWholeCounts() throws {
        let scratch = try ScratchFolder()
        let plan = try Bench(["a"]).plan
        func need(_ name: String, _ options: SaveOptions = SaveOptions()) throws -> PictureMemory {
            let pixels = try Pixels.constant([9, 9, 9], width: 6000, height: 4000)
            try ImageWriter.write(pixels, to: scratch[name], options: options)
            return PictureMemory(try ImageFile.probe(scratch[name]), of: scratch[name], plan: plan, threads: 1, model: 0)
        }
        var progressive = SaveOptions()
        progressive.progressive = true
        let decoded = 6000 * 4000 * 3
        let plain = try need("a.jpg")
        #expect(plain.reason == nil && plain.onDisk == 0)
        let whole = try need("b.jpg", progressive)
        #expect(whole.reason == "it is a progressive JPEG, which is decoded as a whole")
        #expect(whole.bytes >= plain.bytes + decoded)
        let interlaced = try need("c.png", progressive)
        #expect(interlaced.reason == "it is an interlaced PNG, which is decoded as a whole")
        #expect(try interlaced.bytes >= need("d.png").bytes + decoded)
    }

    @Test func outcomesStandInTheOrderOfTheInput() throws {
        let names = ["a", "skip", "b", "doubt", "refuse", "c"]
        let result = try Bench(names).run(workers: 4)
        #expect(result.outcomes.map(\.status) == [.ok, .skipped, .ok, .review, .failed, .ok])
        #expect(result.outcomes.map { Paths.stemAndExtension(of: $0.input).stem } == names)
        #expect(result.left == 0)
        #expect(result.exitCode(strictReview: true) == .itemsFailed)
    }

    @Test func oneWorkerAndFourGiveTheSameBytes() throws {
        let names = (0..<24).map { "p\($0)" }
        let one = try Bench(names), four = try Bench(names)
        #expect(try one.run(workers: 1).count(.ok) == 24)
        #expect(try four.run(workers: 4).count(.ok) == 24)
        for name in names {
            let text = one.scratch.text(of: "out/\(name).txt")
            #expect(text != nil)
            #expect(text == four.scratch.text(of: "out/\(name).txt"))
        }
    }

    @Test func aBrokenPictureIsOneFailedItem() throws {
        let bench = try Bench(["good", "broken", "fine"])
        let path = bench.scratch["broken.png"]
        let data = try #require(FileManager.default.contents(atPath: path))
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
        let result = try bench.run(workers: 2)
        #expect(result.outcomes.map(\.status) == [.ok, .failed, .ok])
        let message = try #require(result.outcomes[1].diagnostics.first?.message)
        #expect(message.contains("'\(path)' is damaged"))
        #expect(bench.scratch.files.filter { $0.hasPrefix("out/") } == ["out/fine.txt", "out/good.txt"])
    }

    @Test func aFailureNamesItsStep() throws {
        let bench = try Bench(["refuse"])
        let result = try bench.run()
        let diagnostic = try #require(result.outcomes.first?.diagnostics.first)
        #expect(
            diagnostic.rendered() == """
                test.yaml:4:5: error: 'refuse' is refused
                    4 |   - moody:
                      |     ^~~~~
                note: in step moody, for \(bench.scratch["refuse.png"])

                """)
    }

    @Test func doubtfulOutputsGoUnderReview() throws {
        let bench = try Bench(["doubt"])
        let outcome = try #require(try bench.run().outcomes.first)
        #expect(outcome.reasons == ["looks odd"])
        #expect(outcome.outputs == [bench.scratch["review/out/doubt.txt"]])
        #expect(bench.scratch.files == ["doubt.png", "review/out/doubt.txt"])
    }

    @Test func theFirstFailureCanEndTheBatch() throws {
        let result = try Bench(["refuse", "a", "b"]).run { $0.onError = .stop }
        #expect(result.outcomes.map(\.status) == [.failed])
        #expect(result.left == 2)
        #expect(result.exitCode(strictReview: false) == .itemsFailed)
    }

    @Test func aStopLeavesWorkForLater() throws {
        let stop = StopControl()
        stop.stop(.signal)
        let result = try Bench(["a", "b"]).run(stop: stop)
        #expect(result.left == 2)
        #expect(result.exitCode(strictReview: false) == .stopped)
        let late = try Bench(["a", "b"]).run { $0.timeLimit = 1e-9 }
        #expect(late.exitCode(strictReview: false) == (late.left > 0 ? .stopped : .done))
    }

    @Test func workersTellWhenTheyEnd() throws {
        let ended = Mutex(0)
        let counter = { @Sendable () -> Void in ended.withLock { $0 += 1 } }
        _ = try Bench(["a", "b", "c"]).run(workers: 3) { $0.hooks = ThreadHooks(workerEnds: counter) }
        #expect(ended.withLock { $0 } == 3)
    }

    @Test func collisionsAndInputsAreFoundBeforeAnythingRuns() throws {
        let bench = try Bench(["a", "b"], recipe: """
            vipsam: 1
            input: {files: "*.png"}
            steps:
              - note: {to: "same.txt"}
            """)
        let a = bench.scratch["a.png"], b = bench.scratch["b.png"], out = bench.scratch["same.txt"]
        let found = Preflight(plan: bench.plan, items: bench.items, outputRoot: bench.scratch.path)
        #expect(found.problems.map(\.message) == ["'\(a)' and '\(b)' would both be written to '\(out)'"])
        #expect(found.problems.allSatisfy { $0.cause == .recipe })

        try FileManager.default.createSymbolicLink(atPath: out, withDestinationPath: a)
        let inPlace = Preflight(plan: bench.plan, items: [bench.items[0]], outputRoot: bench.scratch.path)
        #expect(
            inPlace.problems.map(\.message)
                == ["the output '\(out)' is the same file as the input '\(a)'; inputs are never replaced"])
    }

    @Test func theReportSaysWhatHappened() throws {
        let bench = try Bench(["a", "skip", "refuse"])
        // A lone worker takes all that libraries say in this process for its item's, and other tests make them speak.
        let result = try bench.run(workers: 2)
        let report = Report(
            plan: bench.plan, outputRoot: bench.scratch.path, budget: Budget(cores: 1), result: result,
            exitCode: result.exitCode(strictReview: false))
        let path = try report.write()
        #expect(path == bench.scratch["vipsam-report/report.json"])
        let data = try #require(FileManager.default.contents(atPath: path))
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(json["exit"] as? Int == 1)
        let totals = try #require(json["totals"] as? [String: Int])
        #expect(totals == ["items": 3, "ok": 1, "failed": 1, "skipped": 1, "review": 0, "left": 0])
        let items = try #require(json["items"] as? [[String: Any]])
        #expect(items.map { $0["status"] as? String } == ["ok", "skipped", "failed"])
        #expect(items[0]["outputs"] as? [String] == [bench.scratch["out/a.txt"]])
        #expect(items[0]["notes"] as? [String] == ["fine"])
        #expect(items[1]["reasons"] as? [String] == ["not today"])
        let diagnostic = try #require((items[2]["diagnostics"] as? [[String: Any]])?.first)
        #expect(diagnostic["line"] as? Int == 4)
    }

    @Test func equalFailuresAreGrouped() throws {
        var outcomes: [Outcome] = []
        for number in 0..<6 {
            var outcome = Outcome(input: "p\(number).png", status: .failed)
            outcome.diagnostics = [.error("'p\(number).png' is damaged")]
            outcomes.append(outcome)
        }
        #expect(
            FailureList(outcomes).rendered(.plain) == """
                error: 'p0.png' is damaged
                  the same for p1.png, p2.png, p3.png and 2 more

                """)
    }
}

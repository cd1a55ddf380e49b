import Foundation
import Synchronization
import Testing
import VipsamKit

/// What holds for every operation of the registry.
@Suite struct ContractTests {
    static let names = Bench.registry.names
    static let own = names.filter { !$0.hasPrefix("vips.") }

    /// Arguments for the operations that cannot run without any.
    static let arguments: [String: String] = [
        "blur": "{radius: 2}", "contact-sheet": "{cell: 20, gap: 2}", "combine-masks": "{with: other}", "crop": "{box: [1, 1, 3, 2]}", "filter": "area > 0",
        "load-image": "PICTURE", "load-mask": "PICTURE", "mask-from-boxes": "[[1, 1, 3, 2]]",
        "inpaint-fill": "{grow: 1}", "overlay": "{with: cut}", "recolor": "red",
        "outline": "{width: 1, mask: other}", "replace-background": "{color: red}", "require": "other.area > 0%",
        "resize": "50%", "save": "{to: out.png}", "shadow": "{image: cut}",
    ]

    static func bench(_ picture: String) throws -> Bench {
        let image = try Pictures.image(7, 5)
        let mask = try Pictures.mask(on: image) { x, y in x > 1 && x < 5 && y < 3 ? 255 : 0 }
        var bench = try Bench(image: image, mask: mask, objects: Pictures.objects([mask]))
        bench.named["other"] = .mask(try Pictures.mask(on: image) { x, _ in x < 4 ? 255 : 0 })
        bench.named["cut"] = .image(try bench.image("cutout"))
        bench.named["input"] = .image(image)
        return bench
    }

    @Test(arguments: names) func describesItselfTheSameTwice(name: String) throws {
        let first = try #require(Bench.registry.describe(name)), second = try #require(Bench.registry.describe(name))
        #expect(first.fields.map(\.key) == second.fields.map(\.key))
        #expect(first.fields.map(\.form) == second.fields.map(\.form))
        #expect(first.slots == second.slots && first.result == second.result)
        #expect(!first.entry.summary.isEmpty && first.fields.allSatisfy { !$0.help.isEmpty })
        #expect(first.fields.count { $0.isMain } <= 1)
    }

    @Test(arguments: names) func acceptsItsOwnDefaults(name: String) throws {
        let description = try #require(Bench.registry.describe(name))
        for field in description.fields {
            guard let text = field.defaultText, !text.isEmpty else { continue }
            do {
                _ = try Bench.make(name, "{\"\(field.key)\": \(text)}")
            } catch let problems as Diagnostics {
                let about = problems.all.filter { $0.message.contains("'\(field.key)' must") }
                #expect(about.isEmpty, "\(name): \(about.map(\.message))")
            }
        }
    }

    @Test(arguments: own) func runsOnASmallPicture(name: String) throws {
        let folder = TemporaryFolder()
        let picture = folder.path + "/photo.png"
        try ImageWriter.write(Pictures.image(7, 5).pixels, to: picture)
        let arguments = (Self.arguments[name] ?? "").replacingOccurrences(of: "PICTURE", with: picture)
        let bench = try Self.bench(picture)
        let value = try bench.run(name, arguments)
        let result = try #require(Bench.registry.describe(name)).result
        #expect(value?.kind == result)
        let once = try Self.evaluated(value)
        // The same from eight threads at once, with one operation.
        let (operation, slots) = try Bench.make(name, arguments)
        let others = Mutex<[[UInt8]]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let bytes = try? Self.evaluated(operation.apply(bench.context(for: slots)))
            others.withLock { $0.append(bytes ?? [1, 2, 3]) }
        }
        #expect(others.withLock { $0 }.allSatisfy { $0 == once })
    }

    @Test(arguments: own) func refusesTheWrongKind(name: String) throws {
        guard let (operation, slots) = try? Bench.make(name, Self.arguments[name] ?? ""), !slots.isEmpty else { return }
        var bench = Bench()
        for kind in Kind.allCases { bench.latest[kind] = .number(3) }
        for name in ["other", "cut", "input"] { bench.named[name] = .number(3) }
        #expect(throws: (any Error).self) { try operation.apply(bench.context(for: slots)) }
    }

    @Test(arguments: own) func isInTheDocument(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let document = try String(contentsOf: root.appendingPathComponent("docs/operations.md"), encoding: .utf8)
        #expect(document.contains("### \(name)\n"))
    }

    /// The numbers of a value, all pixels computed.
    static func evaluated(_ value: Value?) throws -> [UInt8] {
        switch value {
        case .image(let image)?: try image.pixels.cast(.uchar).bytes()
        case .mask(let mask)?: try mask.pixels().bytes()
        case .objects(let set)?: try set.objects.flatMap { try $0.mask.pixels().bytes() }
        case .table(let table)?: Array("\(table.rows)".utf8)
        case .number(let number)?: Array("\(number)".utf8)
        case .text(let text)?: Array(text.utf8)
        case nil: []
        }
    }
}

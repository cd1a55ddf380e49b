import Foundation
import Testing

/// The `import` lines of the sources against the table of layers, and the table against Package.swift.
///
/// SwiftPM lets a target import whatever its dependencies happen to pull in; this test does not.
@Suite struct LayeringTests {
    /// What each target may import of ours, from the bottom up.
    static let allowed: [(target: String, imports: Set<String>)] = [
        ("CVips", []), ("CYAML", []), ("COpenBLAS", []),
        ("CVipsShim", ["CVips"]), ("CKernels", []), ("CPluginStamp", []),
        ("VipsamKit", ["CVipsShim", "CPluginStamp"]),
        ("VipsamTensor", ["COpenBLAS", "CKernels"]),
        ("VipsamYAML", ["CYAML", "VipsamKit"]),
        ("VipsamNets", ["VipsamTensor"]),
        ("VipsamSegment", ["VipsamKit", "VipsamYAML", "VipsamTensor", "VipsamNets"]),
        ("VipsamRecipe", ["VipsamKit", "VipsamYAML"]),
        ("VipsOperations", ["VipsamKit"]), ("FileOperations", ["VipsamKit"]), ("EditOperations", ["VipsamKit"]),
        ("MaskOperations", ["VipsamKit"]), ("ObjectOperations", ["VipsamKit"]),
        ("SegmentOperations", ["VipsamKit", "VipsamSegment"]),
        ("VipsamRun", ["VipsamKit", "VipsamRecipe", "CPluginStamp"]),
        (
            "vipsam",
            [
                "VipsamKit", "VipsamTensor", "VipsamYAML", "VipsamNets", "VipsamSegment", "VipsamRecipe", "VipsamRun",
                "VipsOperations", "FileOperations", "EditOperations", "MaskOperations", "ObjectOperations",
                "SegmentOperations", "ArgumentParser", "COpenBLAS",
            ]
        ),
        ("VipsamScenes", []),
        ("vipsam-scenes", ["VipsamKit", "VipsamScenes"]),
        ("VipsamTestKit", ["VipsamKit", "VipsamRecipe", "VipsamRun"]),
    ]

    /// Modules that come with the toolchain, and who may use them.
    static let toolchain: Set<String> = [
        "Glibc", "Musl", "Darwin", "Foundation", "FoundationEssentials", "Synchronization", "Dispatch",
    ]

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The folder of a target's sources.
    static func folder(_ target: String) -> URL {
        target.hasSuffix("Operations")
            ? root.appendingPathComponent("Plugins/\(target.dropLast("Operations".count))")
            : root.appendingPathComponent("Sources/\(target)")
    }

    static func sources(_ target: String) -> [URL] {
        let all = FileManager.default.enumerator(at: folder(target), includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
    }

    /// `public import VipsamKit` → `VipsamKit`.
    static func imports(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ").map(String.init)
            while let first = words.first,
                first.hasPrefix("@") || first == "public" || first == "package" || first == "internal"
            {
                words.removeFirst()
            }
            guard words.first == "import", let module = words.last else { return nil }
            return String(module.prefix { $0 != "." })
        }
    }

    @Test func importsStayInTheirLayers() throws {
        var read = 0
        for (target, allowed) in Self.allowed {
            for file in Self.sources(target) {
                let text = try String(contentsOf: file, encoding: .utf8)
                for module in Self.imports(text) {
                    read += 1
                    let isFine = allowed.contains(module) || Self.toolchain.contains(module)
                    #expect(isFine, "\(target)/\(file.lastPathComponent) imports \(module)")
                }
            }
        }
        #expect(read > 100, "import lines were found at all")
    }

    /// A target without a line here would escape the test above.
    @Test func tableKnowsEveryTarget() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appendingPathComponent("Sources").path)
        let known = Set(Self.allowed.map(\.target))
        #expect(Set(folders.filter { !$0.hasPrefix(".") }).subtracting(known) == [])
        for (target, _) in Self.allowed {
            #expect(FileManager.default.fileExists(atPath: Self.folder(target).path), "\(target) is in the table only")
        }
    }

    /// A layer stands below those that import it, and in the manifest too.
    @Test func tableGoesUpward() throws {
        var below: Set<String> = ["ArgumentParser"]
        for (target, imports) in Self.allowed {
            #expect(imports.subtracting(below) == [], "\(target) imports what stands above it")
            below.insert(target)
        }
        let manifest = try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let names = Self.allowed.map(\.target)
        let places = names.map { name -> String.Index? in
            [".target(name: \"\(name)\"", ".systemLibrary(name: \"\(name)\"", "name: \"\(name)\""].lazy.compactMap {
                manifest[(manifest.range(of: "targets: [\n")?.upperBound ?? manifest.startIndex)...].range(of: $0)?
                    .lowerBound
            }.first
        }
        #expect(!places.contains(nil), "\(zip(names, places).filter { $0.1 == nil }.map(\.0)) are not in Package.swift")
        let found = places.compactMap { $0 }
        #expect(found == found.sorted(), "Package.swift lists the targets in the order of the layers")
    }

    /// What the manifest lets a target import is what the table lets it import.
    @Test func manifestDeclaresTheSame() throws {
        let manifest = try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        for (target, allowed) in Self.allowed where target != "vipsam" && !allowed.isEmpty {
            let start = try #require(
                manifest.range(of: "arget(name: \"\(target)\"") ?? manifest.range(of: "name: \"\(target)\", dep"))
            let rest = manifest[start.lowerBound...]
            let open = try #require(rest.range(of: "dependencies: ["))
            let close = try #require(rest[open.upperBound...].range(of: "]"))
            let declared = rest[open.upperBound..<close.lowerBound].split(separator: ",").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: "\" \n"))
            }
            #expect(Set(declared.filter { !$0.isEmpty }) == allowed, "\(target)")
        }
    }

    /// `<vips/vips.h>` is included by the shim alone (its module map apart).
    @Test func onlyTheShimIncludesLibvips() throws {
        let all = FileManager.default.enumerator(
            at: Self.root.appendingPathComponent("Sources"), includingPropertiesForKeys: nil)
        for file in all?.compactMap({ $0 as? URL }) ?? [] where ["c", "h"].contains(file.pathExtension) {
            let text = try String(contentsOf: file, encoding: .utf8)
            let owner = file.path.contains("/CVipsShim/") || file.path.contains("/CVips/")
            #expect(owner || !text.contains("vips/vips.h"), "\(file.lastPathComponent)")
        }
    }

    /// ARCHITECTURE.md promises it.
    @Test func uncheckedSendableStandsInTwoFiles() throws {
        var files: [String] = []
        for (target, _) in Self.allowed {
            for file in Self.sources(target) {
                let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter {
                    !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//")
                }
                if code.contains(where: { $0.contains("@unchecked Sendable") }) { files.append(file.lastPathComponent) }
            }
        }
        #expect(files.count <= 2, "\(files)")
    }
}

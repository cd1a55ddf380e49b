import Foundation
import Testing
import VipsamKit
import VipsamRecipe

@Suite struct GlobTests {
    @Test(arguments: [
        ("*.jpg", "a.jpg", true), ("*.jpg", "a.JPG", true), ("*.jpg", "b/a.jpg", false), ("*.jpg", ".a.jpg", false),
        ("**/*.jpg", "a.jpg", true), ("**/*.jpg", "x/y/a.jpg", true), ("**/*.jpg", "x/.y/a.jpg", false),
        ("photos/**/*.{jpg,png}", "photos/a.png", true), ("photos/**/*.{jpg,png}", "photos/x/a.jpg", true),
        ("photos/**/*.{jpg,png}", "photos/a.gif", false), ("photos/**/*.{jpg,png}", "other/a.png", false),
        ("a?.tif", "ab.tif", true), ("a?.tif", "a.tif", false), ("[a-c]*.png", "b1.png", true),
        ("[!a-c]*.png", "b1.png", false),
        ("[!a-c]*.png", "d.png", true), ("x.[pj][np]g", "x.PNG", true), ("X.jpg", "x.jpg", false),
        ("{a,b{c,d}}.png", "bd.png", true),
        ("{a,b{c,d}}.png", "b.png", false), ("a\\*.png", "a*.png", true), ("a\\*.png", "ab.png", false),
        ("/abs/*.png", "/abs/a.png", true),
        ("/abs/*.png", "abs/a.png", false), ("./a/*.png", "a/x.png", true), ("**/x/**/*.png", "a/x/b/c.png", true),
        ("**/x/**/*.png", "a/b/c.png", false), ("**", "a/b.png", true), ("é*.jpg", "é1.jpg", true),
        ("[.jpg", "[.jpg", true),
        (".hidden/*.jpg", ".hidden/a.jpg", true), ("*a*b*c", "xaxbxc", true), ("*a*b*c", "xaxbx", false),
    ]) func patterns(_ pattern: String, _ path: String, _ expected: Bool) {
        #expect(Glob.expanded(pattern).contains { $0.matches(path) } == expected)
    }

    @Test func rootIsTheFixedPart() {
        for (pattern, root) in [
            ("photos/**/*.jpg", "photos"), ("*.jpg", ""), ("a/b/c.jpg", "a/b"), ("/a/*/x.jpg", "/a"),
            ("./a/./b/*.jpg", "a/b"),
            ("../x/*.jpg", "../x"),
        ] {
            #expect(Glob.expanded(pattern).map(\.root) == [root], "\(pattern)")
        }
    }

    /// 'ß' in capitals is two characters.
    @Test func extensionsWithoutASecondCase() {
        for name in ["x.ß", "x.👋", "x.ŉ", "x.İ"] {
            #expect(Glob.expanded(name).allSatisfy { $0.matches(name) })
            #expect(Glob.expanded("x.[b-h]").allSatisfy { !$0.matches(name) })
            #expect(Glob.expanded("x.[!b-h]").allSatisfy { $0.matches(name) })
        }
    }

    @Test func hostilePatternsEnd() {
        let stars = String(repeating: "*a", count: 200) + "b"
        #expect(Glob.expanded(stars).allSatisfy { !$0.matches(String(repeating: "a", count: 5000)) })
        let folders = String(repeating: "**/", count: 200) + "b"
        #expect(Glob.expanded(folders).allSatisfy { !$0.matches(String(repeating: "a/", count: 1000) + "a") })
        #expect(Glob.expanded(String(repeating: "{a,b}", count: 30)).count <= 1000)
        _ = Glob.expanded(String(repeating: "{", count: 4000))
    }
}

/// Real folders, made for each test.
@Suite struct InputFilesTests {
    private func withFolder(_ files: [String], _ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("vipsam-input-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for file in files {
            let url = root.appendingPathComponent(file)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x".utf8).write(to: url)
        }
        try body(root.path)
    }

    private static let files = [
        "photos/b.jpg", "photos/a/2.JPG", "photos/a/10.jpg", "photos/a/.hidden.jpg", "photos/.cache/x.jpg",
        "photos/notes.txt",
        "photos/a/b/c.png", "photos/B.jpg",
    ]

    @Test func picturesAreSortedAndKnowTheirFolder() throws {
        try withFolder(Self.files) { root in
            let found = try InputFiles.matching(PlannedInput(files: ["\(root)/photos/**/*.{jpg,png}"]))
            #expect(
                found.files.map { $0.path.dropFirst(root.count) } == [
                    "/photos/B.jpg", "/photos/a/10.jpg", "/photos/a/2.JPG", "/photos/a/b/c.png", "/photos/b.jpg",
                ])
            #expect(found.files.map(\.dir) == ["", "a", "a", "a/b", ""])
            #expect(found.files.map(\.name) == ["B", "10", "2", "c", "b"])
            #expect(found.files[2].facts == Facts(dir: "a", name: "2", ext: "JPG"))
            #expect(found.warnings.isEmpty)
        }
    }

    @Test func excludeAndSeveralPatterns() throws {
        try withFolder(Self.files) { root in
            let input = PlannedInput(
                files: ["\(root)/photos/*.jpg", "\(root)/photos/**/*.jpg", "\(root)/photos/*.gif"],
                exclude: ["1*.jpg", "\(root)/photos/b.jpg"])
            let found = try InputFiles.matching(input)
            #expect(found.files.map(\.name) == ["B", "2"])
            #expect(found.warnings.map(\.message) == ["no picture matches '\(root)/photos/*.gif'"])
        }
    }

    @Test func nothingFoundSaysWhy() throws {
        try withFolder(Self.files) { root in
            for (files, message) in [
                (["\(root)/photos/*.gif"], "no picture matches '\(root)/photos/*.gif'"),
                (
                    ["\(root)/fotos/*.jpg"],
                    "no picture matches '\(root)/fotos/*.jpg': there is no folder '\(root)/fotos'"
                ),
                (["\(root)/photos/z.jpg"], "there is no picture '\(root)/photos/z.jpg'"),
                ([], "there are no pictures: give files, or write 'input: {files: …}' in the recipe"),
            ] {
                let problem = #expect(throws: Diagnostic.self) { try InputFiles.matching(PlannedInput(files: files)) }
                #expect(problem?.message == message)
                #expect(problem?.cause == .noInput)
            }
            let all = #expect(throws: Diagnostic.self) {
                try InputFiles.matching(PlannedInput(files: ["\(root)/photos/*.jpg"], exclude: ["*.jpg"]))
            }
            #expect(all?.message == "'exclude' leaves no picture")
        }
    }

    @Test func foldersOfTheCommandLine() throws {
        try withFolder(Self.files) { root in
            let found = try InputFiles.named(["\(root)/photos/", "\(root)/photos/b.jpg"])
            #expect(found.files.map(\.name) == ["B", "10", "2", "c", "b"])
            #expect(found.files.map(\.dir) == ["", "a", "a", "a/b", ""])
            let one = try InputFiles.named(["\(root)/photos/a/2.JPG"])
            #expect(one.files.map(\.dir) == [""])
            let quoted = try InputFiles.named(["\(root)/photos/a/*.jpg"])
            #expect(quoted.files.map(\.name) == ["10", "2"])
            let problem = #expect(throws: Diagnostic.self) { try InputFiles.named(["\(root)/nobody.jpg"]) }
            #expect(problem?.message == "there is no file or folder '\(root)/nobody.jpg'")
        }
    }

    @Test func loopsOfLinksEnd() throws {
        try withFolder(["photos/a/1.jpg", "photos/b/2.jpg"]) { root in
            let manager = FileManager.default
            for (from, to) in [
                ("photos/a/up", "photos"), ("photos/b/self", "photos/b"), ("photos/a/b", "photos/b"),
                ("photos/b/a", "photos/a"),
                ("photos/linked.jpg", "photos/a/1.jpg"),
            ] {
                try manager.createSymbolicLink(atPath: "\(root)/\(from)", withDestinationPath: "\(root)/\(to)")
            }
            let found = try InputFiles.matching(PlannedInput(files: ["\(root)/photos/**/*.jpg"]))
            #expect(
                found.files.map { $0.path.dropFirst(root.count) } == [
                    "/photos/a/1.jpg", "/photos/b/2.jpg", "/photos/linked.jpg",
                ])
            #expect(try InputFiles.named(["\(root)/photos"]).files.count == 3)
        }
    }
}

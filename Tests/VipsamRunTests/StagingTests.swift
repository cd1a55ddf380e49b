import Foundation
import Testing
import VipsamKit
import VipsamRun

@Suite struct StagingTests {
    private func fill(_ text: String) -> (String) throws -> Void {
        { path in try text.write(toFile: path, atomically: false, encoding: .utf8) }
    }

    @Test func filesAppearTogetherAtTheEnd() throws {
        let scratch = try ScratchFolder()
        let folder = try OutputFolder(scratch.path)
        let staging = folder.staging(for: "a.jpg")
        try staging.write("x/one.txt", fill("1"))
        try staging.write("x/two.txt", fill("2"))
        try staging.write("three.txt", fill("3"))
        #expect(scratch.text(of: "x/one.txt") == nil)
        let written = try staging.commit().written
        #expect(written == [scratch["x/one.txt"], scratch["x/two.txt"], scratch["three.txt"]])
        #expect(scratch.files == ["three.txt", "x/one.txt", "x/two.txt"])
        #expect(scratch.text(of: "x/two.txt") == "2")
    }

    @Test func temporaryFilesKeepTheirExtensionAndFolder() throws {
        let scratch = try ScratchFolder()
        let staging = try OutputFolder(scratch.path).staging(for: "a.jpg")
        var seen = ""
        try staging.write("deep/er/out.labels.tif") { path in
            seen = path
            try fill("x")(path)
        }
        #expect(seen.hasPrefix(scratch["deep/er/.vipsam-"]))
        #expect(seen.hasSuffix(".tif"))
        staging.discard()
    }

    @Test func nothingAppearsAfterAFailure() throws {
        let scratch = try ScratchFolder()
        try scratch.write("old", to: "kept.txt")
        let staging = try OutputFolder(scratch.path).staging(for: "a.jpg")
        try staging.write("kept.txt", fill("new"))
        #expect(throws: CocoaError.self) {
            try staging.write("two.txt") { _ in throw CocoaError(.fileReadUnknown) }
        }
        staging.discard()
        #expect(scratch.files == ["kept.txt"])
        #expect(scratch.text(of: "kept.txt") == "old")
    }

    @Test func aFolderInTheWayStopsAllFiles() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: scratch["taken.txt"], withIntermediateDirectories: true)
        let staging = try OutputFolder(scratch.path).staging(for: "a.jpg")
        try staging.write("first.txt", fill("1"))
        try staging.write("taken.txt", fill("2"))
        let error = #expect(throws: Diagnostic.self) { try staging.commit() }
        #expect(error?.message == "'\(scratch["taken.txt"])' is a folder; a file cannot take its place")
        #expect(scratch.files == [])
    }

    @Test func inputsAreNeverReplaced() throws {
        let scratch = try ScratchFolder()
        try scratch.write("photo", to: "photo.txt")
        try FileManager.default.createSymbolicLink(atPath: scratch["link.txt"], withDestinationPath: scratch["photo.txt"])
        try FileManager.default.linkItem(atPath: scratch["photo.txt"], toPath: scratch["hard.txt"])
        let folder = try OutputFolder(scratch.path, inputs: [scratch["photo.txt"]])
        for name in ["photo.txt", "link.txt", "hard.txt"] {
            let error = #expect(throws: Diagnostic.self) { try folder.staging(for: "a").write(name, fill("edited")) }
            #expect(error?.message.hasSuffix("is the input '\(scratch["photo.txt"])'; inputs are never replaced") == true)
        }
        #expect(scratch.text(of: "photo.txt") == "photo")
    }

    @Test func twoItemsDoNotWriteOneFile() throws {
        let scratch = try ScratchFolder()
        let folder = try OutputFolder(scratch.path)
        let first = folder.staging(for: "a.jpg"), second = folder.staging(for: "b.jpg")
        try first.write("out.txt", fill("a"))
        let error = #expect(throws: Diagnostic.self) { try second.write("out.txt", fill("b")) }
        #expect(error?.message.hasPrefix("'\(scratch["out.txt"])' was written for 'a.jpg' already") == true)
        _ = try first.commit()
        #expect(scratch.text(of: "out.txt") == "a")
    }

    @Test func noOutputLeavesTheFolderThroughALink() throws {
        let scratch = try ScratchFolder(), elsewhere = try ScratchFolder()
        try FileManager.default.createSymbolicLink(atPath: scratch["away"], withDestinationPath: elsewhere.path)
        let staging = try OutputFolder(scratch.path).staging(for: "a.jpg")
        let error = #expect(throws: Diagnostic.self) { try staging.write("away/out.txt", fill("x")) }
        #expect(error?.message.contains("lies outside of the output folder") == true)
        #expect(elsewhere.files == [])
    }

    @Test func existingFilesCanBeKept() throws {
        let scratch = try ScratchFolder()
        try scratch.write("old", to: "out.txt")
        let staging = try OutputFolder(scratch.path, keepsExisting: true).staging(for: "a.jpg")
        try staging.write("out.txt") { _ in Issue.record("not asked for") }
        let result = try staging.commit()
        #expect(result.kept == [scratch["out.txt"]])
        #expect(result.written == [])
    }

    @Test func outputsOfDoubtfulItemsGoUnderReview() throws {
        let scratch = try ScratchFolder()
        let staging = try OutputFolder(scratch.path).staging(for: "a.jpg")
        try staging.write("x/out.txt", fill("1"))
        staging.markForReview()
        #expect(try staging.commit().written == [scratch["review/x/out.txt"]])
        #expect(scratch.files == ["review/x/out.txt"])
    }

    @Test func aDroppedRunLeavesNothing() throws {
        let scratch = try ScratchFolder()
        let folder = try OutputFolder(scratch.path)
        let staging = folder.staging(for: "a.jpg")
        try staging.write("out.txt", fill("1"))
        folder.abandon()
        #expect(scratch.files == [])
        #expect(throws: (any Error).self) { try staging.commit() }
        #expect(throws: (any Error).self) { try staging.write("two.txt", fill("2")) }
        #expect(scratch.files == [])
    }

    @Test func onlyWhatKilledRunsLeftIsRemoved() throws {
        let scratch = try ScratchFolder()
        let alive = try OutputFolder(scratch.path).staging(for: "a.jpg")
        try alive.write("out.txt", fill("alive"))
        // Left behind: nobody holds the lock of number 0, or there is none.
        try scratch.write("", to: ".vipsam-0123456789abcdef-0")
        try scratch.write("half", to: ".vipsam-0123456789abcdef-1.png")
        try scratch.write("half", to: ".vipsam-fedcba9876543210-2.png")
        // Not ours, whatever it looks like.
        let others = [".vipsam-notes.txt", ".vipsam-0123-1.png", "vipsam-0123456789abcdef-1.png"]
        for name in others { try scratch.write("mine", to: name) }
        _ = try OutputFolder(scratch.path).staging(for: "b.jpg")
        #expect(others.allSatisfy(scratch.files.contains))
        #expect(!scratch.files.contains { $0.contains("0123456789abcdef-0") || $0.hasPrefix(".vipsam-fed") })
        _ = try alive.commit()
        #expect(scratch.text(of: "out.txt") == "alive")
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let scratch = try ScratchFolder()
        try scratch.write("", to: "file")
        let error = #expect(throws: Diagnostic.self) { try OutputFolder(scratch["file/out"]) }
        #expect(error?.cause == .output)
        #expect(error?.message == "'\(scratch["file"])' is a file, but a folder is needed there")
    }
}

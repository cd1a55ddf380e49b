import Foundation
import Glibc
import Testing
import VipsamKit

/// Slow enough to be interrupted in the middle.
private let slow = """
    vipsam: 1
    input: {files: "photos/*.png"}
    steps:
      - vips.gaussblur: {sigma: 30, precision: float}
      - save: {to: "{name}.png"}

    """

@Suite(.serialized) struct InterruptionTests {
    private func batch(_ count: Int) throws -> Folder {
        let folder = try Folder()
        try folder.write(slow, to: "recipe.yaml")
        try folder.picture("photos/0.png", width: 600, height: 400)
        for number in 1..<count {
            try FileManager.default.copyItem(atPath: folder["photos/0.png"], toPath: folder["photos/\(number).png"])
        }
        return folder
    }

    /// Waits until something was written; false when the process ended before.
    private func waitForOutput(_ running: Command.Running, _ folder: Folder) -> Bool {
        while running.process.isRunning {
            if folder.files("out").contains(where: { !$0.hasPrefix(".") }) { return true }
            usleep(2000)
        }
        return false
    }

    @Test func aPoliteStopFinishesWhatIsInWorkAndTheNextRunContinues() throws {
        let folder = try batch(40)
        let running = try Command.start(["run", "recipe.yaml", "-o", "out", "-j", "1"], in: folder)
        try #require(waitForOutput(running, folder))
        running.process.terminate()
        let stopped = running.wait()
        #expect(stopped.code == 75, "\(stopped.errors)")
        #expect(stopped.errors.contains("(stopped: signal)"))
        let done = folder.files("out")
        #expect(!done.isEmpty && done.count < 40)
        #expect(!done.contains { $0.contains(".vipsam-") })
        let report = try #require(folder.json("out/vipsam-report/report.json"))
        #expect(report["exit"] as? Int == 75)
        let next = try Command.run(["run", "recipe.yaml", "-o", "out", "--keep-existing"], in: folder)
        #expect(next.code == 0, "\(next.errors)")
        #expect(folder.files("out").count == 40)
    }

    @Test func withoutGraceWhatIsInWorkIsDropped() throws {
        let folder = try batch(40)
        let running = try Command.start(["run", "recipe.yaml", "-o", "out", "-j", "2", "--grace", "0.001s"], in: folder)
        try #require(waitForOutput(running, folder))
        running.process.terminate()
        #expect(running.wait().code == 75)
        #expect(!folder.files("out").contains { $0.contains(".vipsam-") })
    }

    @Test func whatAKilledRunLeftIsClearedByTheNextOne() throws {
        let folder = try batch(30)
        let running = try Command.start(["run", "recipe.yaml", "-o", "out", "-j", "2"], in: folder)
        try #require(waitForOutput(running, folder))
        kill(running.process.processIdentifier, SIGKILL)
        #expect(running.wait().code == -SIGKILL)
        for name in folder.files("out") where !name.hasPrefix(".") {
            #expect(throws: Never.self) { _ = try ImageFile.open(folder["out/" + name]).pixels.average() }
        }
        let next = try Command.run(["run", "recipe.yaml", "-o", "out"], in: folder)
        #expect(next.code == 0, "\(next.errors)")
        #expect(folder.files("out") == (0..<30).map { "\($0).png" }.sorted())
    }

    @Test func aTimeLimitLeavesWork() throws {
        let folder = try batch(30)
        let run = try Command.run(["run", "recipe.yaml", "-o", "out", "-j", "1", "--time-limit", "0.001s"], in: folder)
        #expect(run.code == 75)
        #expect(run.errors.contains("(stopped: time limit)"))
    }

    /// Mounting a file system of one megabyte takes rights that not every test machine gives.
    @Test(.enabled(if: SmallDisk.isPossible)) func aFullDiskIsWorthARetry() throws {
        let folder = try batch(4)
        // 720 kB each: the second one does not fit.
        try folder.write(slow.replacingOccurrences(of: "{name}.png\"}", with: "{name}.png\", compression: 0}"), to: "recipe.yaml")
        let disk = try #require(SmallDisk(at: folder["out"]))
        let run = try Command.run(["run", "recipe.yaml", "-o", "out", "-j", "1"], in: folder)
        #expect(run.code == 74, "\(run.errors)")
        #expect(run.errors.contains("cannot be written: "))
        #expect(!folder.files("out").contains { $0.contains(".vipsam-") })
        _ = disk
    }
}

/// A file system in memory with one megabyte.
private final class SmallDisk {
    private let path: String

    static var isPossible: Bool {
        guard geteuid() == 0, let folder = try? Folder() else { return false }
        return SmallDisk(at: folder["probe"]) != nil
    }

    init?(at path: String) {
        self.path = path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0 else { return nil }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }
}

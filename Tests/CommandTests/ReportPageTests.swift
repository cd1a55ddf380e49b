import Foundation
import Testing
import VipsamKit

/// The report's page in a real browser.
@Suite struct ReportPageTests {
    private static let browser = "/usr/bin/chromium"

    private static let recipe = """
        vipsam: 1
        about: Make pictures smaller.
        steps:
          - resize: 50%
          - save: {to: "small/{name}.jpg"}

        """

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: browser), "needs Debian's package 'chromium'"))
    func aBrowserShowsItWithoutComplaint() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        for seed in 0..<3 { try folder.picture("pictures/<b>\(seed)&.png", width: 400, height: 300, seed: seed) }
        try folder.truncatedPicture("pictures/broken.png")
        let run = try Command.run(["run", "recipe.yaml", "pictures", "-o", "out", "--report"], in: folder)
        #expect(run.code == 1)
        #expect(run.errors.hasSuffix("; report: out/vipsam-report/report.html\n"))

        let page = folder["out/vipsam-report/report.html"]
        let browser = Process()
        browser.executableURL = URL(fileURLWithPath: Self.browser)
        browser.arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--user-data-dir=" + folder.home + "/browser", "--enable-logging=stderr", "--window-size=900,1200",
            "--screenshot=" + folder["shot.png"], URL(fileURLWithPath: page).absoluteString,
        ]
        _ = FileManager.default.createFile(atPath: folder["log.txt"], contents: nil)
        browser.standardError = FileHandle(forWritingAtPath: folder["log.txt"])
        browser.standardOutput = FileHandle.nullDevice
        try browser.run()
        browser.waitUntilExit()
        #expect(browser.terminationStatus == 0)
        let log = String(decoding: folder.data("log.txt") ?? Data(), as: UTF8.self)
        #expect(!log.contains("CONSOLE"), "\(log)")

        // The page's paper, and the many colours of the pictures on it.
        let shot = try ImageFile.open(folder["shot.png"], access: .random).pixels
        #expect(shot.width == 900 && shot.height == 1200)
        let bytes = try ImageFile.model(of: shot).bytes()
        let colours = Set(stride(from: 0, to: bytes.count, by: 3).map { [bytes[$0], bytes[$0 + 1], bytes[$0 + 2]] })
        #expect(colours.count > 2000)
    }
}

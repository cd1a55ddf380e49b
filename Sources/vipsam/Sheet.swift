internal import ArgumentParser
internal import VipsamKit
internal import VipsamRun

/// `vipsam contact-sheet FILES… -o sheet.png`
struct Sheet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contact-sheet", abstract: "Many pictures on one sheet, to look at.")

    @Argument(help: "Pictures, in the order of the sheet.") var files: [String]
    @Option(name: .shortAndLong, help: "The file to write; its ending says the format.") var output: String
    @Option(help: "Side of a cell, in pixels.") var side = 280
    @Option(help: "Pictures in a row.") var columns = 5
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if !(16...4096).contains(side) { throw ValidationError("'--side' must be between 16 and 4096, not '\(side)'") }
        if !(1...100).contains(columns) {
            throw ValidationError("'--columns' must be between 1 and 100, not '\(columns)'")
        }
    }

    mutating func run() throws {
        try failing {
            do { _ = try PictureFormat(ofFile: output) } catch { throw Failure(wrapping: error, code: .usage) }
            for file in files where !Paths.exists(file) { throw Failure("there is no file '\(file)'", .noInput) }
            try OneOutput.check(output, isNoneOf: files)
            let cells = files.map { ContactSheet.Cell(path: $0, caption: Paths.stemAndExtension(of: $0).stem) }
            if !ContactSheet.hasWords {
                Terminal.say("the sheet has no captions: no font was found (in Debian: fonts-dejavu-core)")
            }
            let sheet = try ContactSheet(side: side, columns: columns).drawn(cells)
            let staging = try OutputFolder(Paths.folder(of: output), inputs: files).staging(for: "the sheet")
            do {
                try staging.write(Paths.name(of: output)) { try ImageWriter.write(sheet, to: $0) }
                _ = try staging.commit()
            } catch {
                staging.discard()
                throw error
            }
        }
    }
}

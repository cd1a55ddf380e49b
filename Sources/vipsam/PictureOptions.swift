internal import ArgumentParser
internal import VipsamKit
internal import VipsamRun

/// Where the object is: what `segment` and `cutout` are told.
struct PromptOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Around the object, in pixels of the upright picture.", valueName: "x,y,w,h"))
    var box: BoxArgument?
    @Option(
        name: .customLong("point"), parsing: .singleValue,
        help: ArgumentHelp("On the object (label 1, the default) or beside it (label 0); may be repeated.", valueName: "x,y[,label]"))
    var points: [ClickArgument] = []

    var isEmpty: Bool { box == nil && points.isEmpty }

    var prompt: Prompt { Prompt(clicks: points.map(\.click), box: box?.box) }
}

/// `x,y,w,h`
struct BoxArgument: ExpressibleByArgument {
    let text: String
    let box: Box

    init?(argument: String) {
        guard let n = NumberList.read(argument), n.count == 4, n[2] > 0, n[3] > 0 else { return nil }
        text = argument
        box = Box(x: n[0], y: n[1], width: n[2], height: n[3])
    }
}

/// `x,y` or `x,y,label`
struct ClickArgument: ExpressibleByArgument {
    let text: String
    let click: Click

    init?(argument: String) {
        guard let n = NumberList.read(argument), (2...3).contains(n.count), n.count == 2 || n[2] == 0 || n[2] == 1 else {
            return nil
        }
        text = argument
        click = Click(Point(x: n[0], y: n[1]), isForeground: n.count == 2 || n[2] == 1)
    }
}

enum NumberList {
    /// Numbers between commas; nil when one is none.
    static func read(_ text: String) -> [Double]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { NumberText.number($0.trimmed) }
        let numbers = parts.compactMap { $0 }
        return numbers.count == parts.count && numbers.allSatisfy { abs($0) < 1e9 } ? numbers : nil
    }
}

/// The one picture of `segment`, `cutout` and `preview`.
enum OnePicture {
    /// - Throws: a failure: 66 where nothing is, 1 where a picture is broken.
    static func header(_ path: String) throws -> ImageHeader {
        guard Paths.exists(path) else { throw Failure("there is no file '\(path)'", .noInput) }
        if Paths.isFolder(path) {
            throw Failure("'\(path)' is a folder; give one picture", .usage, note: "'vipsam run' takes folders")
        }
        do { return try ImageFile.probe(path) } catch { throw Failure(wrapping: error, code: .itemsFailed) }
    }
}

/// The one file that a command writes under the name that it was given.
enum OneOutput {
    /// - Throws: a failure (64) where it is one of the files that are read, whatever its name: a mistake of the command
    ///   line, and no recipe's.
    static func check(_ output: String, isNoneOf inputs: [String]) throws {
        guard let identity = FileIdentity(output),
            let input = inputs.first(where: { FileIdentity($0) == identity })
        else { return }
        let what = output == input ? "is an input" : "is the same file as the input '\(input)'"
        throw Failure(
            "the output '\(output)' \(what); inputs are never replaced", .usage, note: "give another name with -o")
    }
}

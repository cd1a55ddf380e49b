import Foundation
import VipsamKit

/// The built binary, run as a user runs it.
struct Command {
    let code: Int32
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    var json: [String: Any]? { try? JSONSerialization.jsonObject(with: output) as? [String: Any] }

    /// Beside the tests, where the package manager puts it.
    static var path: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent + "/vipsam"
    }

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A process that nobody waits for yet. Home and configuration are empty folders of the test.
    static func start(
        _ arguments: [String], in folder: Folder, input: Data? = nil, environment: [String: String] = [:]
    ) throws -> Running {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("VIPSAM_") && !$0.key.hasPrefix("XDG_") }
        variables["HOME"] = folder.home
        process.environment = variables.merging(environment) { $1 }
        let output = folder.home + "/stdout-\(UUID().uuidString)", errors = folder.home + "/stderr-\(UUID().uuidString)"
        for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        let source = folder.home + "/stdin"
        _ = FileManager.default.createFile(atPath: source, contents: input ?? Data())
        process.standardInput = FileHandle(forReadingAtPath: source)
        try process.run()
        return Running(process: process, output: output, errors: errors)
    }

    static func run(
        _ arguments: [String], in folder: Folder, input: Data? = nil, environment: [String: String] = [:]
    ) throws -> Command {
        try start(arguments, in: folder, input: input, environment: environment).wait()
    }

    struct Running {
        let process: Process
        fileprivate let output: String
        fileprivate let errors: String

        func wait() -> Command {
            process.waitUntilExit()
            return Command(
                code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
                output: FileManager.default.contents(atPath: output) ?? Data(),
                errors: String(decoding: FileManager.default.contents(atPath: errors) ?? Data(), as: UTF8.self))
        }
    }
}

/// A folder to work in, and a home beside it; both go away with the test.
final class Folder {
    let path: String
    let home: String

    init() throws {
        let root = NSTemporaryDirectory() + "vipsam-command-" + UUID().uuidString
        path = root + "/work"
        home = root + "/home"
        for folder in [path, home] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }

    subscript(_ name: String) -> String { path + "/" + name }

    func write(_ text: String, to name: String) throws {
        try makeParent(of: name)
        try text.write(toFile: self[name], atomically: false, encoding: .utf8)
    }

    func data(_ name: String) -> Data? { FileManager.default.contents(atPath: self[name]) }

    func json(_ name: String) -> [String: Any]? {
        data(name).flatMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }

    /// A textured colour picture; `seed` makes it another one.
    func picture(_ name: String, width: Int = 64, height: Int = 48, seed: Int = 0) throws {
        try makeParent(of: name)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * width * height)
        for y in 0..<height {
            for x in 0..<width {
                let value = (x * 5 + y * 3 + seed * 31) ^ (x * y / 7)
                bytes.append(UInt8(value & 255))
                bytes.append(UInt8((value >> 1) & 255))
                bytes.append(UInt8((x + seed) & 255))
            }
        }
        try ImageWriter.write(Pixels.from(bytes: bytes, width: width, height: height, bands: 3), to: self[name])
    }

    /// A picture whose second half is missing.
    func truncatedPicture(_ name: String) throws {
        try picture(name, width: 200, height: 150)
        let data = data(name) ?? Data()
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: self[name]))
    }

    /// All files below, hidden ones too, without the report; sorted.
    func files(_ under: String = "") -> [String] {
        let all = FileManager.default.enumerator(atPath: self[under])?.compactMap { $0 as? String } ?? []
        return all.filter { name in
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: self[under] + "/" + name, isDirectory: &isFolder)
            return isThere && !isFolder.boolValue && !name.contains("vipsam-report/")
        }.sorted()
    }

    private func makeParent(of name: String) throws {
        try FileManager.default.createDirectory(
            atPath: (self[name] as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    }
}

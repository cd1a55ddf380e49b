import Foundation
import Testing
import VipsamKit

/// Plugins from outside: one that is built from its own package, and some that are refused.
@Suite(.serialized) struct PluginTests {
    /// The example, built by its own package with the same toolchain.
    private static func buildExample(into folder: Folder) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "build", "-c", "release", "--package-path", Command.repository + "/Plugins/Example", "--scratch-path",
            folder.home + "/example",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return folder.home + "/example/release/libExample.so"
    }

    @Test func thePluginOfItsOwnPackageWorks() throws {
        let folder = try Folder()
        let plugin = try Self.buildExample(into: folder)
        try folder.write(
            """
            vipsam: 1
            input: {files: "*.png"}
            steps:
              - duotone: {dark: black, light: "#ff0000"}
              - save: {to: "out/{name}.png"}

            """, to: "recipe.yaml")
        try folder.picture("a.png")
        let run = try Command.run(["run", "recipe.yaml", "--plugin", plugin], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let pixels = try ImageFile.open(folder["out/a.png"], access: .random).pixels
        #expect(try pixels.extractBand(0).average() > 10)
        #expect(try pixels.extractBand(1).average() == 0)

        let page = try Command.run(["ops", "duotone"], in: folder, environment: ["VIPSAM_PLUGINS": plugin])
        #expect(page.code == 0)
        #expect(page.text.contains("Colour of white places."))

        try folder.write(
            """
            vipsam: 1
            input: {files: "*.png"}
            steps:
              - duotone: {lite: white}
              - save: {to: "out/{name}.png"}

            """, to: "wrong.yaml")
        let wrong = try Command.run(["check", "wrong.yaml", "--plugin", plugin], in: folder)
        #expect(wrong.code == 65)
        #expect(wrong.errors.contains("wrong.yaml:4:15: error: 'lite' is not an argument of duotone"))

        let copy = folder["copy.so"]
        try FileManager.default.copyItem(atPath: plugin, toPath: copy)
        try FileManager.default.copyItem(
            atPath: (plugin as NSString).deletingLastPathComponent + "/libVipsamKit.so", toPath: folder["libVipsamKit.so"])
        let twice = try Command.run(["ops", "--plugin", plugin, "--plugin", copy], in: folder)
        #expect(twice.code == 69)
        #expect(
            twice.errors == "error: the plugin '\(copy)' cannot be added: the operation 'duotone' of 'example' is "
                + "already there, from 'example'\n")
    }

    @Test func withoutThePluginItsOperationIsUnknown() throws {
        let folder = try Folder()
        #expect(try Command.run(["ops", "duotone"], in: folder).code == 64)
    }

    /// Compiles a C library, as a plugin of another toolchain would look.
    private func library(_ code: String, in folder: Folder) throws -> String {
        try folder.write(code, to: "plugin.c")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["clang", "-shared", "-fPIC", "-o", folder["plugin.so"], folder["plugin.c"]]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return "plugin.so"
    }

    @Test func aWrongStampIsRefused() throws {
        let folder = try Folder()
        let plugin = try library(
            """
            const char *vipsam_plugin_stamp(void) { return "vipsam-kit 0; somebody else's compiler"; }
            char *vipsam_plugin_register(void *registry) { __builtin_trap(); }
            """, in: folder)
        let run = try Command.run(["ops", "--plugin", plugin], in: folder)
        #expect(run.code == 69)
        #expect(
            run.errors.hasPrefix(
                """
                error: the plugin 'plugin.so' was built by another toolchain or for another kit
                note: it says 'vipsam-kit 0; somebody else's compiler'
                note: needed is 'vipsam-kit 
                """))
    }

    @Test func whatIsNoPluginIsRefused() throws {
        let folder = try Folder()
        let library = try Command.run(["ops", "--plugin", try library("int x = 1;", in: folder)], in: folder)
        #expect(library.code == 69)
        #expect(
            library.errors.hasPrefix("error: 'plugin.so' is not a plugin of vipsam: it has no function 'vipsam_plugin_stamp'\n"))
        try folder.write("not a library", to: "text.so")
        let text = try Command.run(["ops", "--plugin", "text.so"], in: folder)
        #expect(text.code == 69)
        #expect(text.errors.hasPrefix("error: the plugin 'text.so' cannot be loaded\nnote: the system says: "))
        let missing = try Command.run(["ops", "--plugin", "nowhere.so"], in: folder)
        #expect(missing.code == 69)
        #expect(missing.errors == "error: there is no plugin file 'nowhere.so'\n")
    }

    @Test func aPluginInTheCurrentFolderIsNotLoadedByItself() throws {
        let folder = try Folder()
        _ = try library("__attribute__((constructor)) static void f(void) { __builtin_trap(); }", in: folder)
        try folder.write("plugins: [plugin.so]\n", to: "vipsam.config.yaml")
        #expect(try Command.run(["ops"], in: folder).code == 0)
    }
}

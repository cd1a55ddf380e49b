internal import ArgumentParser
internal import COpenBLAS
internal import VipsamKit
internal import VipsamRun
internal import VipsamSegment

/// `vipsam doctor`: is everything in place?
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at libvips, formats, BLAS, cores, memory, models, plugins.")
    @OptionGroup var global: GlobalOptions

    /// Features that the kernels look for.
    private static let features = ["avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "asimd"]

    mutating func run() throws {
        Vips.start()
        var rows = [["vipsam", Program.version], ["libvips", Vips.version]]
        rows += [["reads", reads], ["writes", writes]]
        rows.append(["OpenBLAS", String(cString: openblas_get_config()).trimmed])
        rows.append(["cores", "\(Cores.available()) for this process"])
        rows.append(["processor", features])
        rows.append(["memory", memory])
        rows += folders
        var problems: [Diagnostic] = []
        do {
            let found = try Models.store(default: Environment["VIPSAM_MODEL"]).find(nil)
            let network = try WeightFile.network(WeightFile.open(found.path))
            rows.append(["model", "\(found.name) (\(network.encoderName), \(network.inputSide) pixels): \(found.path)"])
        } catch {
            let failure = Failure(wrapping: error)
            problems += failure.diagnostics
            rows.append(["model", "not usable"])
        }
        do {
            let registry = try global.registry()
            let foreign = registry.names.count { $0.hasPrefix("vips.") }
            rows.append(["operations", "\(registry.names.count - foreign), and \(foreign) of libvips"])
        } catch { problems += Failure(wrapping: error).diagnostics }
        Terminal.put(Terminal.table(rows))
        if !problems.isEmpty { throw Failure(problems, code: .model) }
        Terminal.say("everything is in place")
    }

    private var reads: String {
        let trusted = Vips.readers.filter { !$0.isUntrusted }.map(\.name)
        let blocked = Vips.readers.filter(\.isUntrusted).map(\.name)
        let more = blocked.isEmpty ? "" : "; with --untrusted-formats: \(blocked.joined(separator: ", "))"
        return trusted.joined(separator: ", ") + more
    }

    /// Of the formats that vipsam writes, those that this libvips can.
    private var writes: String {
        let endings = Set(Vips.writers.flatMap(\.endings))
        return PictureFormat.allCases.filter { $0.endings.contains { endings.contains("." + $0) } }.map(\.rawValue)
            .joined(separator: ", ")
    }

    private var features: String {
        let words = Set((SmallFile.text("/proc/cpuinfo") ?? "").split(whereSeparator: \.isWhitespace).map(String.init))
        let known = Self.features.filter(words.contains)
        return known.isEmpty ? "no vector features that are used" : known.joined(separator: ", ")
    }

    private var memory: String {
        let limit = MachineMemory.limit.map { "\(SizeText.bytes($0)) for this process" } ?? "unknown"
        return limit + (MachineMemory.free.map { ", \(SizeText.bytes($0)) free" } ?? "")
    }

    private var folders: [[String]] {
        [
            ["recipes", Folders.shipped("recipes") ?? "the shipped ones are nowhere"],
            ["models", WeightSearch.standard().folders.joined(separator: ", ")],
            ["plugins", Folders.data.map { $0 + "/plugins" } ?? "no folder: HOME is not set"],
            ["cache", Folders.cache.map { $0 + "/embeddings" } ?? "none: HOME is not set"],
        ]
    }
}

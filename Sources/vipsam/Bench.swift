internal import ArgumentParser
internal import Glibc
internal import VipsamKit
internal import VipsamRun
internal import VipsamSegment
internal import VipsamTensor

/// `vipsam bench`: how fast the model is here, against what a plain matrix product reaches in the same
/// run.
struct Bench: ParsableCommand {
    enum Part: String, ExpressibleByArgument, CaseIterable { case encode, decode, everything }

    static let configuration = CommandConfiguration(
        abstract: "Measure encode, decode and everything.",
        discussion: "'decode' is one prompt up to its three small masks; 'everything' is what comes after the encode. "
            + "The floor of a stage is the time that its multiplications take at the speed of a plain sgemm, measured in "
            + "the same run on the same threads.")

    @Option(help: "A model's name or file (also: VIPSAM_MODEL).") var model: String?
    @Option(help: "A picture (default: one that is computed, 1800 × 1200).") var image: String?
    @Option(help: "Only one stage.") var only: Part?
    @Option(help: "How often encode and decode are measured; everything is measured once.") var runs = 3
    @Option(help: "Threads (default: all cores).") var threads: Int?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if !(1...10_000).contains(runs) { throw ValidationError("'--runs' must be between 1 and 10000, not '\(runs)'") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("'--threads' must be between 1 and 1024, not '\(threads)'")
        }
    }

    mutating func run() throws { try failing { try work() } }

    private func work() throws {
        let configuration = try Configuration()
        let loaded = try load(model ?? configuration["model"])
        // Without the cache on disk: what is measured is the encoder.
        let predictor = Predictor(loaded.predictor.model, digest: loaded.predictor.digest)
        let count = threads ?? Cores.available()
        let workers = Threads(count)
        let picture = try picture()
        let rate = Sgemm.rate(threads: workers)
        var figures = Figures(model: loaded, picture: picture, threads: count, rate: rate)
        var embedding: Embedding?
        for _ in 0..<(only == nil || only == .encode ? runs : 1) {
            let start = RunClock.seconds
            embedding = predictor.embed(picture, threads: workers)
            figures.encode.append((RunClock.seconds - start) * 1e3)
        }
        if only == nil || only == .decode, let features = embedding?.features,
            let prepared = predictor.model.prepare(features, threads: workers)
        {
            let middle = Float(predictor.model.inputSide) / 2
            let prompt = ModelPrompt(points: [ModelPrompt.Place(x: middle, y: middle, label: 1)])
            for _ in 0..<runs {
                let start = RunClock.seconds
                _ = prepared.decode(prompt, threads: workers).logits([1, 2, 3])
                figures.decode.append((RunClock.seconds - start) * 1e3)
            }
        }
        if only == nil || only == .everything {
            var options = MaskGenerator.Options()
            options.predIoUThreshold = loaded.recommended.predIoUThreshold ?? options.predIoUThreshold
            options.stabilityScoreThreshold = loaded.recommended.stabilityScoreThreshold ?? options.stabilityScoreThreshold
            let start = RunClock.seconds
            figures.masks = MaskGenerator(predictor, options: options).generate(
                picture, whole: embedding, threads: workers
            ).count
            figures.everything.append((RunClock.seconds - start) * 1e3)
            figures.prompts = options.pointsPerSide * options.pointsPerSide
        }
        if only == .decode || only == .everything { figures.encode = [] }
        Terminal.put(json ? figures.json.pretty : figures.table)
    }

    /// A model that is not here, but whose layout is known, is made of random weights.
    private func load(_ name: String?) throws -> LoadedModel {
        let store = Models.store(default: name)
        if let name, (try? store.find(nil)) == nil, let random = RandomWeights(name) {
            let folder = try TemporaryFolder.make()
            let path = Paths.joined(folder, name + ".safetensors")
            defer {
                unlink(path)
                rmdir(folder)
            }
            Terminal.say("'\(name)' is not here: random weights of its layout are measured")
            try random.write(to: path)
            return try Models.store(default: path).model(nil)
        }
        return try store.model(nil)
    }

    private func picture() throws -> RGBRaster {
        guard let image else { return TestPicture.make(width: 1800, height: 1200) }
        _ = try OnePicture.header(image)
        let pixels = try ImageFile.model(of: ImageFile.open(image, access: .random).pixels)
        return RGBRaster(width: pixels.width, height: pixels.height, bytes: try pixels.bytes())
    }
}

/// What a measurement found.
private struct Figures {
    let model: LoadedModel
    let picture: RGBRaster
    let threads: Int
    let rate: Sgemm.Rate
    var encode: [Double] = []
    var decode: [Double] = []
    var everything: [Double] = []
    var masks: Int?
    var prompts = 0

    init(model: LoadedModel, picture: RGBRaster, threads: Int, rate: Sgemm.Rate) {
        self.model = model
        self.picture = picture
        self.threads = threads
        self.rate = rate
    }

    /// Multiplications and additions of one encoder pass, in units of 10⁹. Counted for the official
    /// models at 1024 pixels; nil for others.
    private var encodeGflop: Double? {
        let model = model.predictor.model
        guard model.inputSide == 1024, let sam = model as? SamModel else { return nil }
        let billions: [String: Double] = ["vit_b": 486, "vit_h": 2981, "tiny_vit": 38.7]
        return billions[sam.encoderName].map { 2 * $0 }
    }

    /// Of one prompt, with an embedding of 64 × 64.
    private var decodeGflop: Double? { model.predictor.model.maskSide == 256 ? 2 * 1.78 : nil }

    /// Of the masks that the grid asks for, three per point, those that stay.
    private var survival: Double? {
        masks.flatMap { prompts > 0 ? Double($0) / Double(3 * prompts) : nil }
    }

    private func floorRatio(_ times: [Double], _ gflop: Double?) -> Double? {
        guard let gflop, let fastest = times.min(), rate.best > 0 else { return nil }
        return fastest / (gflop / rate.best * 1e3)
    }

    var json: JSON {
        func times(_ values: [Double]) -> JSON { .list(values.map { .number(($0 * 1e3).rounded() / 1e3) }) }
        return .object([
            "model": .text(model.name), "width": .integer(picture.width), "height": .integer(picture.height),
            "threads": .integer(threads), "sgemm_gflops": .number((rate.best * 10).rounded() / 10),
            "openblas_gflops": .number((rate.openBLAS * 10).rounded() / 10), "openblas_core": .text(rate.openBLASCore),
            "kernel_gflops": .number((rate.ownKernels * 10).rounded() / 10), "kernel_level": .text(rate.ownLevel),
            "encode_ms": times(encode), "decode_ms": times(decode), "everything_ms": times(everything),
            "masks": masks.map(JSON.integer), "survival": survival.map(JSON.number),
            "encode_gflop": encodeGflop.map(JSON.number), "decode_gflop": decodeGflop.map(JSON.number),
            "encode_floor_ratio": floorRatio(encode, encodeGflop).map(JSON.number),
            "decode_floor_ratio": floorRatio(decode, decodeGflop).map(JSON.number),
            "peak_rss_bytes": MachineMemory.peak.map(JSON.integer),
        ])
    }

    var table: String {
        func row(_ name: String, _ times: [Double], _ ratio: Double?) -> [String] {
            let best = times.min().map { NumberForms.tenths($0) + " ms" } ?? "–"
            return [name, best, ratio.map { NumberForms.tenths($0) + " × floor" } ?? ""]
        }
        var rows = [
            ["model", model.name, ""], ["picture", "\(picture.width) × \(picture.height)", ""],
            ["threads", String(threads), ""], [
                "sgemm", NumberForms.tenths(rate.openBLAS) + " GFLOP/s (OpenBLAS, \(rate.openBLASCore))",
                NumberForms.tenths(rate.ownKernels) + " (ours, \(rate.ownLevel))",
            ],
        ]
        if !encode.isEmpty { rows.append(row("encode", encode, floorRatio(encode, encodeGflop))) }
        if !decode.isEmpty { rows.append(row("decode", decode, floorRatio(decode, decodeGflop))) }
        if !everything.isEmpty { rows.append(row("everything", everything, nil)) }
        if let masks { rows.append(["masks", String(masks), ""]) }
        if let peak = MachineMemory.peak { rows.append(["peak memory", SizeText.bytes(peak), ""]) }
        return Terminal.table(rows)
    }
}

/// A textured picture for measurements: the same everywhere, without a file.
private enum TestPicture {
    static func make(width: Int, height: Int) -> RGBRaster {
        var bytes = [UInt8](repeating: 0, count: 3 * width * height)
        for y in 0..<height {
            for x in 0..<width {
                // Tiles of 75 pixels in changing colours, with a fine weave in each.
                let tile = (x / 75) &* 31 &+ (y / 75) &* 57
                let weave = ((x & 7) ^ (y & 7)) * 4
                let place = 3 * (y * width + x)
                bytes[place] = UInt8(truncatingIfNeeded: tile &* 37 &+ weave)
                bytes[place + 1] = UInt8(truncatingIfNeeded: tile &* 91 &+ weave)
                bytes[place + 2] = UInt8(truncatingIfNeeded: tile &* 17 &+ weave)
            }
        }
        return RGBRaster(width: width, height: height, bytes: bytes)
    }
}

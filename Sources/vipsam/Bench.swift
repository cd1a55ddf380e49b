internal import ArgumentParser
internal import Glibc
internal import VipsamKit
internal import VipsamRun
internal import VipsamSegment
internal import VipsamTensor

/// `vipsam bench`: how fast the model is here, against what a plain matrix product reaches in the same
/// run.
struct Bench: ParsableCommand {
    enum Part: String, ExpressibleByArgument, CaseIterable { case encode, decode, prompts, everything, workers }

    static let configuration = CommandConfiguration(
        abstract: "Measure encode, decode and everything.",
        discussion: "'encode' is the image encoder without the resizing; 'decode' is one prompt up to "
            + "its three small masks, 'prompts' is 64 of them; 'everything' is what comes after the encode; 'workers' is "
            + "how encodes of one thread each gain from one another's company, beside plain products. The floor of a "
            + "stage is the time that its multiplications take at the speed of a plain sgemm, measured in the same run "
            + "on the same threads.")

    /// Prompts of the stage of that name.
    private static let prompts = 64

    @Option(help: "A model's name or file (also: VIPSAM_MODEL).") var model: String?
    @OptionGroup var precision: PrecisionOption
    @Option(help: "A picture (default: one that is computed, 1800 × 1200).") var image: String?
    @Option(help: "Only one stage.") var only: Part?
    @Option(help: "How often each stage is measured; everything is measured once.") var runs = 3
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
        var figures = BenchFigures(model: loaded, picture: picture, threads: count, rate: rate)
        let input = Self.input(side: predictor.model.inputSide)
        if wants(.encode) {
            for _ in 0..<runs {
                figures.encode.append(Self.milliseconds { _ = predictor.model.encode(input, threads: workers) })
            }
        }
        if wants(.decode) || wants(.prompts) || wants(.everything) {
            let embedding = predictor.embed(picture, threads: workers)
            if let prepared = predictor.model.prepare(embedding.features, threads: workers) {
                measurePrompts(prepared, workers, &figures)
            }
            if wants(.everything) { measureEverything(loaded, predictor, picture, embedding, workers, &figures) }
        }
        if wants(.workers) { measureWorkers(predictor.model, input, count, &figures) }
        Terminal.put(json ? figures.json.pretty : figures.table)
    }

    private func wants(_ part: Part) -> Bool { only == nil || only == part }

    /// Numbers between −2 and 2 in no order: an encoder takes as long for them as for a picture.
    private static func input(side: Int) -> Tensor {
        Tensor([3, side, side], (0..<3 * side * side).map { Float(($0 &* 7919) % 1021) / 255 - 2 })
    }

    private static func milliseconds(_ body: () -> Void) -> Double {
        let start = RunClock.seconds
        body()
        return (RunClock.seconds - start) * 1e3
    }

    private func measurePrompts(_ prepared: any PreparedPicture, _ workers: Threads, _ figures: inout BenchFigures) {
        let side = Float(figures.model.predictor.model.inputSide)
        if wants(.decode) {
            let prompt = ModelPrompt(points: [ModelPrompt.Place(x: side / 2, y: side / 2, label: 1)])
            for _ in 0..<runs {
                figures.decode.append(
                    Self.milliseconds { _ = prepared.decode(prompt, threads: workers).logits([1, 2, 3]) })
            }
        }
        if wants(.prompts) {
            let prompts = (0..<Self.prompts).map { index in
                let place = (Float(index) + 0.5) / Float(Self.prompts)
                return ModelPrompt(points: [ModelPrompt.Place(x: place * side, y: (1 - place) * side, label: 1)])
            }
            for _ in 0..<runs {
                figures.prompts.append(
                    Self.milliseconds {
                        prepared.decode(
                            prompts, among: 1..<4, threads: workers, choose: { _, _ in [1, 2, 3] },
                            take: { _, _, _ in })
                    })
            }
        }
    }

    private func measureEverything(
        _ loaded: LoadedModel, _ predictor: Predictor, _ picture: RGBRaster, _ embedding: Embedding,
        _ workers: Threads, _ figures: inout BenchFigures
    ) {
        var options = MaskGenerator.Options()
        options.predIoUThreshold = loaded.recommended.predIoUThreshold ?? options.predIoUThreshold
        options.stabilityScoreThreshold = loaded.recommended.stabilityScoreThreshold ?? options.stabilityScoreThreshold
        let generator = MaskGenerator(predictor, options: options)
        figures.everything.append(
            Self.milliseconds {
                figures.masks = generator.generate(picture, whole: embedding, threads: workers).count
            })
        figures.points = options.pointsPerSide * options.pointsPerSide
    }

    /// Encodes of one thread each, alone and as many at a time as there are threads, in turns with plain products.
    private func measureWorkers(_ model: any MaskModel, _ input: Tensor, _ count: Int, _ figures: inout BenchFigures) {
        let together = Threads(count)
        for _ in 0..<runs {
            figures.sgemmScaling.append(
                Sgemm.rate(threads: together, rounds: 2).ownKernels / Sgemm.rate(threads: .one, rounds: 2).ownKernels)
            let alone = Self.milliseconds { _ = model.encode(input, threads: .one) }
            let all = Self.milliseconds { together.forEach(count) { _ in _ = model.encode(input, threads: .one) } }
            figures.workerScaling.append(Double(count) * alone / all)
        }
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
            return try Models.store(default: path).model(nil, precision: precision.value)
        }
        return try store.model(nil, precision: precision.value)
    }

    private func picture() throws -> RGBRaster {
        guard let image else { return TestPicture.make(width: 1800, height: 1200) }
        _ = try OnePicture.header(image)
        let pixels = try ImageFile.model(of: ImageFile.open(image, access: .random).pixels)
        return RGBRaster(width: pixels.width, height: pixels.height, bytes: try pixels.bytes())
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

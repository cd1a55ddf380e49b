internal import VipsamRun
internal import VipsamSegment
internal import VipsamTensor

/// What `vipsam bench` found, as a table and as JSON.
struct BenchFigures {
    /// Multiplications and additions that a stage needs, in units of 10⁹, counted for the official models at 1024
    /// pixels. One prompt needs 1.6 once what all prompts share is left out and the products are put in the best order.
    private static let encodeGflop: [String: Double] = ["vit_b": 972, "vit_h": 5962, "tiny_vit": 77.5]
    private static let promptGflop = 1.6
    private static let promptsPerBatch = 64.0

    let model: LoadedModel
    let picture: RGBRaster
    let threads: Int
    let rate: Sgemm.Rate
    var encode: [Double] = []
    var decode: [Double] = []
    var prompts: [Double] = []
    var everything: [Double] = []
    /// How much more several workers do than one, and how much more plain products do.
    var workerScaling: [Double] = []
    var sgemmScaling: [Double] = []
    var masks: Int?
    var points = 0

    init(model: LoadedModel, picture: RGBRaster, threads: Int, rate: Sgemm.Rate) {
        self.model = model
        self.picture = picture
        self.threads = threads
        self.rate = rate
    }

    private var neededForEncode: Double? {
        let model = model.predictor.model
        guard model.inputSide == 1024, let sam = model as? SamModel else { return nil }
        return Self.encodeGflop[sam.encoderName]
    }

    private var neededForPrompt: Double? { model.predictor.model.maskSide == 256 ? Self.promptGflop : nil }

    /// Of the masks that the grid asks for, three per point, those that stay.
    private var survival: Double? {
        masks.flatMap { points > 0 ? Double($0) / Double(3 * points) : nil }
    }

    private var precision: String {
        switch model.precision {
        case .float32: "float32"
        case .int8: "int8 (\(QuantizedMatrix.levelName))"
        }
    }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }

    /// Two digits after the point.
    private static func hundredths(_ value: Double) -> String {
        let whole = Int((value * 100).rounded())
        return "\(whole / 100)." + (whole % 100 < 10 ? "0" : "") + String(whole % 100)
    }

    private func floorRatio(_ times: [Double], _ gflop: Double?) -> Double? {
        guard let gflop, let time = Self.median(times), rate.best > 0 else { return nil }
        return time / (gflop / rate.best * 1e3)
    }

    private var neededForPrompts: Double? { neededForPrompt.map { $0 * Self.promptsPerBatch } }

    var json: JSON {
        func list(_ values: [Double]) -> JSON { .list(values.map { .number(($0 * 1e3).rounded() / 1e3) }) }
        return .object([
            "model": .text(model.name), "width": .integer(picture.width), "height": .integer(picture.height),
            "threads": .integer(threads), "precision": .text(model.precision.rawValue),
            "int8_level": .text(QuantizedMatrix.levelName), "sgemm_gflops": .number((rate.best * 10).rounded() / 10),
            "openblas_gflops": .number((rate.openBLAS * 10).rounded() / 10), "openblas_core": .text(rate.openBLASCore),
            "kernel_gflops": .number((rate.ownKernels * 10).rounded() / 10), "kernel_level": .text(rate.ownLevel),
            "encode_ms": list(encode), "decode_ms": list(decode), "prompts_ms": list(prompts),
            "everything_ms": list(everything), "worker_scaling": list(workerScaling),
            "sgemm_scaling": list(sgemmScaling), "masks": masks.map(JSON.integer),
            "survival": survival.map(JSON.number), "encode_gflop": neededForEncode.map(JSON.number),
            "decode_gflop": neededForPrompt.map(JSON.number),
            "encode_floor_ratio": floorRatio(encode, neededForEncode).map(JSON.number),
            "decode_floor_ratio": floorRatio(decode, neededForPrompt).map(JSON.number),
            "prompts_floor_ratio": floorRatio(prompts, neededForPrompts).map(JSON.number),
            "peak_rss_bytes": MachineMemory.peak.map(JSON.integer),
        ])
    }

    var table: String {
        func row(_ name: String, _ times: [Double], _ gflop: Double?) -> [[String]] {
            guard let time = Self.median(times) else { return [] }
            let floor = gflop.map { NumberForms.tenths($0 / rate.best * 1e3) + " ms" } ?? ""
            let ratio = floorRatio(times, gflop).map { Self.hundredths($0) + " × floor" } ?? ""
            return [[name, NumberForms.tenths(time) + " ms", floor, ratio]]
        }
        var rows = [
            ["model", model.name, "", ""], ["picture", "\(picture.width) × \(picture.height)", "", ""],
            ["threads", String(threads), "", ""], ["precision", precision, "", ""],
            [
                "sgemm", NumberForms.tenths(rate.openBLAS) + " GFLOP/s (OpenBLAS, \(rate.openBLASCore))",
                NumberForms.tenths(rate.ownKernels) + " (ours, \(rate.ownLevel))", "",
            ], ["stage", "median", "floor", ""],
        ]
        rows += row("encode", encode, neededForEncode) + row("decode", decode, neededForPrompt)
        rows += row("64 prompts", prompts, neededForPrompts) + row("everything", everything, nil)
        if let masks { rows.append(["masks", String(masks), "", ""]) }
        if let workers = Self.median(workerScaling), let sgemm = Self.median(sgemmScaling) {
            rows.append([
                "\(threads) workers", Self.hundredths(workers) + " × one",
                "sgemm " + Self.hundredths(sgemm) + " ×", Self.hundredths(workers / sgemm) + " of it",
            ])
        }
        if let peak = MachineMemory.peak { rows.append(["peak memory", SizeText.bytes(peak), "", ""]) }
        return Terminal.table(rows)
    }
}

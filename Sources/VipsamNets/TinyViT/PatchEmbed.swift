import VipsamTensor

/// The stem of TinyViT: two 3×3 convolutions of stride 2 with a GELU between them.
struct PatchEmbed: Sendable {
    /// Output rows per piece of work.
    private static let band = 8

    let channels: Int
    private let inner: Int
    private let seq0: Convolution3x3, seq2: Convolution3x3

    /// Reads `seq.0` and `seq.2` at this place.
    init(_ w: Weights) throws(CheckpointError) {
        inner = try w.shape("seq.0.c.weight", rank: 4)[0]
        channels = try w.shape("seq.2.c.weight", rank: 4)[0]
        let first = try ConvBN(w["seq.0"], inner, 3, 3, 3)
        let second = try ConvBN(w["seq.2"], channels, inner, 3, 3)
        seq0 = Convolution3x3(weight: first.weight, bias: first.bias, stride: 2)
        seq2 = Convolution3x3(weight: second.weight, bias: second.bias, stride: 2)
    }

    /// A picture [3, size, size] to tokens [(size / 4)², channels].
    func callAsFunction(_ image: Floats, size: Int, into y: MutableFloats, threads: Threads) {
        let middle = (size + 1) / 2, side = (middle + 1) / 2
        threads.spread((side + Self.band - 1) / Self.band) { index, scratch in
            let first = index * Self.band, past = min(first + Self.band, side)
            let ring = scratch.take(4 * middle * inner), pixels = scratch.take(3 * size * 3)
            var done = max(2 * first - 1, 0)
            for line in first..<past {
                while done <= min(2 * line + 1, middle - 1) {
                    let slot = ring + done % 4 * middle * inner
                    convolveRow(done, image, size: size, pixels: pixels, into: slot, scratch)
                    done += 1
                }
                let around = [2 * line - 1, 2 * line, 2 * line + 1].map { at in
                    at >= 0 && at < middle ? Floats(ring + at % 4 * middle * inner) : nil
                }
                seq2(
                    columns: 0, side, width: middle, above: around[0], centre: around[1], below: around[2],
                    into: y + line * side * channels, scratch)
            }
        }
    }

    /// One row after the first convolution, from rows of planes that are interleaved on the way.
    private func convolveRow(
        _ line: Int, _ image: Floats, size: Int, pixels: MutableFloats, into y: MutableFloats, _ scratch: Scratch
    ) {
        var around: [Floats?] = []
        for (slot, at) in [2 * line - 1, 2 * line, 2 * line + 1].enumerated() {
            guard at >= 0 && at < size else {
                around.append(nil)
                continue
            }
            let row = pixels + slot * size * 3
            for channel in 0..<3 {
                let plane = image + (channel * size + at) * size
                for x in 0..<size { row[x * 3 + channel] = plane[x] }
            }
            around.append(Floats(row))
        }
        seq0(
            columns: 0, (size + 1) / 2, width: size, above: around[0], centre: around[1], below: around[2], into: y,
            activation: .gelu, scratch)
    }
}

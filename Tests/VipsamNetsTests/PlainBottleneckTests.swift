import Foundation
import Testing
import VipsamNets
import VipsamTensor

/// TinyViT's blocks of convolutions, which are worked off in blocks of rows and columns, against the whole picture at once
/// and batch norms that are not folded in.
@Suite struct PlainBottleneckTests {
    private final class Seen {
        var stages: [String: Tensor] = [:]
    }

    /// A picture of channels, [side², channels], in doubles.
    private struct Picture {
        var side: Int, channels: Int
        var values: [Double]
    }

    /// One convolution with its batch norm.
    private struct Plain {
        let checkpoint: Checkpoint, place: String

        private func vector(_ name: String) throws -> [Double] {
            try #require(try checkpoint.tensor("\(place).\(name)")).values.map { Double($0) }
        }

        private func normed(_ x: inout Picture) throws {
            let mean = try vector("bn.running_mean"), variance = try vector("bn.running_var")
            let gamma = try vector("bn.weight"), beta = try vector("bn.bias")
            for i in x.values.indices {
                let c = i % x.channels
                x.values[i] = (x.values[i] - mean[c]) / (variance[c] + 1e-5).squareRoot() * gamma[c] + beta[c]
            }
        }

        /// 1×1.
        func mixed(_ x: Picture) throws -> Picture {
            let weight = try vector("c.weight"), outputs = weight.count / x.channels
            var y = Picture(side: x.side, channels: outputs, values: [])
            for start in stride(from: 0, to: x.values.count, by: x.channels) {
                for o in 0..<outputs {
                    y.values.append((0..<x.channels).reduce(0) { $0 + x.values[start + $1] * weight[o * x.channels + $1] })
                }
            }
            try normed(&y)
            return y
        }

        /// 3×3, each channel by itself, with zeros around.
        func blurred(_ x: Picture, stride: Int) throws -> Picture {
            let weight = try vector("c.weight"), half = (x.side + stride - 1) / stride
            var y = Picture(side: half, channels: x.channels, values: [])
            for v in 0..<half {
                for u in 0..<half {
                    for c in 0..<x.channels {
                        var sum = 0.0
                        for dy in -1...1 {
                            for dx in -1...1 {
                                let row = v * stride + dy, column = u * stride + dx
                                guard (0..<x.side).contains(row), (0..<x.side).contains(column) else { continue }
                                let value = x.values[(row * x.side + column) * x.channels + c]
                                sum += value * weight[c * 9 + (dy + 1) * 3 + dx + 1]
                            }
                        }
                        y.values.append(sum)
                    }
                }
            }
            try normed(&y)
            return y
        }
    }

    private func gelu(_ x: Picture) -> Picture {
        var y = x
        for i in y.values.indices { y.values[i] *= 0.5 * (1 + erf(y.values[i] / 2.0.squareRoot())) }
        return y
    }

    private func block(_ x: Picture, _ checkpoint: Checkpoint, _ place: String, stride: Int, shortcut: Bool) throws -> Picture {
        func layer(_ name: String) -> Plain { Plain(checkpoint: checkpoint, place: "image_encoder.\(place).\(name)") }
        let wide = gelu(try layer("conv1").mixed(x))
        var y = try layer("conv3").mixed(gelu(try layer("conv2").blurred(wide, stride: stride)))
        guard shortcut else { return y }
        for i in y.values.indices { y.values[i] += x.values[i] }
        return gelu(y)
    }

    /// Inputs whose first stage has 32, 75 and 133 columns; with a stride of two, 16, 38 and 67.
    @Test(arguments: [128, 300, 532], [1, 3]) func blocksOfConvolutions(imageSize: Int, threads: Int) throws {
        let checkpoint = try Golden.tinyViT(imageSize: imageSize), sam = try Sam(checkpoint), seen = Seen()
        let image = Tensor([3, imageSize, imageSize], Pattern.floats(3 * imageSize * imageSize))
        _ = sam.encode(image, threads: Threads(threads), watch: StageWatch { seen.stages[$0] = $1 })
        func picture(_ name: String) throws -> Picture {
            let tensor = try #require(seen.stages[name])
            let side = Int(Double(tensor.shape[0]).squareRoot())
            return Picture(side: side, channels: tensor.shape[1], values: tensor.values.map { Double($0) })
        }
        for (from, to, stride) in [
            ("patch_embed", "layers.0.blocks.0", 1), ("layers.0.blocks.0", "layers.0.downsample", 2),
        ] {
            let wanted = try block(try picture(from), checkpoint, to, stride: stride, shortcut: stride == 1)
            let found = try picture(to)
            try #require(found.side == wanted.side && found.values.count == wanted.values.count)
            let scale = wanted.values.reduce(1) { max($0, abs($1)) }
            #expect(zip(found.values, wanted.values).allSatisfy { abs($0 - $1) <= 1e-5 * scale }, "\(to) of \(imageSize)")
        }
    }
}

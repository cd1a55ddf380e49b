public import VipsamTensor

/// Resizes 8-bit pictures to exactly the values that Pillow gives.
///
/// Two passes, first across, then down, each rounded to 8 bits and left out where that size stays. Fixed-point sums, so
/// results do not depend on processor or threads. Checked bit for bit against Pillow 13.
public enum PillowResize {
    /// Rows that a thread takes at a time.
    private static let band = 16

    public static func resize(
        _ picture: RGBRaster, width: Int, height: Int, filter: ResampleFilter = .bilinear, threads: Threads = .one
    ) -> RGBRaster {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        var result = picture
        if width != result.width { result = across(result, width, filter, threads) }
        if height != result.height { result = down(result, height, filter, threads) }
        return result
    }

    private static func across(
        _ picture: RGBRaster, _ width: Int, _ filter: ResampleFilter, _ threads: Threads
    ) -> RGBRaster {
        let plan = ResampleWeights(from: picture.width, to: width, filter: filter)
        let height = picture.height
        let bytes = filled(3 * width * height) { target in
            picture.bytes.withUnsafeBufferPointer { source in
                plan.weights.withUnsafeBufferPointer { weights in
                    threads.spread((height + band - 1) / band) { piece, _ in
                        for y in (piece * band)..<min(height, (piece + 1) * band) {
                            let line = UnsafeBufferPointer(rebasing: source[(3 * picture.width * y)...])
                            let out = UnsafeMutableBufferPointer(rebasing: target[(3 * width * y)...])
                            mixPixels(line, out, width, plan, weights)
                        }
                    }
                }
            }
        }
        return RGBRaster(width: width, height: height, bytes: bytes)
    }

    private static func mixPixels(
        _ line: UnsafeBufferPointer<UInt8>, _ out: UnsafeMutableBufferPointer<UInt8>, _ width: Int,
        _ plan: ResampleWeights, _ weights: UnsafeBufferPointer<Int32>
    ) {
        let half = Int32(1) << Int32(ResampleWeights.precision - 1)
        for x in 0..<width {
            var red = half, green = half, blue = half
            var at = 3 * Int(plan.first[x])
            let base = x * plan.stride
            for k in base..<(base + Int(plan.count[x])) {
                let weight = weights[k]
                red &+= weight &* Int32(line[at])
                green &+= weight &* Int32(line[at + 1])
                blue &+= weight &* Int32(line[at + 2])
                at += 3
            }
            out[3 * x] = rounded(red)
            out[3 * x + 1] = rounded(green)
            out[3 * x + 2] = rounded(blue)
        }
    }

    private static func down(
        _ picture: RGBRaster, _ height: Int, _ filter: ResampleFilter, _ threads: Threads
    ) -> RGBRaster {
        let plan = ResampleWeights(from: picture.height, to: height, filter: filter)
        let line = 3 * picture.width
        let half = Int32(1) << Int32(ResampleWeights.precision - 1)
        let bytes = filled(line * height) { target in
            picture.bytes.withUnsafeBufferPointer { source in
                threads.spread((height + band - 1) / band) { piece, _ in
                    var sums = [Int32](repeating: 0, count: line)
                    sums.withUnsafeMutableBufferPointer { sums in
                        for y in (piece * band)..<min(height, (piece + 1) * band) {
                            for i in 0..<line { sums[i] = half }
                            for k in 0..<Int(plan.count[y]) {
                                let weight = plan.weights[y * plan.stride + k]
                                let row = UnsafeBufferPointer(rebasing: source[((Int(plan.first[y]) + k) * line)...])
                                for i in 0..<line { sums[i] &+= weight &* Int32(row[i]) }
                            }
                            let out = UnsafeMutableBufferPointer(rebasing: target[(y * line)...])
                            for i in 0..<line { out[i] = rounded(sums[i]) }
                        }
                    }
                }
            }
        }
        return RGBRaster(width: picture.width, height: height, bytes: bytes)
    }

    @inline(__always)
    private static func rounded(_ sum: Int32) -> UInt8 {
        UInt8(truncatingIfNeeded: min(max(sum >> Int32(ResampleWeights.precision), 0), 255))
    }

    private static func filled(_ count: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            body(buffer)
            initialized = count
        }
    }
}

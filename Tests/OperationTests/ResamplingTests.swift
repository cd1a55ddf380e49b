import Testing
import VipsamKit

/// Places and weights of resampled pixels, held against sums over all of them.
@Suite struct ResamplingTests {
    private func values(_ pixels: Pixels) throws -> [Double] { try pixels.cast(.uchar).bytes().map(Double.init) }

    /// Keys' cubic with a = −½.
    private func catmullRom(_ distance: Double) -> Double {
        let d = abs(distance)
        if d < 1 { return 1.5 * d * d * d - 2.5 * d * d + 1 }
        return d < 2 ? -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2 : 0
    }

    /// Weights of the input's pixels for each of the output's, along one side.
    private func weights(_ from: Int, _ to: Int) -> [[Double]] {
        (0..<to).map { x in
            let place = (Double(x) + 0.5) * Double(from) / Double(to) - 0.5
            var row = [Double](repeating: 0, count: from)
            for k in Int(place.rounded(.down)) - 1...Int(place.rounded(.down)) + 2 {
                row[min(max(k, 0), from - 1)] += catmullRom(place - Double(k))
            }
            return row
        }
    }

    @Test(arguments: [(34, 26), (51, 39), (40, 13), (17, 90)])
    func largerPicturesAreCatmullRom(width: Int, height: Int) throws {
        let image = try Pictures.image(17, 13)
        let result = try Bench(image: image)
            .image("resize", "{width: \(width), height: \(height), fit: stretch}").pixels
        #expect(result.width == width && result.height == height && result.format == .uchar)
        let a = try values(image.pixels), b = try values(result)
        let across = weights(17, width), down = weights(13, height)
        var worst = 0.0
        for y in 0..<height {
            for x in 0..<width {
                for band in 0..<3 {
                    var sum = 0.0
                    for v in 0..<13 where down[y][v] != 0 {
                        for u in 0..<17 where across[x][u] != 0 { sum += down[y][v] * across[x][u] * a[(v * 17 + u) * 3 + band] }
                    }
                    worst = max(worst, abs(b[(y * width + x) * 3 + band] - min(255, max(0, sum))))
                }
            }
        }
        // libvips looks its weights up at 64ths of a pixel: with noise of full contrast up to a few levels.
        #expect(worst <= 4)
    }

    @Test(arguments: ["{width: 61, height: 47, fit: stretch}", "{width: 9, height: 40, fit: stretch}", "40%"], [3, 4])
    func aMirroredPictureIsResizedToTheMirrorImage(arguments: String, bands: Int) throws {
        let image = try Pictures.image(20, 15, bands: bands)
        let turned = Pictures.place(try image.pixels.flip(horizontal: true).flip(horizontal: false))
        let one = try Bench(image: image).image("resize", arguments).pixels
        let other = try Bench(image: turned).image("resize", arguments).pixels.flip(horizontal: true).flip(horizontal: false)
        // What is shifted to one side would differ by as much as neighbours of noise do: by about 80.
        let apart = zip(try values(one), try values(other)).map { abs($0 - $1) }
        #expect(apart.reduce(0, +) / Double(apart.count) <= 1)
    }

    @Test func squaresAtTheBorderHaveTheMeanOfWhatIsThere() throws {
        let image = try Pictures.image(22, 13, bands: 4)
        let result = try values(Bench(image: image).image("pixelate", "{what: all, size: 5}").pixels)
        let a = try values(image.pixels)
        for y in 0..<13 {
            for x in 0..<22 {
                var alpha = 0.0, sums = [0.0, 0, 0], count = 0.0
                for v in y / 5 * 5..<min(13, y / 5 * 5 + 5) {
                    for u in x / 5 * 5..<min(22, x / 5 * 5 + 5) {
                        let p = (v * 22 + u) * 4
                        alpha += a[p + 3]
                        for band in 0..<3 { sums[band] += a[p + band] * a[p + 3] }
                        count += 1
                    }
                }
                let p = (y * 22 + x) * 4
                for band in 0..<3 { #expect(abs(result[p + band] - sums[band] / alpha) <= 0.51) }
                #expect(abs(result[p + 3] - alpha / count) <= 0.51)
            }
        }
    }
}

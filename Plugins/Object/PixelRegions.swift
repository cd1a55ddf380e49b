/// Connected regions of equal pixels, by sides and corners, in the order of their first pixels.
struct PixelRegions {
    struct Region {
        /// Indices, row by row.
        var pixels: [Int]
        var touchesBorder: Bool
    }

    let all: [Region]

    init(bits: [Bool], value: Bool, width: Int, height: Int) {
        var seen = [Bool](repeating: false, count: bits.count)
        var regions: [Region] = []
        for start in bits.indices where bits[start] == value && !seen[start] {
            var region = Region(pixels: [start], touchesBorder: false)
            seen[start] = true
            var next = 0
            while next < region.pixels.count {
                let index = region.pixels[next]
                next += 1
                let x = index % width, y = index / width
                if x == 0 || y == 0 || x == width - 1 || y == height - 1 { region.touchesBorder = true }
                for ny in max(0, y - 1)...min(height - 1, y + 1) {
                    for nx in max(0, x - 1)...min(width - 1, x + 1) {
                        let neighbour = ny * width + nx
                        if bits[neighbour] == value, !seen[neighbour] {
                            seen[neighbour] = true
                            region.pixels.append(neighbour)
                        }
                    }
                }
            }
            regions.append(region)
        }
        all = regions
    }
}

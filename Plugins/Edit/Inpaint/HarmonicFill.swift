/// Fills a hole as a soap film would: each pixel is the mean of its four neighbours.
///
/// The discrete Laplace equation 4u − Σ neighbours = 0 with the known pixels around the hole as its boundary; at the
/// picture's own edge the slope is zero. Solved by full multigrid (Brandt 1977): on grids from coarse to fine, each
/// begun with what the coarser one gives, and each corrected by V-cycles, which solve for the error on coarser grids.
package enum HarmonicFill {
    /// Gauss-Seidel sweeps before and after a correction from the coarser grid.
    private static let sweeps = 2
    /// V-cycles on each grid, and on the finest: the error of 8-bit pictures is then below half a grey level.
    private static let cycles = 1, finestCycles = 2
    /// Sweeps on the coarsest grid, which solve it, and the size (in pixels) below which a grid is that.
    private static let coarsestSweeps = 40, smallest = 6

    package static func fill(_ region: inout HoleRegion) {
        var regions = [region]
        while let last = regions.last, min(last.width, last.height) > smallest, last.hole.contains(true) {
            regions.append(last.halved())
        }
        guard region.hole.contains(true), region.hole.contains(false) else { return }
        let grids = regions.map { Grid($0) }
        for level in grids.indices.reversed() {
            if level + 1 < grids.count {
                grids[level].set(&regions[level].pixels, from: regions[level + 1].pixels, of: grids[level + 1])
            } else {
                grids[level].setToMean(&regions[level].pixels)
            }
            for _ in 0..<(level == 0 ? finestCycles : cycles) {
                cycle(grids[level...], &regions[level].pixels, [])
            }
        }
        region.pixels = regions[0].pixels
        for i in grids[0].holes {
            region.pixels[Int(i)].clamp(lowerBound: .zero, upperBound: .init(repeating: 255))
        }
    }

    /// Brings u nearer to the solution of 4u − Σ neighbours = f; an empty f is zero.
    private static func cycle(_ grids: ArraySlice<Grid>, _ u: inout [SIMD4<Float>], _ f: [SIMD4<Float>]) {
        guard let grid = grids.first, !grid.holes.isEmpty else { return }
        let coarser = grids.dropFirst()
        guard let coarse = coarser.first else { return grid.relax(&u, f, times: coarsestSweeps) }
        grid.relax(&u, f, times: sweeps)
        let rest = grid.residuals(u, f, on: coarse)
        var error = [SIMD4<Float>](repeating: .zero, count: coarse.width * coarse.height)
        cycle(coarser, &error, rest)
        grid.add(error, of: coarse, to: &u)
        grid.relax(&u, f, times: sweeps)
    }
}

/// One grid of `HarmonicFill`: which of its pixels are unknown.
private struct Grid {
    let width: Int, height: Int
    /// Places of the unknown pixels, row by row.
    let holes: [Int32]
    private let isHole: [Bool]

    init(_ region: HoleRegion) {
        (width, height, isHole) = (region.width, region.height, region.hole)
        holes = region.hole.indices.filter { region.hole[$0] }.map { Int32($0) }
    }

    /// Gauss-Seidel sweeps, forwards and backwards in turn, so that no side of the hole is favoured. The neighbour that
    /// was computed last comes last into the sum, for the rest of it need not wait.
    func relax(_ u: inout [SIMD4<Float>], _ f: [SIMD4<Float>], times: Int) {
        u.withUnsafeMutableBufferPointer { u in
            for sweep in 0..<times {
                let isForwards = sweep % 2 == 0
                for k in holes.indices {
                    let i = Int(holes[isForwards ? k : holes.count - 1 - k]), at = neighbours(i)
                    let (last, next) = isForwards ? (at.left, at.right) : (at.right, at.left)
                    let others = u[next] + u[at.up] + u[at.down] + (f.isEmpty ? .zero : f[i])
                    u[i] = others * 0.25 + u[last] * 0.25
                }
            }
        }
    }

    /// f − (4u − Σ neighbours), summed over the four pixels of each unknown pixel of the coarser grid: its right-hand
    /// side, as its pixels are twice as far apart.
    func residuals(_ u: [SIMD4<Float>], _ f: [SIMD4<Float>], on coarse: Grid) -> [SIMD4<Float>] {
        var sums = [SIMD4<Float>](repeating: .zero, count: coarse.width * coarse.height)
        for place in holes {
            let i = Int(place), y = i / width, target = y / 2 * coarse.width + (i - y * width) / 2
            guard coarse.isHole[target] else { continue }
            let at = neighbours(i)
            sums[target] += (f.isEmpty ? .zero : f[i]) - u[i] * 4 + u[at.left] + u[at.right] + u[at.up] + u[at.down]
        }
        return sums
    }

    func set(_ u: inout [SIMD4<Float>], from values: [SIMD4<Float>], of coarse: Grid) {
        for i in holes { u[Int(i)] = enlarged(values, coarse, Int(i)) }
    }

    func add(_ values: [SIMD4<Float>], of coarse: Grid, to u: inout [SIMD4<Float>]) {
        for i in holes { u[Int(i)] += enlarged(values, coarse, Int(i)) }
    }

    func setToMean(_ u: inout [SIMD4<Float>]) {
        let known = isHole.indices.filter { !isHole[$0] }
        let mean = known.reduce(SIMD4<Float>.zero) { $0 + u[$1] } / Float(max(known.count, 1))
        for i in holes { u[Int(i)] = mean }
    }

    /// Bilinear between the centres of the coarse pixels: each fine one lies a quarter from the nearest.
    private func enlarged(_ values: [SIMD4<Float>], _ coarse: Grid, _ i: Int) -> SIMD4<Float> {
        let y = i / width, x = i - y * width
        let near = (x: x / 2, y: y / 2)
        let far = (
            x: min(max(near.x + (x & 1) * 2 - 1, 0), coarse.width - 1),
            y: min(max(near.y + (y & 1) * 2 - 1, 0), coarse.height - 1)
        )
        let row = near.y * coarse.width, other = far.y * coarse.width
        let nearRow = values[row + near.x] * 0.75 + values[row + far.x] * 0.25
        let farRow = values[other + near.x] * 0.75 + values[other + far.x] * 0.25
        return nearRow * 0.75 + farRow * 0.25
    }

    /// At the picture's edge a pixel is its own neighbour: the slope is zero there.
    private func neighbours(_ i: Int) -> (left: Int, right: Int, up: Int, down: Int) {
        let y = i / width, x = i - y * width
        return (x > 0 ? i - 1 : i, x + 1 < width ? i + 1 : i, y > 0 ? i - width : i, y + 1 < height ? i + width : i)
    }
}

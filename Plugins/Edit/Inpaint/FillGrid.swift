/// One grid of `TensionFill` and `SeamCloser`: which of its pixels are unknown, and the equation that holds there.
///
/// (L + stiffness · L²)·u = f with the known pixels as its boundary: a film without stiffness, a plate under tension with.
struct FillGrid {
    /// How much the plate counts beside the film, in squared pixels of the finest grid. Stiffer ones gain a little more
    /// (up to 4: 0.15 dB), and need several times the sweeps.
    static let stiffness: Float = 0.5
    /// Deeper than so many times the length over which slopes fade (the root of the stiffness) the plate is not felt.
    private static let rim: Float = 7
    /// What is taken of a correction from a coarser grid where the plate is felt. It promises too much there: its known
    /// pixels are coarser, and a plate minds where they begin.
    private static let caution: Float = 0.7
    /// A plate that bends within less than this of a pixel (squared) is as good as a film.
    private static let least: Float = 0.1
    /// Gauss-Seidel sweeps before and after a correction from the coarser grid.
    private static let sweeps = 2
    /// Sweeps on the coarsest grid, which solve it, and the size (in pixels) below which a grid is that.
    private static let coarsestSweeps = 40, smallest = 6

    let width: Int, height: Int
    /// Places of the unknown pixels, row by row.
    let holes: [Int32]
    private let isHole: [Bool]
    /// Which of `holes` are near enough to what is known to feel the plate.
    private let isRim: [Bool]
    /// In squared pixels of this grid.
    private let stiffness: Float

    /// - Parameters:
    ///   - level: how many times the grid was halved.
    ///   - stiffness: in squared pixels of the finest grid.
    init(_ region: HoleRegion, level: Int, stiffness: Float = Self.stiffness) {
        (width, height, isHole) = (region.width, region.height, region.hole)
        holes = region.hole.indices.filter { region.hole[$0] }.map { Int32($0) }
        self.stiffness = stiffness / Float(1 << (2 * min(level, 8)))
        if self.stiffness >= Self.least {
            let reach = Int((Self.rim * self.stiffness.squareRoot()).rounded(.up))
            let depth = region.depth(limit: reach + 1)
            isRim = holes.map { depth[Int($0)] <= Int32(reach) }
        } else {
            isRim = .init(repeating: false, count: holes.count)
        }
    }

    /// Gauss-Seidel sweeps, forwards and backwards in turn, so that no side of the hole is favoured.
    func relax(_ u: inout [SIMD4<Float>], _ f: [SIMD4<Float>], times: Int) {
        u.withUnsafeMutableBufferPointer { u in
            for sweep in 0..<times {
                let isForwards = sweep % 2 == 0
                for step in holes.indices {
                    let k = isForwards ? step : holes.count - 1 - step, i = Int(holes[k]), at = neighbours(i)
                    let right = f.isEmpty ? .zero : f[i]
                    if isRim[k] {
                        let degree = degree(i), diagonal = degree + stiffness * (degree * degree + degree)
                        u[i] += (right - plate(UnsafeBufferPointer(u), i)) / diagonal
                    } else {
                        // the neighbour that was computed last comes last, for the rest of the sum need not wait for it
                        let (last, next) = isForwards ? (at.left, at.right) : (at.right, at.left)
                        u[i] = (u[next] + u[at.up] + u[at.down] + right) * 0.25 + u[last] * 0.25
                    }
                }
            }
        }
    }

    /// What is left of the right-hand side, summed over the four pixels of each unknown pixel of the coarser grid: the
    /// right-hand side there, as its pixels are twice as far apart.
    func residuals(_ u: [SIMD4<Float>], _ f: [SIMD4<Float>], on coarse: FillGrid) -> [SIMD4<Float>] {
        var sums = [SIMD4<Float>](repeating: .zero, count: coarse.width * coarse.height)
        u.withUnsafeBufferPointer { u in
            for (k, place) in holes.enumerated() {
                let i = Int(place), y = i / width, target = y / 2 * coarse.width + (i - y * width) / 2
                guard coarse.isHole[target] else { continue }
                sums[target] += (f.isEmpty ? .zero : f[i]) - (isRim[k] ? plate(u, i) : film(u, i))
            }
        }
        return sums
    }

    func set(_ u: inout [SIMD4<Float>], from values: [SIMD4<Float>], of coarse: FillGrid) {
        for i in holes { u[Int(i)] = enlarged(values, coarse, Int(i)) }
    }

    func add(_ values: [SIMD4<Float>], of coarse: FillGrid, to u: inout [SIMD4<Float>]) {
        for (k, i) in holes.enumerated() {
            u[Int(i)] += enlarged(values, coarse, Int(i)) * (isRim[k] ? Self.caution : 1)
        }
    }

    func setToMean(_ u: inout [SIMD4<Float>]) {
        let known = isHole.indices.filter { !isHole[$0] }
        let mean = known.reduce(SIMD4<Float>.zero) { $0 + u[$1] } / Float(max(known.count, 1))
        for i in holes { u[Int(i)] = mean }
    }

    // MARK: - Several grids

    /// A region and its halves, down to one that is solved by itself.
    static func levels(of region: HoleRegion) -> [HoleRegion] {
        var regions = [region]
        while let last = regions.last, min(last.width, last.height) > smallest, last.hole.contains(true) {
            regions.append(last.halved())
        }
        return regions
    }

    /// Brings u nearer to the solution of the grid's equation with f on its right; an empty f is zero.
    static func cycle(_ grids: ArraySlice<FillGrid>, _ u: inout [SIMD4<Float>], _ f: [SIMD4<Float>]) {
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

    // MARK: - The equation

    /// L·u: four times a pixel less its neighbours.
    private func film(_ u: UnsafeBufferPointer<SIMD4<Float>>, _ i: Int) -> SIMD4<Float> {
        let at = neighbours(i)
        return u[i] * 4 - (u[at.left] + u[at.right] + u[at.up] + u[at.down])
    }

    /// (L + stiffness·L²)·u
    private func plate(_ u: UnsafeBufferPointer<SIMD4<Float>>, _ i: Int) -> SIMD4<Float> {
        let at = neighbours(i), here = film(u, i)
        let around = film(u, at.left) + film(u, at.right) + film(u, at.up) + film(u, at.down)
        return here + (here * 4 - around) * stiffness
    }

    /// Neighbours inside the picture: the diagonal of L; that of L² is its square and itself.
    private func degree(_ i: Int) -> Float {
        let y = i / width, x = i - y * width
        return Float((x > 0 ? 1 : 0) + (x + 1 < width ? 1 : 0) + (y > 0 ? 1 : 0) + (y + 1 < height ? 1 : 0))
    }

    /// At the picture's edge a pixel is its own neighbour: the slope is zero there.
    private func neighbours(_ i: Int) -> (left: Int, right: Int, up: Int, down: Int) {
        let y = i / width, x = i - y * width
        return (x > 0 ? i - 1 : i, x + 1 < width ? i + 1 : i, y > 0 ? i - width : i, y + 1 < height ? i + width : i)
    }

    /// Bilinear between the centres of the coarse pixels: each fine one lies a quarter from the nearest.
    private func enlarged(_ values: [SIMD4<Float>], _ coarse: FillGrid, _ i: Int) -> SIMD4<Float> {
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
}

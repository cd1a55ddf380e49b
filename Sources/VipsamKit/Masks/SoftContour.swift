/// The contour of a mask of bytes (where its values pass 128), to a fraction of a pixel.
///
/// Between a pixel on the mask and the next one outwards, along the side that the edge faces most, an edge of one pixel
/// has its place from both values (they add up to what it covers of the two); a softer one is interpolated linearly. The
/// edge's direction is from the values around (Gustavson and Strand 2011, "Anti-aliased Euclidean distance transform",
/// weigh them so). A hard edge has no direction: it lies half a pixel from the centres that it encloses.
struct SoftContour {
    /// The nearest part of a soft contour lies at most so many pixels beside the nearest centre on the mask.
    static let mostSearched = 16

    /// 0…255, row by row.
    let bytes: [UInt8]
    let width: Int
    let height: Int

    /// A straight piece of the contour beside a pixel of the mask.
    private struct Piece {
        /// Unit vector out of the mask.
        let normal: (x: Double, y: Double)
        /// From the pixel's centre to the piece's middle, in pixels: along one side.
        let middle: (x: Double, y: Double)
        /// Half of its length.
        let half: Double

        /// How far a place lies outside; negative inside, nil where inside and outside are not this piece's to say.
        func distance(dx: Double, dy: Double) -> Double? {
            let x = dx - middle.x, y = dy - middle.y
            let outside = x * normal.x + y * normal.y, past = abs(x * normal.y - y * normal.x) - half
            if past <= 0 { return outside }
            return outside >= 0 ? (outside * outside + past * past).squareRoot() : nil
        }
    }

    /// How far a pixel's centre lies outside the contour, in pixels; negative inside.
    ///
    /// - Parameters:
    ///   - nearX: column of the nearest pixel with a value of 128 or more.
    ///   - nearY: its row.
    ///   - centres: its distance.
    func distance(fromX x: Int, y: Int, nearX: Int, nearY: Int, centres: Double) -> Double {
        let near = bytes[nearY * width + nearX]
        var nearest = near == 255 && hasEmptyNeighbour(nearX, nearY) ? centres - 0.5 : Double.infinity
        // A centre that is nearer by ½ may lie √distance beside the nearest part of the contour.
        let reach = min(Self.mostSearched, 1 + Int(centres.squareRoot().rounded(.up)))
        for row in max(0, nearY - reach)...min(height - 1, nearY + reach) {
            for column in max(0, nearX - reach)...min(width - 1, nearX + reach) {
                guard bytes[row * width + column] >= 128,
                    let outside = piece(column, row)?.distance(dx: Double(x - column), dy: Double(y - row))
                else { continue }
                nearest = min(nearest, outside)
            }
        }
        return nearest.isFinite ? nearest : centres - (Double(near) / 255 - 0.5)
    }

    private func hasEmptyNeighbour(_ x: Int, _ y: Int) -> Bool {
        let i = y * width + x
        return x > 0 && bytes[i - 1] == 0 || x + 1 < width && bytes[i + 1] == 0
            || y > 0 && bytes[i - width] == 0 || y + 1 < height && bytes[i + width] == 0
    }

    /// The contour between a pixel on the mask and the next one outwards; nil where it is hard or not there.
    private func piece(_ x: Int, _ y: Int) -> Piece? {
        func value(_ dx: Int, _ dy: Int) -> Double {
            let column = min(max(x + dx, 0), width - 1), row = min(max(y + dy, 0), height - 1)
            return Double(bytes[row * width + column])
        }
        let right = value(1, 0), left = value(-1, 0), below = value(0, 1), above = value(0, -1)
        guard min(right, left, below, above) < 128 else { return nil }
        let diagonal = 0.5.squareRoot()
        let a = value(-1, -1), b = value(1, -1), c = value(-1, 1), d = value(1, 1)
        let gx = (a - b + c - d) * diagonal + left - right, gy = (a + b - c - d) * diagonal + above - below
        let length = (gx * gx + gy * gy).squareRoot()
        guard length > 0 else { return nil }
        let isSideways = abs(gx) >= abs(gy)
        let stepX = isSideways ? (gx > 0 ? 1 : -1) : 0, stepY = isSideways ? 0 : (gy > 0 ? 1 : -1)
        let here = value(0, 0), next = value(stepX, stepY)
        guard next < 128, here < 255 || next > 0 else { return nil }
        let isThin = value(-stepX, -stepY) == 255 && value(2 * stepX, 2 * stepY) == 0
        let place = isThin ? (here + next) / 255 - 0.5 : (here - 127.5) / (here - next)
        return Piece(
            normal: (x: gx / length, y: gy / length), middle: (x: place * Double(stepX), y: place * Double(stepY)),
            half: 0.5 * length / max(abs(gx), abs(gy)))
    }
}

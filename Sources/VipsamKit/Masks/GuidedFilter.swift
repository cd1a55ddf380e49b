/// The guided filter: a mask that follows the edges of a colour picture.
///
/// In each square the mask is taken to be a linear function of the colours, `q = a·I + b`, fitted by
/// ridge regression; the coefficients are then averaged over squares (He, Sun and Tang 2013). The
/// coefficients themselves are kept: laid over the full-size picture they give a full-size mask (He
/// and Sun 2015, the fast guided filter).
package struct GuidedFilter {
    /// Coefficients for red, green and blue, and the constant.
    package var a: [Plane]
    package var b: Plane

    /// - Parameters:
    ///   - mask: 0…1.
    ///   - guide: red, green, blue, each 0…1.
    ///   - radius: of the squares, in pixels.
    ///   - epsilon: colours that vary less than its root within a square count as flat.
    package init(mask: Plane, guide: [Plane], radius: Int, epsilon: Float) {
        let means = guide.map { $0.mean(radius: radius) }
        let maskMean = mask.mean(radius: radius)
        let covariance = (0..<3).map { (guide[$0] * mask).mean(radius: radius) - means[$0] * maskMean }
        var variance: [[Plane]] = []
        for i in 0..<3 {
            variance.append((i..<3).map { j in (guide[i] * guide[j]).mean(radius: radius) - means[i] * means[j] })
        }
        var raw = [Plane](repeating: Plane(like: mask), count: 4)
        for i in mask.values.indices {
            let matrix = Symmetric3(
                xx: variance[0][0].values[i] + epsilon, xy: variance[0][1].values[i], xz: variance[0][2].values[i],
                yy: variance[1][0].values[i] + epsilon, yz: variance[1][1].values[i],
                zz: variance[2][0].values[i] + epsilon)
            let right = SIMD3(covariance[0].values[i], covariance[1].values[i], covariance[2].values[i])
            let slope = matrix.inverse * right
            let mean = SIMD3(means[0].values[i], means[1].values[i], means[2].values[i])
            for c in 0..<3 { raw[c].values[i] = slope[c] }
            raw[3].values[i] = maskMean.values[i] - (slope * mean).sum()
        }
        a = (0..<3).map { raw[$0].mean(radius: radius) }
        b = raw[3].mean(radius: radius)
    }

    /// The filtered mask, 0…1.
    package func applied(to guide: [Plane]) -> Plane {
        var out = b
        for i in out.values.indices {
            let value =
                b.values[i] + a[0].values[i] * guide[0].values[i] + a[1].values[i] * guide[1].values[i]
                + a[2].values[i] * guide[2].values[i]
            out.values[i] = min(max(value, 0), 1)
        }
        return out
    }
}

/// A symmetric 3×3 matrix.
package struct Symmetric3 {
    package var xx, xy, xz, yy, yz, zz: Float

    package init(xx: Float, xy: Float, xz: Float, yy: Float, yz: Float, zz: Float) {
        (self.xx, self.xy, self.xz, self.yy, self.yz, self.zz) = (xx, xy, xz, yy, yz, zz)
    }

    /// By cofactors. In double precision: the colours of a grey or sepia picture lie on a line, and with a small ridge on
    /// its diagonal the difference of their products is below what a Float holds.
    package var inverse: Symmetric3 {
        let (xx, xy, xz) = (Double(xx), Double(xy), Double(xz)), (yy, yz, zz) = (Double(yy), Double(yz), Double(zz))
        let a = yy * zz - yz * yz, b = xz * yz - xy * zz, c = xy * yz - xz * yy
        let determinant = xx * a + xy * b + xz * c
        let scale = abs(determinant) > 1e-100 ? 1 / determinant : 0
        return Symmetric3(
            xx: Float(a * scale), xy: Float(b * scale), xz: Float(c * scale), yy: Float((xx * zz - xz * xz) * scale),
            yz: Float((xy * xz - xx * yz) * scale), zz: Float((xx * yy - xy * xy) * scale))
    }

    package static func * (m: Symmetric3, v: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(
            m.xx * v.x + m.xy * v.y + m.xz * v.z, m.xy * v.x + m.yy * v.y + m.yz * v.z,
            m.xz * v.x + m.yz * v.y + m.zz * v.z)
    }
}

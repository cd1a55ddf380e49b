import Testing

/// L·u: a pixel times its neighbours inside the picture, less those.
func film(_ u: [SIMD4<Double>], _ width: Int, _ height: Int) -> [SIMD4<Double>] {
    u.indices.map { i in
        var sum = SIMD4<Double>.zero
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)]
        where (0..<width).contains(i % width + dx) && (0..<height).contains(i / width + dy) {
            sum += u[i] - u[i + dx + dy * width]
        }
        return sum
    }
}

/// The u with left(u) = right, by conjugate gradients, each band on its own. The matrix has to be symmetric and positive.
///
/// - Parameters:
///   - start: what is known has its values there, and keeps them.
///   - right: zeros if absent.
///   - left: zero where a pixel is known.
func conjugateGradients(
    _ start: [SIMD4<Double>], right: [SIMD4<Double>]? = nil, left: ([SIMD4<Double>]) -> [SIMD4<Double>]
) -> [SIMD4<Double>] {
    func dot(_ a: [SIMD4<Double>], _ b: [SIMD4<Double>]) -> SIMD4<Double> {
        zip(a, b).reduce(.zero) { $0 + $1.0 * $1.1 }
    }
    func quotient(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> SIMD4<Double> {
        (a / b).replacing(with: 0, where: b .== 0)
    }
    var u = start
    let image = left(u)
    var rest = image.indices.map { (right?[$0] ?? .zero) - image[$0] }, direction = rest
    var size = dot(rest, rest)
    let small = size.max() * 1e-20
    for _ in 0..<10_000 where size.max() > small {
        let image = left(direction), step = quotient(size, dot(direction, image))
        for i in u.indices {
            u[i] += step * direction[i]
            rest[i] -= step * image[i]
        }
        let next = dot(rest, rest), turn = quotient(next, size)
        for i in u.indices { direction[i] = rest[i] + turn * direction[i] }
        size = next
    }
    #expect(size.max() <= small, "the oracle itself has no answer yet")
    return u
}

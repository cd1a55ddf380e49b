public final class Pixels: Sendable {
    public var width: Int { 0 }
    public var height: Int { 0 }
    public static func black(width: Int, height: Int) throws -> Pixels { Pixels() }
    public func embed(x: Int, y: Int, width: Int, height: Int, background: [Double]) throws -> Pixels { self }
    public func shrink(x: Double, y: Double) throws -> Pixels { self }
    public func affine(matrix: [Double], odx: Double, ody: Double, area: (x: Int, y: Int, width: Int, height: Int), extendCopy: Bool) throws -> Pixels { self }
    public static func maximum(_ p: [Pixels]) throws -> Pixels { Pixels() }
    public func average() throws -> Double { 0 }
    public func copyMemory() throws -> Pixels { self }
    public func resize(_ s: Double) throws -> Pixels { self }
}
public enum ImageFile {
    public static func model(of: Pixels) throws -> Pixels { of }
    public static func working(_ path: String, shorterSide: Int, maxPixels: Double, lenient: Bool) throws -> Pixels { Pixels() }
}

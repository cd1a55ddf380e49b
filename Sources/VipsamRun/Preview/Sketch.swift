internal import VipsamKit

/// A small RGB picture in memory that is drawn on pixel by pixel: the same bytes on every machine.
struct Sketch {
    typealias RGB = (red: UInt8, green: UInt8, blue: UInt8)

    let width: Int
    let height: Int
    private(set) var bytes: [UInt8]

    init(width: Int, height: Int, paper: RGB) {
        self.width = width
        self.height = height
        bytes = [UInt8](repeating: 0, count: 3 * width * height)
        fill(x: 0, y: 0, width: width, height: height, paper)
    }

    /// - Parameter picture: three bands of bytes.
    init(_ picture: Pixels) throws {
        width = picture.width
        height = picture.height
        bytes = try picture.bytes()
    }

    func pixels() throws -> Pixels { try Pixels.from(bytes: bytes, width: width, height: height, bands: 3) }

    /// Mixes a colour into one pixel; `weight` is 0…255. What lies outside is left out.
    mutating func mix(_ x: Int, _ y: Int, _ colour: RGB, _ weight: Int) {
        guard x >= 0, y >= 0, x < width, y < height, weight > 0 else { return }
        let at = 3 * (y * width + x)
        func mixed(_ old: UInt8, _ new: UInt8) -> UInt8 {
            UInt8((Int(old) * (255 - weight) + Int(new) * weight + 127) / 255)
        }
        bytes[at] = mixed(bytes[at], colour.red)
        bytes[at + 1] = mixed(bytes[at + 1], colour.green)
        bytes[at + 2] = mixed(bytes[at + 2], colour.blue)
    }

    mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: RGB, weight: Int = 255) {
        for v in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
            for u in max(0, x)..<max(max(0, x), min(self.width, x + width)) { mix(u, v, colour, weight) }
        }
    }

    mutating func lay(_ other: Sketch, x: Int, y: Int) {
        for v in 0..<other.height where y + v >= 0 && y + v < height {
            let left = max(0, -x), right = min(other.width, width - x)
            guard left < right else { return }
            let from = 3 * (v * other.width + left), to = 3 * ((y + v) * width + x + left)
            let count = 3 * (right - left)
            bytes.replaceSubrange(to..<to + count, with: other.bytes[from..<from + count])
        }
    }

    /// - Parameters:
    ///   - mostWidth: what is wider is cut off, in pixels.
    ///   - mostHeight: what is higher is cut off.
    mutating func write(
        _ words: Lettering?, x: Int, y: Int, _ colour: RGB, mostWidth: Int = .max, mostHeight: Int = .max
    ) {
        guard let words else { return }
        for v in 0..<min(words.height, mostHeight) {
            for u in 0..<min(words.width, mostWidth) {
                mix(x + u, y + v, colour, Int(words.coverage[v * words.width + u]))
            }
        }
    }
}

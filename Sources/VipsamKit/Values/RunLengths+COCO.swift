/// COCO's compressed text of run lengths: five bits per character, differences to the run before the last.
extension RunLengths {
    /// Six characters hold 30 bits, seven hold every difference of 32-bit runs.
    private static let mostGroups = 7

    public var cocoText: String {
        var text: [UInt8] = []
        text.reserveCapacity(counts.count * 2)
        for (index, count) in counts.enumerated() {
            var value = Int(count)
            if index > 2 { value -= Int(counts[index - 2]) }
            while true {
                var group = value & 31
                value >>= 5
                let more = group & 16 != 0 ? value != -1 : value != 0
                if more { group |= 32 }
                text.append(UInt8(group + 48))
                if !more { break }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Throws: a diagnostic for characters that the form does not know, a text that breaks off, and runs that do not
    ///   add up to the raster.
    public init(cocoText text: String, width: Int, height: Int) throws {
        var counts: [Int] = []
        var value = 0, groups = 0
        for byte in text.utf8 {
            guard (48..<112).contains(byte) else {
                throw Diagnostic.error("compressed run lengths hold a character that is not between '0' and 'o'")
            }
            guard groups < Self.mostGroups else {
                throw Diagnostic.error("compressed run lengths hold a number of over \(Self.mostGroups) characters")
            }
            let group = Int(byte) - 48
            value |= (group & 31) << (5 * groups)
            groups += 1
            if group & 32 != 0 { continue }
            if group & 16 != 0 { value |= -1 << (5 * groups) }
            if counts.count > 2 { value += counts[counts.count - 2] }
            guard (0...Self.mostPixels).contains(value) else {
                throw Diagnostic.error("compressed run lengths hold a run of \(value) pixels")
            }
            counts.append(value)
            value = 0
            groups = 0
        }
        guard groups == 0 else { throw Diagnostic.error("compressed run lengths break off inside a number") }
        try self.init(width: width, height: height, counts: counts)
    }
}

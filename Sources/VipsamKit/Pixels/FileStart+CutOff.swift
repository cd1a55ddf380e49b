import Glibc

extension FileStart {
    /// Files up to this size are walked through.
    ///
    /// The reader of PNG takes what it finds beyond the end of a file of a few bytes for pixels, and
    /// which those are changes from run to run; longer files fail by themselves where they end.
    private static let small = 512

    /// Whether a small PNG ends inside one of its chunks (PNG specification, section 5.3: length, type,
    /// data, check sum).
    func isCutOffPNG(_ path: String) -> Bool {
        guard png != nil, size <= Self.small else { return false }
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var all = [UInt8](repeating: 0, count: Self.small)
        let count = read(descriptor, &all, all.count)
        var place = 8
        while place + 8 <= count {
            let length = all[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            if all[place + 4..<place + 8].elementsEqual("IEND".utf8) { return false }
            place += 12 + length
            if place > count { return true }
        }
        return true
    }
}

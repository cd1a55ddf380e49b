/// Which metadata goes into a file.
///
/// Everything that is not named here is dropped: comments, history, private blocks of other programs.
extension Pixels {
    /// The same pixels with the metadata that was asked for, and nothing else.
    func keeping(_ keep: Set<SaveOptions.Keep>) throws(PixelsError) -> Pixels {
        let exif = keep.contains(.exif)
        let gps = keep.contains(.gps)
        let dropped = fields.filter { field in
            switch field {
            case Field.icc: !keep.contains(.icc)
            case Field.exif: !(exif || gps)
            case Field.xmp: !(keep.contains(.xmp) && (gps || !hasPrivateXMP))
            case Field.iptc: true
            case "resolution-unit": false
            case _ where Self.header.contains(field): false
            case _ where Self.neverKept.contains(field): true
            // The thumbnail's own block.
            case _ where field.hasPrefix("exif-ifd1-"): true
            case _ where field.hasPrefix("exif-ifd3-"): !gps
            case _ where field.hasPrefix("exif-ifd"): !exif
            default: true
            }
        }
        let result = try without(fields: dropped)
        guard keep.contains(.iptc), let block = blob(Field.iptc), let own = Self.onlyIPTC(block) else { return result }
        return try result.with(field: Field.iptc, blob: own)
    }

    /// The fields that every image of libvips has.
    private static let header: Set<String> = [
        "width", "height", "bands", "format", "coding", "interpretation", "xoffset", "yoffset", "xres", "yres",
        "filename",
    ]

    /// The unedited photo in small; private notes that may hold one, or a place; an orientation that is applied.
    private static let neverKept: Set<String> = [
        Field.thumbnail, Field.orientation, "exif-ifd0-Orientation", "exif-ifd2-MakerNote",
    ]

    /// XMP may repeat the place, or hold a thumbnail of the unedited photo. Such a block goes as a whole: it is XML of
    /// any shape, and half of it would not be safe.
    private var hasPrivateXMP: Bool {
        guard let block = blob(Field.xmp) else { return false }
        let text = String(decoding: block, as: UTF8.self)
        return ["GPS", "Thumbnails", "xmpGImg", "xapGImg"].contains { text.contains($0) }
    }

    /// What libvips calls IPTC is a Photoshop block of several resources, thumbnails among them. Only IPTC's own
    /// (number 0x0404) is kept. Nil when there is none.
    static func onlyIPTC(_ block: [UInt8]) -> [UInt8]? {
        let name = Array("Photoshop 3.0".utf8) + [0]
        guard block.starts(with: name) else { return nil }
        var at = name.count
        while at + 12 <= block.count, block[at..<at + 4].elementsEqual("8BIM".utf8) {
            let kind = Int(block[at + 4]) << 8 | Int(block[at + 5])
            let nameLength = (Int(block[at + 6]) + 2) & ~1
            let sizeAt = at + 6 + nameLength
            guard sizeAt + 4 <= block.count else { return nil }
            let size = block[sizeAt..<sizeAt + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = sizeAt + 4 + size
            guard size <= block.count, end <= block.count else { return nil }
            if kind == 0x0404 { return name + block[at..<end] + (size % 2 == 1 ? [0] : []) }
            at = end + size % 2
        }
        return nil
    }
}

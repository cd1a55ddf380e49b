import CVipsShim

extension Pixels {
    /// Names of metadata fields that libvips knows of.
    public enum Field {
        public static let icc = "icc-profile-data"
        public static let exif = "exif-data"
        public static let xmp = "xmp-data"
        public static let iptc = "iptc-data"
        public static let orientation = "orientation"
        public static let thumbnail = "jpeg-thumbnail-data"
        /// Ours: on a picture that was read from a file of other numbers than 8 or 16 bits without sign. Without
        /// it, floats are an 8-bit picture in the middle of being worked on.
        static let measured = "vipsam-measured"
    }

    public var hasProfile: Bool { vipsam_image_has_field(handle, Field.icc) != 0 }

    /// The EXIF orientation, 1 to 8; 1 when there is none.
    public var orientation: Int {
        let value = integer(Field.orientation) ?? 1
        return (1...8).contains(value) ? value : 1
    }

    public var fields: [String] {
        final class Names { var all: [String] = [] }
        let names = Names()
        let each: @convention(c) (UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = { name, context in
            guard let name, let context else { return }
            Unmanaged<Names>.fromOpaque(context).takeUnretainedValue().all.append(String(cString: name))
        }
        vipsam_image_fields(handle, each, Unmanaged.passUnretained(names).toOpaque())
        return withExtendedLifetime(names) { names.all }
    }

    public func integer(_ field: String) -> Int? {
        var value: Int32 = 0
        return vipsam_image_get_int(handle, field, &value) == 0 ? Int(value) : nil
    }

    public func text(_ field: String) -> String? {
        guard let text = vipsam_image_get_text(handle, field) else { return nil }
        defer { vipsam_free(text) }
        return String(cString: text)
    }

    public func blob(_ field: String) -> [UInt8]? {
        var data: UnsafeRawPointer?
        var size = 0
        guard vipsam_image_get_blob(handle, field, &data, &size) == 0 else { return nil }
        return withExtendedLifetime(self) { Array(UnsafeRawBufferPointer(start: data, count: size)) }
    }

    /// The same pixels without some metadata.
    public func without(fields names: [String]) throws(PixelsError) -> Pixels {
        if names.isEmpty { return self }
        let texts = names.map { $0.utf8CString }
        let made = withPointers(to: texts) { pointers in
            vipsam_image_without(handle, pointers.baseAddress, Int32(pointers.count))
        }
        guard let made else { throw .evaluating() }
        return Pixels(taking: made)
    }

    /// The same pixels with a binary metadata field set.
    public func with(field: String, blob: [UInt8]) throws(PixelsError) -> Pixels {
        let made = blob.withUnsafeBytes { vipsam_image_with_blob(handle, field, $0.baseAddress, $0.count) }
        guard let made else { throw .evaluating() }
        return Pixels(taking: made)
    }

    /// Pointers to all texts at once, valid during the call.
    private func withPointers<Result>(
        to texts: [ContiguousArray<CChar>], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let joined = texts.flatMap { $0 }
        var offset = 0
        let offsets = texts.map { text in
            defer { offset += text.count }
            return offset
        }
        return joined.withUnsafeBufferPointer { buffer in
            let pointers = offsets.map { offset in buffer.baseAddress.map { $0 + offset } }
            return pointers.withUnsafeBufferPointer(body)
        }
    }
}

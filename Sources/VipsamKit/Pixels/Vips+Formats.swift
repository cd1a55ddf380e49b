import CVipsShim

extension Vips {
    /// A kind of file that this libvips reads or writes.
    public struct Format: Sendable, Equatable {
        /// "jpeg", "png", …
        public let name: String
        /// ".jpg", ".jpeg", …; empty for formats that are known by content only.
        public let endings: [String]
        /// Blocked unless the user allows such readers.
        public let isUntrusted: Bool
    }

    /// What can be read, in alphabetical order.
    public static var readers: [Format] { formats("load") }
    /// What libvips can write; pictures are written in `PictureFormat` only.
    public static var writers: [Format] { formats("save") }

    private static func formats(_ verb: String) -> [Format] {
        VipsCatalog.shared.operations.filter { $0.isForeign && $0.name.hasSuffix(verb) }.map { operation in
            Format(
                name: String(operation.name.dropLast(verb.count)), endings: endings(of: operation.name),
                isUntrusted: operation.isUntrusted)
        }
    }

    private static func endings(of operation: String) -> [String] {
        final class Endings { var all: [String] = [] }
        let endings = Endings()
        let each: @convention(c) (UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = { suffix, context in
            guard let suffix, let context else { return }
            Unmanaged<Endings>.fromOpaque(context).takeUnretainedValue().all.append(String(cString: suffix))
        }
        vipsam_foreign_suffixes(operation, each, Unmanaged.passUnretained(endings).toOpaque())
        return withExtendedLifetime(endings) { endings.all }
    }
}

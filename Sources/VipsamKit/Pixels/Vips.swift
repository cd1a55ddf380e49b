import CVipsShim

/// libvips as a whole: starting it, its settings, what it can do.
public enum Vips {
    /// Starts libvips once; safe from any thread, and called by everything here that needs it.
    ///
    /// Loaders that libvips marks as untrusted (they parse formats that attackers like) are blocked from the start.
    public static func start() { _ = started }

    /// Swift runs this once, however many threads ask.
    private static let started: Bool = {
        let ready = vipsam_start("vipsam") == 0
        precondition(ready, "libvips does not start on this machine")
        vipsam_block_untrusted(1)
        vipsam_set_log_handler(VipsLog.receive)
        return ready
    }()

    /// Threads that libvips uses for one image. At least 1.
    public static func setConcurrency(_ threads: Int) {
        start()
        vipsam_set_concurrency(Int32(clamping: max(1, threads)))
    }

    public static var concurrency: Int {
        start()
        return Int(vipsam_concurrency())
    }

    /// Results of operations that libvips remembers. 0 in batches: one image has nothing in common with the next.
    public static func setCacheMax(_ operations: Int) {
        start()
        vipsam_set_cache_max(Int32(clamping: max(0, operations)))
    }

    /// Opens the loaders that are marked as untrusted (SVG, PDF, ImageMagick, …), or blocks them again.
    public static func allowUntrustedLoaders(_ allowed: Bool) {
        start()
        vipsam_block_untrusted(allowed ? 0 : 1)
    }

    /// Every thread that used libvips calls this at its end.
    public static func threadShutdown() { vipsam_thread_shutdown() }

    /// "8.14.1"
    public static var version: String {
        var major: Int32 = 0
        var minor: Int32 = 0
        var micro: Int32 = 0
        vipsam_version(&major, &minor, &micro)
        return "\(major).\(minor).\(micro)"
    }

    /// Bytes of pixel memory that libvips holds now.
    public static var memory: Int { Int(clamping: vipsam_memory()) }
    /// The most bytes of pixel memory that libvips held at once since the start of the process.
    public static var memoryHighWater: Int { Int(clamping: vipsam_memory_high_water()) }
    /// Files that libvips holds open now.
    public static var openFiles: Int { Int(vipsam_open_files()) }

    /// Takes libvips' error text, one line. It may be another thread's: a note for people, nothing more.
    static func takeNote() -> String {
        guard let text = vipsam_error_take() else { return "" }
        defer { vipsam_free(text) }
        return String(cString: text).split(separator: "\n").map(String.init).uniqued().joined(separator: "; ")
    }
}

extension [String] {
    /// The first of each, in order.
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

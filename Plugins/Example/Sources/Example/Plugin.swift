import CPluginStamp
import Glibc
import VipsamKit

/// What this plugin adds.
enum Example: OperationFamily {
    static let name = "example"

    static func register(in registry: inout Registry) throws {
        try registry.register(Duotone.self)
    }
}

/// Compared first, before any Swift value crosses: the kit and the toolchain that built this plugin.
@c public func vipsam_plugin_stamp() -> UnsafePointer<CChar> { vipsam_plugin_stamp_text() }

/// Called once.
///
/// - Parameter registry: where operations are registered.
/// - Returns: nil, or what is wrong, in memory of `strdup`.
@c public func vipsam_plugin_register(_ registry: UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>? {
    do {
        try registry.assumingMemoryBound(to: Registry.self).pointee.add(Example.self)
        return nil
    } catch let problem as Diagnostic {
        return strdup(problem.message)
    } catch {
        return strdup("\(error)")
    }
}

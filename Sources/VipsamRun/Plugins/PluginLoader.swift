internal import CPluginStamp
internal import Glibc
public import VipsamKit

/// Opens plugins from outside: shared libraries that add operations to the registry.
///
/// Swift has no stable ABI on Linux. So before any Swift value crosses, two C symbols are looked at:
/// the stamp, which the plugin's own toolchain compiled into it, and the function that registers.
/// A plugin is never unloaded: its types live on in the registry.
public struct PluginLoader {
    /// `vipsam_plugin_stamp() -> const char *`: what the kit's header says, as the plugin saw it.
    private typealias StampFunction = @convention(c) () -> UnsafePointer<CChar>?

    /// `vipsam_plugin_register(registry) -> char *`: nil, or a message made by `strdup`.
    private typealias RegisterFunction = @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>?

    private static let stampSymbol = "vipsam_plugin_stamp"
    private static let registerSymbol = "vipsam_plugin_register"

    private init() {}

    /// The plugins that a user installed: files ending in `.so` of a folder, by name.
    public static func installed(in folder: String) -> [String] {
        Paths.entries(of: folder).filter { $0.hasSuffix(".so") }.map { Paths.joined(folder, $0) }
    }

    /// Loads one plugin; the registry stays as it was when that does not work.
    ///
    /// - Throws: a diagnostic with the cause `model` (69).
    public static func load(_ path: String, into registry: inout Registry) throws {
        guard Paths.isRegularFile(path) else { throw missing(path) }
        // A name without a slash would be searched in the system's folders.
        guard let library = dlopen(path.contains("/") ? path : "./" + path, RTLD_NOW | RTLD_LOCAL) else {
            throw unloadable(path, dlerror().map { String(cString: $0) } ?? "")
        }
        guard let stampAddress = dlsym(library, stampSymbol) else { throw noSymbol(path, stampSymbol) }
        guard let found = unsafeBitCast(stampAddress, to: StampFunction.self)() else { throw noSymbol(path, stampSymbol) }
        let stamp = String(cString: found)
        let own = String(cString: vipsam_plugin_stamp_text())
        guard stamp == own else { throw otherStamp(path, stamp, own) }
        guard let registerAddress = dlsym(library, registerSymbol) else { throw noSymbol(path, registerSymbol) }
        var copy = registry
        let message = withUnsafeMutablePointer(to: &copy) { pointer in
            unsafeBitCast(registerAddress, to: RegisterFunction.self)(UnsafeMutableRawPointer(pointer))
        }
        if let message {
            defer { free(message) }
            throw refused(path, String(cString: message))
        }
        registry = copy
    }
}

extension PluginLoader {
    fileprivate static func missing(_ path: String) -> Diagnostic {
        .error("there is no plugin file '\(path)'", cause: .model)
    }

    fileprivate static func unloadable(_ path: String, _ reason: String) -> Diagnostic {
        .error("the plugin '\(path)' cannot be loaded", cause: .model)
            .noting("the system says: \(reason)")
    }

    fileprivate static func noSymbol(_ path: String, _ symbol: String) -> Diagnostic {
        .error("'\(path)' is not a plugin of vipsam: it has no function '\(symbol)'", cause: .model)
            .noting("Plugins/README.md shows the two functions that a plugin needs")
    }

    fileprivate static func otherStamp(_ path: String, _ found: String, _ own: String) -> Diagnostic {
        .error("the plugin '\(path)' was built by another toolchain or for another kit", cause: .model)
            .noting("it says '\(found)'")
            .noting("needed is '\(own)'; build it again beside this vipsam")
    }

    fileprivate static func refused(_ path: String, _ message: String) -> Diagnostic {
        .error("the plugin '\(path)' cannot be added: \(message)", cause: .model)
    }
}

internal import EditOperations
internal import FileOperations
internal import MaskOperations
internal import ObjectOperations
internal import SegmentOperations
internal import VipsOperations
internal import VipsamKit

/// The families of operations that come with the program.
enum BuiltIn {
    /// In a fixed order: a name that is taken stays with whoever came first.
    static func registry() throws -> Registry {
        var registry = Registry()
        try registry.add(VipsOperations.self)
        try registry.add(FileOperations.self)
        try registry.add(EditOperations.self)
        try registry.add(MaskOperations.self)
        try registry.add(ObjectOperations.self)
        try registry.add(SegmentFamily.self)
        return registry
    }
}

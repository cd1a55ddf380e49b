public import VipsamKit

/// Operations that read and write files, and that decide whether an item goes on.
public enum FileOperations: OperationFamily {
    public static let name = "file"

    public static func register(in registry: inout Registry) throws {
        try registry.register(LoadImage.self)
        try registry.register(Require.self)
        try registry.register(Save.self)
    }
}

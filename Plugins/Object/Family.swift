public import VipsamKit

/// Operations on sets of objects.
public enum ObjectOperations: OperationFamily {
    public static let name = "object"

    public static func register(in registry: inout Registry) throws {
        try registry.register(Filter.self)
        try registry.register(Sort.self)
        try registry.register(TidyObjects.self)
    }
}

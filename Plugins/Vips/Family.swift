public import VipsamKit

/// Every libvips operation that takes and gives images or numbers, as `vips.NAME`.
public enum VipsOperations: OperationFamily {
    public static let name = "vips"

    public static func register(in registry: inout Registry) throws {
        for operation in VipsCatalog.shared.callable {
            let first = operation.description.prefix(1).uppercased()
            let entry = Registry.Entry(
                name: VipsStep.prefix + operation.name, family: name,
                summary: first + operation.description.dropFirst() + "."
            ) { try VipsStep($0) }
            try registry.register(entry)
        }
    }
}

/// How exactly the products of an image encoder are computed.
public enum Precision: String, Sendable, Hashable, CaseIterable {
    /// In single precision, as the original code does.
    case float32
    /// With weights and activations rounded to 8 bits: `QuantizedMatrix`.
    case int8
}

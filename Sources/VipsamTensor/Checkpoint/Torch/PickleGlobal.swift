/// The names that a pickle of tensors may mention. Nothing behind them exists here: each has a fixed, inert meaning.
enum PickleGlobal: Sendable, Hashable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case size
    /// Gives back its argument: TorchScript marks lists of numbers so.
    case identity
    case storage(ElementType)
    /// A class of a TorchScript archive.
    case scriptClass

    private static let storages: [String: ElementType] = [
        "torch.DoubleStorage": .float64, "torch.FloatStorage": .float32, "torch.HalfStorage": .float16,
        "torch.BFloat16Storage": .bfloat16, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
        "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8,
        "torch.BoolStorage": .bool, "torch.storage.UntypedStorage": .uint8,
    ]

    /// The meaning of `module.name`. Throws for every name that is not on the list.
    init(module: String, name: String) throws(FormatError) {
        let full = "\(module).\(name)"
        switch full {
        case "collections.OrderedDict": self = .orderedDictionary
        case "torch._utils._rebuild_tensor_v2": self = .rebuildTensor
        case "torch._utils._rebuild_parameter": self = .rebuildParameter
        case "torch.Size": self = .size
        case "torch.jit._pickle.build_intlist", "torch.jit._pickle.build_doublelist",
            "torch.jit._pickle.build_boollist", "torch.jit._pickle.build_tensorlist":
            self = .identity
        default:
            if let type = Self.storages[full] {
                self = .storage(type)
            } else if module == "__torch__" || module.hasPrefix("__torch__.") {
                self = .scriptClass
            } else {
                throw .wants(full)
            }
        }
    }
}

extension FormatError {
    fileprivate static func wants(_ name: String) -> FormatError {
        FormatError(
            "the pickle wants to call '\(name.prefix(120))'; nothing in a checkpoint is executed, and only tables of "
                + "tensors are read, as saved by 'torch.save(model.state_dict(), …)'")
    }
}

import VipsamKit

/// One operation of libvips as a step; what it takes and gives is read from libvips.
///
/// Arguments have libvips' names, words and defaults, and are taken literally: pixels are those of the image at hand.
/// Only alpha is not one more colour (`VipsTransparency`), and a picture of 16 bit stays one where libvips' default is 8.
/// They are checked here, against libvips' own types and ranges. The first image is the latest one unless the recipe
/// names it; others have to be named, and may be masks: those are drawn on the raster of the picture that they belong
/// to. The result is the operation's first image, its one number, or a table of its numbers.
struct VipsStep: Operation {
    static let name = "vips"
    static let summary = "An operation of libvips."
    static let prefix = "vips."

    private let operation: VipsOperation
    /// Of single images by argument, and of lists of them.
    private var single: [String: Slot] = [:]
    private var lists: [String: [Slot]] = [:]
    private var values: [String: VipsValue] = [:]

    /// Reads the arguments of the operation that the parameters belong to: `vips.NAME`.
    init(_ p: Parameters) throws {
        guard p.operation.hasPrefix(Self.prefix),
            let operation = VipsCatalog.shared.operation(String(p.operation.dropFirst(Self.prefix.count)))
        else { throw Diagnostic.unknown(p.operation) }
        self.operation = operation
        for argument in operation.inputs {
            let help = argument.blurb.prefix(1).uppercased() + argument.blurb.dropFirst() + "."
            switch argument.kind {
            case .image where argument.name == operation.mainInput?.name:
                single[argument.name] = p.slot(argument.name, .image, help + VipsTransparency(operation.name).remark)
            case .image where argument.isRequired:
                single[argument.name] = p.requiredSlot(argument.name, .image, help)
            case .image:
                single[argument.name] = p.namedSlot(argument.name, .image, help)
            case .arrayImage where argument.isRequired:
                lists[argument.name] = p.slots(argument.name, .image, help)
            default:
                let remark = isDepthOfProfiles(argument) ? " 16 for a picture of 16 bit, if not said." : ""
                values[argument.name] = p.value(of: argument, help + remark)
            }
        }
    }

    /// `icc_transform` and `icc_export` would make 8 bit of everything.
    private func isDepthOfProfiles(_ argument: VipsArgument) -> Bool {
        argument.name == "depth" && operation.name.hasPrefix("icc_")
    }

    var result: Kind? {
        let given = operation.outputs.filter { $0.isRequired || $0.isModified }
        if given.contains(where: { $0.kind == .image }) { return .image }
        let isOneNumber = given.count == 1 && given.allSatisfy { [.double, .int, .bool].contains($0.kind) }
        return isOneNumber ? .number : .table
    }

    /// Numbers are computed at once, draw operations paint on a copy in memory.
    var access: Access { operation.isSequential && !operation.draws && result == .image ? .streamed : .random }

    func apply(_ context: Context) throws -> Value? {
        var images: [String: VipsValue] = [:]
        let reference = try referenceImage(context)
        for (name, slot) in single { images[name] = .image(try pixels(slot, reference, context)) }
        for (name, slots) in lists {
            images[name] = .arrayImage(try slots.map { try pixels($0, reference, context) })
        }
        var inputs = images.merging(values) { image, _ in image }
        if inputs[VipsArgument.seed] == nil, let seed = operation.inputs.first(where: { $0.name == VipsArgument.seed }) {
            inputs[seed.name] = seed.defaultValue
        }
        if let depth = operation.inputs.first(where: isDepthOfProfiles), inputs[depth.name] == nil,
            reference?.pixels.format == .ushort {
            inputs[depth.name] = .int(16)
        }
        let outputs = try VipsTransparency(operation.name).call(
            operation.name, inputs, main: operation.mainInput?.name ?? "")
        switch result {
        case .image:
            let order = operation.outputs.filter { $0.isRequired || $0.isModified }.map(\.name)
            guard let made = order.lazy.compactMap({ outputs[$0]?.image }).first else {
                throw Diagnostic.nothingMade(operation.name)
            }
            return .image(VipsGeometry(operation.name, values).placed(try made.fittinglyLabelled(), from: reference))
        case .number: return .number(try number(outputs))
        default: return .table(table(outputs))
        }
    }

    /// The picture whose raster masks are drawn on, and whose place the result keeps: the first one that is no mask,
    /// of the masks' own picture where there are masks.
    private func referenceImage(_ context: Context) throws -> Image? {
        let slots = operation.inputs.flatMap { argument in
            (single[argument.name].map { [$0] } ?? []) + (lists[argument.name] ?? [])
        }
        let canvas = slots.lazy.compactMap { context.maskBehind($0)?.frame.canvas }.first
        let images = try slots.filter { context.maskBehind($0) == nil }.map(context.image)
        if let fitting = images.first(where: { canvas == nil || $0.frame.canvas == canvas }) { return fitting }
        return try images.first ?? slots.first.map(context.image)
    }

    private func pixels(_ slot: Slot, _ reference: Image?, _ context: Context) throws -> Pixels {
        if let mask = context.maskBehind(slot), let reference { return try mask.pixels(on: reference) }
        return try context.image(slot).pixels
    }

    private func number(_ outputs: [String: VipsValue]) throws -> Double {
        for output in operation.outputs where output.isRequired {
            if let number = outputs[output.name]?.double { return number }
            if let truth = outputs[output.name]?.bool { return truth ? 1 : 0 }
        }
        throw Diagnostic.nothingMade(operation.name)
    }

    /// One row: a column for each number; those of a list are numbered from 1.
    private func table(_ outputs: [String: VipsValue]) -> Table {
        var columns: [String] = []
        var row: [Table.Cell] = []
        for output in operation.outputs where output.isRequired {
            guard let value = outputs[output.name] else { continue }
            if let number = value.double ?? value.bool.map({ $0 ? 1 : 0 }) {
                columns.append(output.name)
                row.append(.number(number))
            }
            for (index, number) in (value.doubles ?? []).enumerated() {
                columns.append("\(output.name)-\(index + 1)")
                row.append(.number(number))
            }
        }
        return Table(columns: columns, rows: [row])
    }
}

extension Diagnostic {
    fileprivate static func unknown(_ name: String) -> Diagnostic {
        .error("libvips has no operation '\(name)'", cause: .recipe)
    }

    fileprivate static func nothingMade(_ name: String) -> Diagnostic { .error("vips.\(name) made nothing of this") }
}

public import VipsamKit

/// Operations that change pictures.
public enum EditOperations: OperationFamily {
    public static let name = "edit"

    public static func register(in registry: inout Registry) throws {
        try registry.register(Blur.self)
        try registry.register(CanvasStep.self)
        try registry.register(ContactSheet.self)
        try registry.register(Crop.self)
        try registry.register(Cutout.self)
        try registry.register(Fill.self)
        try registry.register(InpaintFill.self)
        try registry.register(Outline.self)
        try registry.register(Overlay.self)
        try registry.register(Pixelate.self)
        try registry.register(Recolor.self)
        try registry.register(ReplaceBackground.self)
        try registry.register(Resize.self)
        try registry.register(RotateUpright.self)
        try registry.register(Shadow.self)
        try registry.register(Trim.self)
    }
}

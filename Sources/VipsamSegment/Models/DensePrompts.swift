import Foundation
import VipsamKit

/// Boxes and clicks drawn as logits, for models that were trained to see their prompts in the mask prompt as well.
///
/// A TinyViT knows no absolute position; drawn this way, every cell knows whether it lies inside the box. Switched on
/// by `dense_prompts` in a checkpoint's metadata; the definition is weights/training's.
public struct DensePrompts: Sendable, Hashable {
    /// Logits inside and outside a box.
    let inside: Float
    let outside: Float
    /// Logits at the centre of a click: positive on the object, negative around it.
    let click: Float
    /// Standard deviation of a click's bell, in cells.
    let sigma: Float

    /// Nil when the metadata does not ask for drawn prompts.
    public init?(_ metadata: [String: String]) {
        guard metadata["dense_prompts"] != nil else { return nil }
        func number(_ key: String, _ fallback: Float) -> Float {
            metadata[key].flatMap(NumberText.number).map { Float($0) } ?? fallback
        }
        inside = number("dense_box_inside", 2)
        outside = number("dense_box_outside", -6)
        click = number("dense_click", 10)
        sigma = max(number("dense_click_sigma", 1.5), 1e-3)
    }

    /// The mask prompt of a prompt, `cells × cells`, row by row; nil for a prompt without box and clicks.
    package func mask(for prompt: ModelPrompt, cells: Int, inputSide: Int) -> [Float]? {
        guard prompt.box != nil || !prompt.points.isEmpty else { return nil }
        let cell = Float(inputSide) / Float(cells)
        var values = [Float](repeating: 0, count: cells * cells)
        if let box = prompt.box {
            let across = coverage(box.minX, box.maxX, cells, cell), down = coverage(box.minY, box.maxY, cells, cell)
            for y in 0..<cells {
                for x in 0..<cells { values[y * cells + x] = outside + (inside - outside) * down[y] * across[x] }
            }
        }
        for point in prompt.points where point.label == 0 || point.label == 1 {
            let across = bell((point.x + 0.5) / cell, cells), down = bell((point.y + 0.5) / cell, cells)
            let target = point.label == 1 ? click : -click
            for y in 0..<cells {
                for x in 0..<cells {
                    values[y * cells + x] += down[y] * across[x] * (target - values[y * cells + x])
                }
            }
        }
        return values
    }

    /// How much of each cell lies between two places, 0…1.
    private func coverage(_ low: Float, _ high: Float, _ cells: Int, _ cell: Float) -> [Float] {
        (0..<cells).map { index in
            let start = Float(index) * cell
            return min(max(min(high, start + cell) - max(low, start), 0), cell) / cell
        }
    }

    private func bell(_ center: Float, _ cells: Int) -> [Float] {
        (0..<cells).map { index in
            let distance = Float(index) + 0.5 - center
            return exp(-(distance * distance) / (2 * sigma * sigma))
        }
    }
}

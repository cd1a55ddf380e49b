import Foundation
package import VipsamKit
package import VipsamTensor

/// A second look at an object: from near, and with the picture's own colours.
///
/// A small network sees a whole photo at 320 pixels; what is small there is seen better in a crop around its box. And a
/// network and colour statistics err differently: where the cheapest cut between the colours of either side agrees with
/// the mask, its contour is the better one (measured: docs/quality.md). What is in a box may be looked at in a mirror as
/// well (`MirroredLook`), and clicks are looked at from several distances (`ClickLook`). All are switched on by the
/// metadata of a checkpoint (`zoom`, `refine`, `mirror`, `click_crops`), so that official checkpoints stay exactly what
/// they are, and can be switched off in a recipe.
package struct CloserLook: Sendable {
    /// Side of the crop as a multiple of the box's longer side; nil for no crop.
    package var zoom: Double?
    /// Whether the contour is moved onto colour edges.
    package var cuts: Bool
    /// Whether what is in a box is drawn a second time, seen in a mirror.
    package var mirrors: Bool
    /// Sides of the crops around clicks, as parts of the picture's longer side; none for the whole picture only.
    package var clickCrops: [Double]

    /// A crop of more than this part of the picture shows nothing new.
    private static let largestCrop = 0.85
    /// Crops of fewer pixels are too small to look at.
    private static let smallestSide = 8
    /// The cut may reach so far beyond a box, in pixels of its raster.
    private static let slack = 4.0

    /// Crops around a click are this part of the picture at least, and so many at most.
    private static let clickCropSides = 0.05..<1.0
    private static let mostClickCrops = 8
    /// Their side is so many times the clicks' extent, at least.
    private static let clickMargin = 1.2

    package init(zoom: Double?, cuts: Bool, mirrors: Bool = false, clickCrops: [Double] = []) {
        self.zoom = zoom
        self.cuts = cuts
        self.mirrors = mirrors
        self.clickCrops = clickCrops
    }

    package static let off = CloserLook(zoom: nil, cuts: false)

    /// What a checkpoint's metadata asks for.
    package init(_ metadata: [String: String]) {
        let zoom = metadata["zoom"].flatMap(NumberText.number)
        let sides = (metadata["click_crops"] ?? "").split(separator: ",").compactMap { NumberText.number(String($0)) }
        let areSides = sides.count <= Self.mostClickCrops && sides.allSatisfy(Self.clickCropSides.contains)
        self.init(
            zoom: zoom.flatMap { (1...10).contains($0) ? $0 : nil }, cuts: metadata["refine"] == "graph-cut",
            mirrors: metadata["mirror"] == "boxes", clickCrops: areSides ? sides : [])
    }

    /// The squares around clicks, clipped to the picture, in the metadata's order; those that show nothing new are left
    /// out, and those in which the clicks would lie at the sides.
    ///
    /// - Parameter clicks: the box around the clicks on the object, of no size for one.
    package func crops(around clicks: Box, width: Int, height: Int) -> [PixelRect] {
        clickCrops.compactMap {
            let side = $0 * Double(max(width, height))
            guard clicks.longerSide * Self.clickMargin <= side else { return nil }
            return square(around: clicks.center, half: side / 2, width: width, height: height)
        }
    }

    /// The square around a box, clipped to the picture; nil where looking closer shows nothing new.
    ///
    /// - Parameter box: in pixels of the picture.
    package func crop(around box: Box, width: Int, height: Int) -> PixelRect? {
        guard let zoom else { return nil }
        let half = max(box.width, box.height) * zoom / 2
        return square(around: box.center, half: half, width: width, height: height)
    }

    private func square(around center: Point, half: Double, width: Int, height: Int) -> PixelRect? {
        let left = max(0, (center.x - half).rounded(.down)), top = max(0, (center.y - half).rounded(.down))
        let right = min(Double(width), (center.x + half).rounded(.up))
        let bottom = min(Double(height), (center.y + half).rounded(.up))
        guard right - left >= Double(Self.smallestSide), bottom - top >= Double(Self.smallestSide),
            (right - left) * (bottom - top) <= Self.largestCrop * Double(width) * Double(height)
        else { return nil }
        return PixelRect(x: Int(left), y: Int(top), width: Int(right - left), height: Int(bottom - top))
    }

    /// Moves a mask's contour onto colour edges.
    ///
    /// - Parameters:
    ///   - logits: `cells × cells` of a model whose input has `inputSide` pixels, for this picture.
    ///   - box: what the mask has to stay in, in pixels of the picture; nil for anywhere.
    /// - Returns: finer logits with the side of their grid, which is also the side of the square that the
    ///   picture lies in; nil where there are too few pixels for a cut, and where it does not agree with the mask.
    package func cut(
        _ logits: [Float], cells: Int, inputSide: Int, in picture: RGBRaster, box: Box?, threads: Threads
    ) -> (logits: [Float], side: Int)? {
        let side = min(ColourContour.longestSide, max(picture.width, picture.height))
        guard side >= ColourContour.shortestSide else { return nil }
        let frame = ModelFrame(width: picture.width, height: picture.height, side: side)
        let width = frame.validWidth, height = frame.validHeight
        let small = PillowResize.resize(picture, width: width, height: height, threads: threads)
        let model = ModelFrame(width: picture.width, height: picture.height, side: inputSide)
        let fine = Self.enlarged(logits, cells, inputSide, model, width, height)
        let scaleX = Double(width) / Double(picture.width), scaleY = Double(height) / Double(picture.height)
        var inside = Plane(width: width, height: height, values: fine)
        if let box {
            let slackX = Self.slack / scaleX, slackY = Self.slack / scaleY
            for y in 0..<height {
                let v = (Double(y) + 0.5) / scaleY, isBeside = v < box.y - slackY || v > box.maxY + slackY
                for x in 0..<width {
                    let u = (Double(x) + 0.5) / scaleX
                    if isBeside || u < box.x - slackX || u > box.maxX + slackX { inside.values[y * width + x] = -.infinity }
                }
            }
        }
        let guide = Plane.colours(of: small.bytes, width: width, height: height)
        guard let new = ColourContour.moved(inside, guide: guide) else { return nil }
        return (Self.grid(new, side), side)
    }

    /// Bilinear between the centres of cells, for the part of the square that holds the picture.
    private static func enlarged(
        _ logits: [Float], _ cells: Int, _ inputSide: Int, _ frame: ModelFrame, _ width: Int, _ height: Int
    ) -> [Float] {
        func taps(_ length: Int, _ valid: Int) -> [(Int, Int, Float)] {
            (0..<length).map { i in
                let span = Float(cells) * Float(valid) / Float(inputSide)
                let place = max(0, (Float(i) + 0.5) * span / Float(length) - 0.5)
                let low = min(cells - 1, Int(place))
                return (low, min(cells - 1, low + 1), place - Float(low))
            }
        }
        let across = taps(width, frame.validWidth)
        return taps(height, frame.validHeight).flatMap { top, bottom, v in
            across.map { left, right, u in
                let upper = logits[top * cells + left] * (1 - u) + logits[top * cells + right] * u
                let lower = logits[bottom * cells + left] * (1 - u) + logits[bottom * cells + right] * u
                return upper * (1 - v) + lower * v
            }
        }
    }

    /// Smooth logits of a hard mask: ±4 away from its contour, one cell of slope on either side.
    private static func grid(_ mask: Plane, _ side: Int) -> [Float] {
        let soft = mask.mean(radius: 1)
        var grid = [Float](repeating: -4, count: side * side)
        for y in 0..<mask.height {
            for x in 0..<mask.width { grid[y * side + x] = (soft.values[y * mask.width + x] - 0.5) * 8 }
        }
        return grid
    }
}

extension PixelBounds {
    /// Whether what was seen in a crop ends at one of its sides, and so would go on beyond: it comes within `tolerance`
    /// pixels of a side of the crop, and not of the picture's same side (`is_box_near_crop_edge` of the original code).
    ///
    /// - Parameter crop: the part of the picture whose pixels these bounds count.
    package func isCutOff(by crop: PixelRect, of picture: PixelRect, tolerance: Int) -> Bool {
        func isNear(_ a: Int, _ b: Int) -> Bool { abs(a - b) <= tolerance }
        let sides = [
            (minX + crop.x, crop.x, picture.x), (minY + crop.y, crop.y, picture.y),
            (maxX + crop.x, crop.maxX, picture.maxX), (maxY + crop.y, crop.maxY, picture.maxY),
        ]
        return sides.contains { side, ofCrop, ofPicture in isNear(side, ofCrop) && !isNear(side, ofPicture) }
    }
}

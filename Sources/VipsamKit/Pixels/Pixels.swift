import CVipsShim

/// One picture: a reference to an image of libvips that is not changed any more.
///
/// libvips is lazy: an image is a description of how to make pixels, and a bad pixel surfaces where they are read.
/// Every function that evaluates throws then.
///
/// Sendable without a check, because an image of libvips is immutable once built, its reference count is atomic, and
/// the only stored property never changes.
public final class Pixels: @unchecked Sendable {
    let handle: OpaquePointer

    /// Takes over a reference.
    init(taking handle: OpaquePointer) { self.handle = handle }

    /// Takes a reference of its own.
    init(sharing handle: OpaquePointer) {
        vipsam_image_ref(handle)
        self.handle = handle
    }

    deinit { vipsam_image_unref(handle) }

    /// Pixels across.
    public var width: Int { Int(vipsam_image_width(handle)) }
    /// Pixels down. Several pages that were loaded together stand below each other.
    public var height: Int { Int(vipsam_image_height(handle)) }
    /// Numbers per pixel, alpha included.
    public var bands: Int { Int(vipsam_image_bands(handle)) }
    public var format: BandFormat { BandFormat(rawValue: Int(vipsam_image_format(handle))) ?? .uchar }

    /// What the bands mean: as labelled, or where the label cannot be (three bands called "grey", bytes called 16 bit),
    /// as it must be.
    public var interpretation: Interpretation {
        Interpretation(rawValue: Int(vipsam_image_guessed_interpretation(handle))) ?? .multiband
    }

    /// Bytes with a label that fits. What makes bytes of 16 bits leaves libvips' label as it was, and libvips' PNG writer
    /// goes by that: it would read twice as many bytes as there are.
    public func fittinglyLabelled() throws(PixelsError) -> Pixels {
        format == .uchar && !isPacked ? try relabelled(interpretation) : self
    }

    /// The last band is opacity.
    public var hasAlpha: Bool { vipsam_image_has_alpha(handle) != 0 }
    /// Bands without alpha.
    public var colourBands: Int { bands - (hasAlpha ? 1 : 0) }
    /// The height of one page; the whole height for a single picture.
    public var pageHeight: Int { Int(vipsam_image_page_height(handle)) }
    /// Pages in the file that it came from.
    public var pages: Int { Int(vipsam_image_pages(handle)) }
    /// Packed pixels (LABQ, Radiance) that most operations unpack first.
    public var isPacked: Bool { vipsam_image_coding(handle) != 0 }
    /// Bytes of one pixel.
    public var pixelSize: Int { Int(clamping: vipsam_image_pixel_size(handle)) }
    /// Pixels per millimetre.
    public var resolution: (x: Double, y: Double) {
        (vipsam_image_x_resolution(handle), vipsam_image_y_resolution(handle))
    }

    /// The value of full white and full opacity in this image's own range.
    public var fullScale: Double {
        switch interpretation {
        case .scrgb: 1
        case .rgb16, .grey16: 65535
        default: format.isFloatingPoint ? 255 : format.fullScale
        }
    }
}

"""The rows: operation by operation, with the recipe, the peer and the tolerance."""

import math
import subprocess

import cv2
import numpy as np

from .case import Case, MODEL, ROUNDING
from .cielab import lab_of_opencv, rgb_of_opencv
from .inputs import HEIGHT, WIDTH, read
from .others import (
    band_around, box_cover, by_blocks, contact_shadow, convolved, cropped, disc, ellipse_element, enlarged, equalised,
    gaussian, gradient, guided, line, mixed, moved_contour, moved_soft, normalised,
    libvips_blend, outlined, over, page_of, paint, premultiplied_blur, recoloured, round_element, shadowed,
    small_and_back, softened, squares, tension, tidied, turned, upright, with_room,
)

LANCZOS = "both Lanczos 3; libvips rounds its kernel, and in between to bytes"
FIFTH = "a fifth of a pixel is allowed; at a corner of a smooth edge, whose direction a pixel does not tell, it is more"
BELL_ENDS = "vipsam's bell ends at three standard deviations, as stated"


MASK = "- load-mask: mask.png\n"
SOFT = "- load-mask: soft.png\n"
DEEP = "- load-image: deep.png\n  as: deep\n"
CALM = "- load-image: calm.png\n"
LANCZOS_TO = "-filter", "Lanczos", "-resize"
CUT = "- load-image: cut.png\n"


def blurs():
    gauss = MASK + "- blur: {what: all, radius: 5}\n"
    yield Case("blur", "all, gaussian, 5", gauss, "as stated: OpenCV sepFilter2D", lambda i: softened(i.picture, 5))
    yield Case("blur", "all, gaussian, 5", gauss, "OpenCV GaussianBlur", lambda i: gaussian(i.picture, 5), 1.5, BELL_ENDS)
    yield Case("blur", "all, gaussian, 5", gauss, "ImageMagick -gaussian-blur",
               lambda i: i.convert(i.path("picture"), "-gaussian-blur", "0x5"), 2, BELL_ENDS + "; both round")
    large = MASK + "- blur: {what: all, radius: 15}\n"
    yield Case("blur", "all, gaussian, 15", large, "as stated, by blocks: OpenCV", lambda i: softened(i.picture, 15))
    yield Case("blur", "all, gaussian, 15", large, "OpenCV GaussianBlur", lambda i: gaussian(i.picture, 15), 1.5,
               BELL_ENDS + "; from 6 on it works on means of blocks, and continues those outwards", inner=45)
    yield Case("blur", "all, gaussian, 5, 16 bits", DEEP + MASK + "- blur: {what: all, radius: 5, image: deep}\n",
               "as stated: OpenCV sepFilter2D", lambda i: softened(i.deep / 257.0, 5), 0.01, "rounding to 16 bits")
    yield Case("blur", "all, gaussian, 5, transparent picture", "- load-image: faint.png\n  as: faint\n"
               "- blur: {what: all, radius: 5, image: faint}\n", "as stated, premultiplied: OpenCV",
               lambda i: premultiplied_blur(i.faint, lambda a: softened(a, 5)))
    yield Case("blur", "background, gaussian, 5", SOFT + "- blur: {radius: 5}\n", "normalised convolution, OpenCV sepFilter2D",
               lambda i: normalised(i.picture, lambda a: softened(a, 5), 1 - i.soft / 255.0))
    yield Case("blur", "all, gaussian, 5, working image 150 high", gauss, "OpenCV GaussianBlur of 10",
               lambda i: gaussian(i.picture, 10), 1.5, BELL_ENDS + "; from 6 on it works on means of blocks", inner=30,
               work_size="150")
    yield Case("blur", "background, disc, 7", SOFT + "- blur: {radius: 7, method: disc}\n",
               "normalised convolution, OpenCV filter2D",
               lambda i: normalised(i.picture, lambda a: convolved(a, disc(7)), 1 - i.soft / 255.0))
    blocks = MASK + "- blur: {what: all, radius: 45, method: disc}\n"
    yield Case("blur", "all, disc, 45", blocks, "as stated, by blocks: OpenCV filter2D",
               lambda i: by_blocks(i.picture, 4, lambda small: convolved(small, disc(45 / 4))))
    yield Case("blur", "all, disc, 45", blocks, "OpenCV filter2D, 91 × 91", lambda i: convolved(i.picture, disc(45)), 1.5,
               "beyond 12 it works on means of blocks, as stated, and continues those outwards", inner=45)
    yield Case("blur", "all, motion, 9, 30°", MASK + "- blur: {what: all, radius: 9, method: motion, angle: 30}\n",
               "OpenCV filter2D", lambda i: convolved(i.picture, line(9, 30)))
    yield Case("blur", "subject, motion, 6, 90°", MASK + "- blur: {what: subject, radius: 6, method: motion, angle: 90}\n",
               "normalised convolution, OpenCV filter2D",
               lambda i: normalised(i.picture, lambda a: convolved(a, line(6, 90)), i.mask / 255.0))
    for mask, place in (("mask", ""), ("atborder", ", the subject cut by the border")):
        yield Case("blur", f"band of 10, gaussian, 5{place}",
                   f"- load-mask: {mask}.png\n- blur: {{what: band, band: 10, radius: 5}}\n",
                   "normalised convolution, OpenCV sepFilter2D, distanceTransform", lambda i, mask=mask: normalised(
                       i.picture, lambda a: softened(a, 5), band_around(getattr(i, mask), 10)))


def coverings():
    yield Case("pixelate", "all, 20", MASK + "- pixelate: {what: all, size: 20}\n", "OpenCV INTER_AREA, INTER_NEAREST",
               lambda i: small_and_back(i.picture, 20))
    yield Case("pixelate", "all, 23: squares cut by the border", MASK + "- pixelate: {what: all, size: 23}\n",
               "means of squares, numpy", lambda i: squares(i.picture, 23))
    yield Case("pixelate", "subject, 20", SOFT + "- pixelate: {size: 20}\n", "OpenCV INTER_AREA, numpy",
               lambda i: mixed(i.picture.astype(float), small_and_back(i.picture, 20), i.soft / 255.0))
    yield Case("pixelate", "all, 20, transparent picture", CUT + "- pixelate: {what: all, size: 20}\n",
               "premultiplied means, numpy", lambda i: squares(i.cut, 20))
    yield Case("fill", "subject, red, half", SOFT + "- fill: '#ff000080'\n", "arithmetic, numpy",
               lambda i: mixed(i.picture, np.array([255.0, 0, 0]), i.soft / 255 * (128 / 255)))
    yield Case("fill", "subject, red, 16 bits",
               DEEP + "- load-mask: {file: soft.png, image: deep}\n- fill: {color: red, image: deep}\n", "arithmetic, numpy",
               lambda i: mixed(i.deep / 257.0, np.array([255.0, 0, 0]), i.soft / 255.0), 0.01, "rounding to 16 bits")
    yield Case("fill", "background, teal", SOFT + "- fill: {color: teal, what: background}\n", "ImageMagick -composite",
               lambda i: i.convert("-size", f"{WIDTH}x{HEIGHT}", "xc:#008080", i.path("cut"), "-composite"))
    recolor = SOFT + "- recolor: {color: teal, lightness: 0.4, what: background}\n"
    tables = "libvips converts by tables"
    yield Case("recolor", "subject, #c02030", MASK + "- recolor: '#c02030'\n", "as stated, in CIELAB: numpy",
               lambda i: recoloured(i.picture, i.mask / 255.0, (192, 32, 48)), 1.5, tables)
    yield Case("recolor", "background, teal, lightness 0.4", recolor, "as stated, in CIELAB: numpy",
               lambda i: recoloured(i.picture, 1 - i.soft / 255.0, (0, 128, 128), 0.4), 1.5, tables)
    yield Case("recolor", "background, teal, lightness 0.4", recolor, "as stated, in OpenCV's CIELAB",
               lambda i: recoloured(i.picture, 1 - i.soft / 255.0, (0, 128, 128), 0.4, lab_of_opencv, rgb_of_opencv), 4,
               "OpenCV's own CIELAB is off by up to 3.3 from the formula")
    for mask, place in (("hole", ""), ("other", ", larger"), ("atborder", ", cut by the border")):
        yield Case("inpaint-fill", f"smooth{place}",
                   f"- load-mask: {mask}.png\n- inpaint-fill: {{method: smooth, grow: 0}}\n",
                   "as stated, a plate under tension: SciPy spsolve",
                   lambda i, mask=mask: tension(i.picture, getattr(i, mask)), 1,
                   ROUNDING + "; vipsam ends its rounds before the last digit")


def masks():
    yield Case("invert-mask", "", SOFT + "- invert-mask:\n", "numpy", lambda i: 255.0 - i.soft, 0, "none", "mask")
    both = SOFT + "  as: first\n- load-mask: other.png\n  as: second\n- combine-masks: {mask: first, with: second, by: %s}\n"
    for way, peer in (("union", np.maximum), ("intersect", np.minimum), ("subtract", lambda a, b: np.minimum(a, 255 - b))):
        yield Case("combine-masks", way, both % way, "numpy", lambda i, peer=peer: peer(i.soft, i.other).astype(float), 0,
                   "none", "mask")
    yield Case("mask-from-boxes", "[60.25, 40.5, 100, 80.75]", "- mask-from-boxes: [[60.25, 40.5, 100, 80.75]]\n",
               "covered shares, numpy", lambda i: box_cover(60.25, 40.5, 100, 80.75), 1, ROUNDING, "mask")
    yield Case("grow-mask", "9", MASK + "- grow-mask: 9\n", "OpenCV distanceTransform",
               lambda i: moved_contour(i.mask, 9), 1, ROUNDING, "mask")
    yield Case("grow-mask", "9, on or off", MASK + "- grow-mask: 9\n", "OpenCV dilate, all centres within 9.5",
               lambda i: cv2.dilate(i.mask, round_element(9.5)).astype(float), 0, "none", "shape")
    yield Case("grow-mask", "9, on or off", MASK + "- grow-mask: 9\n", "OpenCV dilate, MORPH_ELLIPSE 19 × 19",
               lambda i: cv2.dilate(i.mask, ellipse_element(9)).astype(float), 0,
               "OpenCV's ellipse is cut to whole rows", "shape", around=1)
    for name, part, allowed, reason in (
            ("along the sides", lambda i: ~i.edged_corners(25), 51, "a fifth of a pixel"),
            ("around the corners", lambda i: i.edged_corners(25), 128,
             "half a pixel: a corner may lie anywhere in its pixel, whose value does not tell where")):
        yield Case("grow-mask", f"9, smooth edge, {name}", "- load-mask: edged.png\n- grow-mask: 9\n",
                   "the grown rectangle, numpy", lambda i: i.smooth_edged(25, 9).astype(float), allowed, reason, "mask",
                   part=part)
    yield Case("grow-mask", "9, edge blurred by 3", SOFT + "- grow-mask: 9\n", "OpenCV distanceTransform, 8 × 8 samples",
               lambda i: moved_soft(i.soft, 9), 51, FIFTH, "mask")
    yield Case("shrink-mask", "6", MASK + "- shrink-mask: 6\n", "OpenCV distanceTransform",
               lambda i: moved_contour(i.mask, -6), 1, ROUNDING, "mask")
    yield Case("shrink-mask", "6, on or off", MASK + "- shrink-mask: 6\n", "OpenCV erode, all centres within 6.5",
               lambda i: cv2.erode(i.mask, round_element(6.4999)).astype(float), 0, "none", "shape")
    yield Case("shrink-mask", "6, at the picture's border", "- load-mask: atborder.png\n- shrink-mask: 6\n",
               "OpenCV erode, border left alone", lambda i: cv2.erode(i.atborder, round_element(6.4999)).astype(float), 0,
               "none", "shape")
    yield Case("feather-mask", "4", MASK + "- feather-mask: 4\n", "OpenCV GaussianBlur",
               lambda i: gaussian(i.mask, 4), 1.5, BELL_ENDS, "mask")
    yield Case("smooth-mask", "4", MASK + "- smooth-mask: 4\n", "as stated: OpenCV sepFilter2D", smoothed_mask, 1, ROUNDING,
               "mask")
    yield Case("cutout", "feather 3", MASK + "- cutout: {feather: 3}\n", "OpenCV GaussianBlur",
               lambda i: np.dstack([i.picture, gaussian(i.mask, 3)]), 1.5, BELL_ENDS)
    if hasattr(cv2, "ximgproc"):
        yield Case("refine-mask", "guided, band 8", MASK + "- refine-mask: {method: guided, band: 8}\n",
                   "OpenCV ximgproc.guidedFilter, twice", lambda i: guided(i.picture, i.mask, 8), 1, ROUNDING, "mask")
    if MODEL.exists():
        yield Case("tidy-objects", "fill-holes 3000, drop-specks 2000",
                   # one look, unrefined: it leaves a hole and a speck
                   "- segment-by-points: {points: [[115, 150, 1], [225, 150, 0], [340, 70, 1]], zoom: off, refine: off}\n"
                   "  as: found\n- save: {mask: found, to: found.png}\n"
                   "- tidy-objects: {objects: found, fill-holes: 3000, drop-specks: 2000}\n",
                   "OpenCV connectedComponents, of what the network found",
                   lambda i: tidied(read(i.folder / "out" / "found.png"), 3000, 2000), 0, "none", "shape", photo="disc")


def smoothed_mask(inputs):
    slope = max(1, 4 * math.sqrt(2 * math.pi))
    return np.clip((softened(inputs.mask / 255.0, 4) - 0.5) * slope + 0.5, 0, 1) * 255


def layers():
    yield Case("cutout", "", SOFT + "- cutout:\n", "alpha of its own, numpy", lambda i: i.cut.astype(float), 0, "none")
    yield Case("cutout", "margin 12", MASK + "- cutout: {margin: 12}\n", "the mask's box, numpy",
               lambda i: cropped(np.dstack([i.picture, i.mask]), 12), 0, "none")
    yield Case("outline", "6, red, of a mask", MASK + "  as: shape\n- outline: {width: 6, color: red, mask: shape}\n",
               "OpenCV distanceTransform, numpy", lambda i: mixed(
                   i.picture.astype(float), np.array([255.0, 0, 0]), np.clip(moved_contour(i.mask, 6) - i.mask, 0, 255) / 255))
    yield Case("outline", "6, red, under a cut-out", CUT + "- outline: {width: 6, color: red}\n",
               "OpenCV distanceTransform of 8 × 8 samples, over in numpy", lambda i: outlined(i, 6, (255, 0, 0)), 51, FIFTH)
    drop = CUT + "- shadow: {blur: 5, offset: [10, 14], opacity: 0.5, expand: false}\n"
    yield Case("shadow", "drop, blur 5, [10, 14], 0.5", drop, "as stated: OpenCV, over in numpy",
               lambda i: shadowed(i.cut, 5, (10, 14), 0.5, softened))
    yield Case("shadow", "drop, blur 5, [10, 14], 0.5", drop, "OpenCV GaussianBlur, over in numpy",
               lambda i: shadowed(i.cut, 5, (10, 14), 0.5, gaussian), 1.5, BELL_ENDS)
    yield Case("shadow", "drop, blur 5, [10, 14], 0.5", drop, "ImageMagick -shadow, -composite", magick_shadow, 2,
               BELL_ENDS + "; ImageMagick's ends elsewhere")
    far = CUT + "- shadow: {blur: 24, offset: [90, 70], opacity: 0.5, color: navy}\n"
    for name, peer, blur, allowed, reason in (
            ("as stated", "OpenCV, over in numpy", softened, 1, ROUNDING),
            ("", "OpenCV GaussianBlur, over in numpy", gaussian, 2, BELL_ENDS + "; from 6 on it works on means of blocks")):
        yield Case("shadow", "drop, blur 24, [90, 70], 0.5, expand", far, f"{name}: {peer}".removeprefix(": "),
                   lambda i, blur=blur: shadowed(with_room(i.cut, 24, (90, 70)), 24, (90, 70), 0.5, blur, (0, 0, 128)),
                   allowed, reason)
    yield Case("shadow", "contact, blur 4, flatness 0.3", CUT
               + "- shadow: {method: contact, blur: 4, flatness: 0.3, opacity: 0.6, expand: false}\n",
               "as stated: numpy, OpenCV", lambda i: contact_shadow(i.cut, 4, 0.3, 0.6))
    yield Case("replace-background", "white", SOFT + "- replace-background: white\n", "ImageMagick -flatten",
               lambda i: i.convert(i.path("cut"), "-background", "white", "-flatten"))
    yield Case("replace-background", "teal, 16 bits", DEEP + "- load-mask: {file: soft.png, image: deep}\n"
               "- replace-background: {color: teal, image: deep}\n", "over, numpy",
               lambda i: mixed(np.array([0, 128.0, 128]), i.deep / 257.0, i.soft / 255.0), 0.01,
               "libvips widens 128 to 32768, where 257 times as much is 32896")
    yield Case("replace-background", "#2080ff80", SOFT + "- replace-background: '#2080ff80'\n", "premultiplied over, numpy",
               lambda i: over(i.cut.astype(float), paint((32, 128, 255), np.full((HEIGHT, WIDTH), 128 / 255))))
    yield Case("replace-background", "navy to orange, 30°",
               SOFT + "- replace-background: {color: navy, to-color: orange, angle: 30}\n", "over a gradient, numpy",
               lambda i: mixed(gradient((0, 0, 128), (255, 165, 0), 30), i.picture, i.soft / 255.0))
    behind = "- load-image: %s.png\n  as: back\n- load-mask: {file: soft.png, image: input}\n" \
        "- replace-background: {with: back, image: input}\n"
    yield Case("replace-background", "a picture", behind % "back", "ImageMagick -composite",
               lambda i: i.convert(i.path("back"), i.path("cut"), "-composite"), 1, ROUNDING + "; nothing may be transparent")
    yield Case("replace-background", "a picture of 700 × 410", behind % "wide",
               "ImageMagick -resize ^ -gravity -extent -composite", lambda i: i.convert(
                   i.path("wide"), *LANCZOS_TO, f"{WIDTH}x{HEIGHT}^", "-gravity", "center", "-extent",
                   f"{WIDTH}x{HEIGHT}", i.path("cut"), "-composite"), 2, LANCZOS + "; nothing may be transparent")
    logo = "- load-image: logo.png\n  as: logo\n- overlay: {with: logo, image: input, %s}\n"
    yield Case("overlay", "north-west, margin 12", logo % "gravity: north-west, margin: 12", "ImageMagick -composite",
               lambda i: i.convert(i.path("picture"), i.path("logo"), "-geometry", "+12+12", "-composite"))
    yield Case("overlay", "south-east, margin 2 %, opacity 0.6", logo % "opacity: 0.6", "ImageMagick -composite",
               lambda i: i.convert(i.path("picture"), "(", i.path("logo"), "-channel", "A", "-evaluate", "multiply", "0.6",
                                   "+channel", ")", "-gravity", "south-east", "-geometry", "+8+8", "-composite"))
    yield Case("overlay", "center, on a transparent picture", "- load-image: logo.png\n  as: logo\n- load-image: faint.png\n"
               "  as: faint\n- overlay: {with: logo, image: faint, gravity: center, margin: 0}\n", "ImageMagick -composite",
               lambda i: i.convert(i.path("faint"), i.path("logo"), "-gravity", "center", "-composite", kind="PNG32"))


def magick_shadow(inputs):
    """-shadow takes the alpha, blurs it, and keeps a virtual canvas; the offset is the merge's."""
    return inputs.convert(inputs.path("cut"), "(", "+clone", "-background", "black", "-shadow", "50x5+10+14", ")", "+swap",
                          "-background", "none", "-layers", "merge", "-crop", f"{WIDTH}x{HEIGHT}+0+0!", "-flatten",
                          "+repage", kind="PNG32")


def sizes():
    yield Case("canvas", "320 × 300, inside, grey", CALM + "- canvas: {size: [320, 300], color: '#808080'}\n",
               "ImageMagick -resize -gravity -extent",
               lambda i: i.convert(i.path("calm"), *LANCZOS_TO, "320x300", "-background", "#808080",
                                   "-gravity", "center", "-extent", "320x300"), 2, LANCZOS)
    yield Case("canvas", "200 × 200, cover, east", CALM + "- canvas: {size: 200, fit: cover, gravity: east}\n",
               "ImageMagick -resize ^ -gravity -extent",
               lambda i: i.convert(i.path("calm"), *LANCZOS_TO, "200x200^", "-gravity", "east",
                                   "-extent", "200x200"), 2, LANCZOS)
    yield Case("canvas", "500 × 400, none, grey", "- canvas: {size: [500, 400], fit: none, color: '#808080'}\n",
               "ImageMagick -extent", lambda i: i.convert(
                   i.path("picture"), "-background", "#808080", "-gravity", "center", "-extent", "500x400"), 0, "none")
    yield Case("canvas", "margin 20, navy, of a cut-out", CUT + "- canvas: {margin: 20, color: navy}\n",
               "ImageMagick -border, -flatten", lambda i: i.convert(
                   i.path("cut"), "-background", "#000080", "-gravity", "center", "-extent", "440x340", "-flatten"))
    yield Case("resize", "37 %", CALM + "- resize: 37%\n", "ImageMagick -filter Lanczos -resize",
               lambda i: i.convert(i.path("calm"), *LANCZOS_TO, "148x111!"), 2, LANCZOS)
    yield Case("resize", "37 %, cut-out", CUT + "- resize: 37%\n", "ImageMagick -filter Lanczos -resize",
               lambda i: i.convert(i.path("cut"), *LANCZOS_TO, "148x111!", kind="PNG32"), 2, LANCZOS)
    table = "libvips' kernel is a table of whole numbers"
    yield Case("resize", "250 %", CALM + "- resize: 250%\n", "ImageMagick -filter Catrom -resize",
               lambda i: i.convert(i.path("calm"), "-filter", "Catrom", "-resize", "1000x750!"), 2, table)
    yield Case("resize", "250 %", CALM + "- resize: 250%\n", "as stated: Catmull and Rom's kernel, numpy",
               lambda i: enlarged(i.calm, 2.5), 1.5, table)
    yield Case("crop", "[50.4, 30.6, 200, 150]", "- crop: {box: [50.4, 30.6, 200, 150]}\n", "ImageMagick -crop",
               lambda i: i.convert(i.path("picture"), "-crop", "200x150+50+31", "+repage"), 0, "none")
    yield Case("trim", "one colour around", "- load-image: bordered.png\n- trim:\n", "ImageMagick -trim",
               lambda i: i.convert(i.path("bordered"), "-fuzz", "4%", "-trim", "+repage"), 0, "none")
    yield Case("trim", "a cut-out", CUT + "- trim:\n", "ImageMagick -trim",
               lambda i: i.convert(i.path("cut"), "-alpha", "extract", "-set", "option:box", "%@", "+delete", i.path("cut"),
                                   "-crop", magick_box(i), "+repage", kind="PNG32"), 0, "none")
    yield Case("rotate-upright", "nearest", MASK + "- rotate-upright:\n", "OpenCV minAreaRect; bicubic, numpy",
               lambda i: upright(i.picture.astype(float), i.mask), 1.5, "places on the edge of a 64th of a pixel")
    yield Case("rotate-upright", "tall", MASK + "- rotate-upright: tall\n", "OpenCV minAreaRect; bicubic, numpy",
               lambda i: upright(i.picture.astype(float), i.mask, tall=True), 1.5, "places on the edge of a 64th of a pixel")
    yield Case("contact-sheet", "4 pictures, cells of 120 × 90, gap 10",
               "- load-image: back.png\n  as: back\n- load-image: bordered.png\n  as: bordered\n"
               "- contact-sheet: {images: [input, back, bordered, input], cell: [120, 90], gap: 10, columns: 2}\n",
               "ImageMagick -filter Lanczos -resize, numpy", lambda i: page_of(
                   [i.convert(i.path(n), *LANCZOS_TO, "120x90!")
                    for n in ("picture", "back", "bordered", "picture")], (120, 90), 10, 2), 2, LANCZOS)


def magick_box(inputs):
    """What -trim finds in the alpha alone."""
    words = ["convert", inputs.path("cut"), "-alpha", "extract", "-format", "%@", "info:"]
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=True).stdout


def steps_of_libvips():
    yield Case("vips.flip", "horizontal", "- vips.flip: {direction: horizontal}\n", "OpenCV flip",
               lambda i: cv2.flip(i.picture, 1).astype(float), 0, "none")
    yield Case("vips.rot", "d90", "- vips.rot: {angle: d90}\n", "OpenCV rotate",
               lambda i: cv2.rotate(i.picture, cv2.ROTATE_90_CLOCKWISE).astype(float), 0, "none")
    yield Case("vips.rotate", "30, bicubic, clockwise",
               "- load-image: faint.png\n- vips.rotate: {angle: 30, interpolate: bicubic}\n", "bicubic, numpy",
               lambda i: turned(i.faint, 30), 1.5, "places on the edge of a 64th of a pixel")
    yield Case("vips.invert", "", "- vips.invert:\n", "numpy", lambda i: 255.0 - i.picture, 0, "none")
    yield Case("vips.gamma", "", "- vips.gamma:\n", "numpy", lambda i: 255 * (i.picture / 255.0) ** 2.4)
    yield Case("vips.rank", "3 × 3, 4: the median", "- vips.rank: {width: 3, height: 3, index: 4}\n", "OpenCV medianBlur",
               lambda i: cv2.medianBlur(i.picture, 3).astype(float), 0, "none")
    yield Case("vips.linear", "× 1.2 − 10", "- vips.linear: {a: [1.2], b: [-10], uchar: true}\n", "numpy",
               lambda i: np.clip(i.picture * 1.2 - 10, 0, 255))
    yield Case("vips.gaussblur", "4, float", "- vips.gaussblur: {sigma: 4, min-ampl: 0.001, precision: float}\n",
               "OpenCV GaussianBlur", lambda i: gaussian(i.picture, 4), 1.5, "libvips cuts numbers off where others round")
    faint = "- load-image: faint.png\n"
    yield Case("vips.linear", "× 1.2 − 10, transparent picture", faint + "- vips.linear: {a: [1.2], b: [-10], uchar: true}\n",
               "numpy, alpha as it is", lambda i: np.dstack(
                   [np.clip(i.faint[..., :3] * 1.2 - 10, 0, 255), i.faint[..., 3]]))
    blurred = faint + "- vips.gaussblur: {sigma: 4, min-ampl: 0.001, precision: float}\n"
    yield Case("vips.gaussblur", "4, float, transparent picture", blurred, "premultiplied: OpenCV GaussianBlur",
               lambda i: premultiplied_blur(i.faint, lambda a: gaussian(a, 4)))
    yield Case("vips.gaussblur", "4, float, transparent picture", blurred, "ImageMagick -gaussian-blur",
               lambda i: i.convert(i.path("faint"), "-gaussian-blur", "0x4", kind="PNG32"), 2, ROUNDING)
    yield Case("vips.conv", "emboss, from a matrix file", "- load-image: emboss.mat\n  as: kernel\n"
               "- vips.conv: {mask: kernel, in: input}\n", "OpenCV filter2D",
               lambda i: np.clip(convolved(i.picture, np.array([[-2.0, -1, 0], [-1, 1, 1], [0, 1, 2]])), 0, 255))
    yield Case("vips.resize", "0.5", CALM + "- vips.resize: {scale: 0.5}\n", "ImageMagick -filter Lanczos -resize",
               lambda i: i.convert(i.path("calm"), *LANCZOS_TO, "200x150!"), 2, LANCZOS)
    yield Case("vips.shrink", "4 × 3", "- vips.shrink: {hshrink: 4, vshrink: 3}\n", "OpenCV INTER_AREA",
               lambda i: cv2.resize(i.picture, (100, 100), interpolation=cv2.INTER_AREA).astype(float), 1.5,
               "libvips rounds after each direction")
    yield Case("vips.zoom", "3 × 2", "- vips.zoom: {xfac: 3, yfac: 2}\n", "OpenCV INTER_NEAREST",
               lambda i: cv2.resize(i.picture, (1200, 600), interpolation=cv2.INTER_NEAREST).astype(float), 0, "none")
    yield Case("vips.embed", "mirror, 20 around", f"- vips.embed: {{x: 20, y: 20, width: {WIDTH + 40}, height: {HEIGHT + 40}, "
               "extend: mirror}\n", "OpenCV copyMakeBorder", lambda i: cv2.copyMakeBorder(
                   i.picture, 20, 20, 20, 20, cv2.BORDER_REFLECT).astype(float), 0, "none")
    yield Case("vips.hist_equal", "", "- vips.hist_equal:\n", "cumulated histogram, numpy", lambda i: equalised(i.picture))
    yield Case("vips.flatten", "of a cut-out, on orange", CUT + "- vips.flatten: {background: [255, 165, 0]}\n",
               "ImageMagick -flatten", lambda i: i.convert(i.path("cut"), "-background", "#ffa500", "-flatten"))
    blend = "- load-image: faint.png\n  as: faint\n- vips.composite2: {base: input, overlay: faint, mode: %s}\n"
    for mode in ("over", "multiply", "screen"):
        differs = mode != "over"
        yield Case("vips.composite2", f"{mode}, a transparent picture", blend % mode, "ImageMagick -compose",
                   lambda i, mode=mode: composed(i, mode), 1,
                   "libvips 8.14 multiplies by the overlay's alpha once too often" if differs else ROUNDING, differs=differs)
        if differs:
            yield Case("vips.composite2", f"{mode}, a transparent picture", blend % mode,
                       "with the alpha once too often, numpy", lambda i, mode=mode: libvips_blend(i, mode))


def composed(inputs, mode):
    return inputs.convert(inputs.path("picture"), inputs.path("faint"), "-compose", mode, "-composite", kind="PNG32")


def cases():
    for group in (blurs, coverings, masks, layers, sizes, steps_of_libvips):
        yield from group()

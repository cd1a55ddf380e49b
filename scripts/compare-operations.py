#!/usr/bin/env python3
"""vipsam's editing operations beside OpenCV, ImageMagick and plain arithmetic, where they do the same thing.

    scripts/compare-operations.py VIPSAM [--out docs/comparison.md] [--keep FOLDER]

Makes a small picture, a mask and a cut-out, runs each operation through a recipe, computes the same from what the
operation says that it does, and writes the differences (in grey levels of 255) as a table. A row has a tolerance with
its reason; the script ends with 1 where one is exceeded. Needs numpy, Pillow, OpenCV and ImageMagick's `convert`.
"""

import argparse
import datetime
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Callable

import cv2
import numpy as np
from PIL import Image

WIDTH, HEIGHT = 400, 300
ROUNDING = (1.0, "rounding")


@dataclass
class Case:
    """One operation: the recipe's steps, who else does it, and how."""

    name: str
    steps: str
    peer: str
    expected: Callable[["Inputs"], np.ndarray]
    tolerance: float = ROUNDING[0]
    reason: str = ROUNDING[1]
    inner: int = 0
    """Pixels at the border that are left out: there the programs extend the picture in different ways."""


class Inputs:
    """A picture with gradients, grain and edges; a mask with holes, specks and a slanted shape; a soft cut-out."""

    def __init__(self, folder):
        self.folder = folder
        generator = np.random.default_rng(5)
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
        picture = np.stack([x * 0.6, y * 0.8, 255 - x * 0.3 - y * 0.4], axis=-1)
        picture[(x // 25 + y // 25) % 2 == 0] += 40
        picture += generator.normal(0, 12, picture.shape)
        self.picture = np.clip(picture, 0, 255).astype(np.uint8)
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        corners = cv2.boxPoints(((190, 140), (150, 80), 25))
        cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 255)
        self.mask = mask
        self.soft = cv2.GaussianBlur(mask, (0, 0), 3)
        self.cut = np.dstack([self.picture, self.soft])
        self.back = np.stack([255 - 0.5 * x, 0 * x + 90, 0.5 * y], axis=-1).astype(np.uint8)
        self.logo = np.dstack([np.full((40, 60, 3), (250, 120, 10), np.uint8),
                               np.tile(np.linspace(0, 255, 60).astype(np.uint8), (40, 1))])
        bordered = np.full((HEIGHT, WIDTH, 3), 245, np.uint8)
        bordered[60:210, 90:330] = self.picture[60:210, 90:330] // 2
        self.bordered = bordered
        for name in ("picture", "mask", "soft", "cut", "back", "logo", "bordered"):
            Image.fromarray(getattr(self, name)).save(self.path(name))

    def path(self, name):
        return self.folder / f"{name}.png"

    def convert(self, *words):
        """What ImageMagick makes of it."""
        out = self.folder / "magick.png"
        subprocess.run(["convert", *map(str, words), str(out)], check=True)
        return np.asarray(Image.open(out))


def over(front, alpha, back):
    """Front over an opaque back: colours as floats, alpha from 0 to 1."""
    return front * alpha[..., None] + back * (1 - alpha[..., None])


def gaussian(array, sigma):
    return cv2.GaussianBlur(array.astype(np.float64), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)


def normalised(inputs, kernel, weight):
    """Normalised convolution of the picture, mixed in by the weight."""
    def smooth(array):
        return cv2.filter2D(array, -1, kernel, borderType=cv2.BORDER_REPLICATE)

    picture = inputs.picture.astype(np.float64)
    total = smooth(weight)
    blurred = smooth(picture * weight[..., None]) / np.maximum(total, 1e-6)[..., None]
    return over(np.where(total[..., None] > 1e-6, blurred, picture), weight, picture)


def disc(radius):
    """The share of each pixel inside a circle, by 8 × 8 samples."""
    reach = int(np.ceil(radius + 0.5))
    places = (np.arange((2 * reach + 1) * 8) + 0.5) / 8 - reach - 0.5
    inside = (places[:, None] ** 2 + places[None, :] ** 2 <= radius**2).astype(np.float64)
    shares = inside.reshape(2 * reach + 1, 8, 2 * reach + 1, 8).mean(axis=(1, 3))
    return shares / shares.sum()


def bell(sigma):
    reach = int(4 * sigma)
    places = np.exp(-np.arange(-reach, reach + 1) ** 2 / (2 * sigma**2))
    kernel = np.outer(places, places)
    return kernel / kernel.sum()


def distance_grown(mask, radius):
    """A disc's dilation by exact distances, with an edge one pixel wide."""
    outside = cv2.distanceTransform(255 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.clip(radius + 0.5 - outside + 0.5, 0, 1) * 255


def pixelated(inputs, size):
    picture = inputs.picture.astype(np.float64)
    rows, columns = -(-HEIGHT // size), -(-WIDTH // size)
    result = picture.copy()
    for row in range(rows):
        for column in range(columns):
            part = np.s_[row * size:(row + 1) * size, column * size:(column + 1) * size]
            result[part] = picture[part].mean(axis=(0, 1))
    return result


def shadowed(inputs, sigma, offset, opacity):
    """The cut-out over its own alpha, moved and blurred: premultiplied, then divided again."""
    right, down = offset
    alpha = inputs.soft / 255.0
    moved = np.zeros_like(alpha)
    moved[down:, right:] = alpha[:HEIGHT - down, :WIDTH - right]
    shadow = cv2.GaussianBlur(moved, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT) * opacity
    result = alpha + shadow * (1 - alpha)
    colours = inputs.picture * (alpha / np.maximum(result, 1e-9))[..., None]
    return np.dstack([colours, result * 255])


def recoloured(inputs, colour):
    """CIELAB with the means of the mask moved to the colour, as the operation says; OpenCV converts."""
    def lab(rgb):
        return cv2.cvtColor((rgb / 255).astype(np.float32), cv2.COLOR_RGB2LAB).astype(np.float64)

    picture, weight = lab(inputs.picture), inputs.mask / 255.0
    target = lab(np.array([[colour]], np.float64))[0, 0]
    means = (picture * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
    lightness = picture[..., 0] * target[0] / means[0]
    share = np.minimum(1, lightness / target[0])[..., None]
    colours = picture[..., 1:] - means[1:] + target[1:] * share
    changed = cv2.cvtColor(np.dstack([np.clip(lightness, 0, 100), colours]).astype(np.float32), cv2.COLOR_LAB2RGB)
    return over(np.clip(changed, 0, 1) * 255.0, weight, inputs.picture.astype(np.float64))


MASK = "- load-mask: mask.png\n"
SOFT = "- load-mask: soft.png\n"
CUT_PICTURE = "- load-image: cut.png\n"


def cases():
    white = np.full((HEIGHT, WIDTH, 3), 255.0)
    yield Case("blur all, gaussian, 5", MASK + "- blur: {what: all, radius: 5}\n", "OpenCV GaussianBlur",
               lambda i: gaussian(i.picture, 5), 1.5, "the bell ends sooner in libvips", 16)
    yield Case("blur all, gaussian, 5", MASK + "- blur: {what: all, radius: 5}\n", "ImageMagick -gaussian-blur",
               lambda i: i.convert(i.path("picture"), "-gaussian-blur", "0x5"), 1.5, "the bell ends sooner in libvips", 16)
    yield Case("blur background, gaussian, 5", SOFT + "- blur: {radius: 5}\n", "normalised convolution, OpenCV filter2D",
               lambda i: normalised(i, bell(5), 1 - i.soft / 255.0), 2, "the bell ends sooner in libvips", 16)
    yield Case("blur background, disc, 7", SOFT + "- blur: {radius: 7, method: disc}\n",
               "normalised convolution, OpenCV filter2D", lambda i: normalised(i, disc(7), 1 - i.soft / 255.0), 1.5,
               "rounding of kernel and picture", 8)
    yield Case("pixelate all, 20", MASK + "- pixelate: {what: all, size: 20}\n", "means of blocks, numpy",
               lambda i: pixelated(i, 20))
    yield Case("fill, half red", SOFT + "- fill: '#ff000080'\n", "arithmetic, numpy",
               lambda i: over(np.array([255.0, 0, 0]), i.soft / 255 * (128 / 255), i.picture))
    yield Case("replace-background, white", SOFT + "- replace-background: white\n", "ImageMagick -flatten",
               lambda i: i.convert(i.path("cut"), "-background", "white", "-flatten"))
    yield Case("replace-background, picture",
               "- load-image: back.png\n  as: back\n" + SOFT.replace("soft.png", "{file: soft.png, image: input}")
               + "- replace-background: {with: back, image: input}\n", "ImageMagick -composite",
               lambda i: i.convert(i.path("back"), i.path("cut"), "-composite"))
    yield Case("cutout", SOFT + "- cutout:\n", "alpha of its own, numpy", lambda i: i.cut.astype(np.float64))
    yield Case("shadow, drop, cut off", SOFT + "- cutout:\n- shadow: {blur: 6, offset: [10, 14], opacity: 0.5, expand: false}\n",
               "GaussianBlur and over, OpenCV", lambda i: shadowed(i, 6, (10, 14), 0.5), 2,
               "the bell ends sooner in libvips; colours under little alpha are divided by it")
    yield Case("grow-mask, 9", MASK + "- grow-mask: 9\n- replace-background: black\n", "distance transform, OpenCV",
               lambda i: over(i.picture.astype(np.float64), distance_grown(i.mask, 9) / 255, 0 * white))
    yield Case("canvas, inside 320 × 300 on grey",
               "- canvas: {size: [320, 300], color: '#808080'}\n", "ImageMagick -resize -gravity -extent",
               lambda i: i.convert(i.path("picture"), "-filter", "Lanczos", "-resize", "320x300", "-background", "#808080",
                                   "-gravity", "center", "-extent", "320x300"), 3,
               "both are Lanczos 3; libvips shrinks by halves first and rounds its kernel", 4)
    yield Case("canvas, none 500 × 400 on grey", "- canvas: {size: [500, 400], fit: none, color: '#808080'}\n",
               "ImageMagick -extent",
               lambda i: i.convert(i.path("picture"), "-background", "#808080", "-gravity", "center", "-extent", "500x400"))
    yield Case("trim", "- load-image: bordered.png\n- trim:\n", "ImageMagick -trim",
               lambda i: i.convert(i.path("bordered"), "-fuzz", "4%", "-trim", "+repage"))
    yield Case("overlay, north-west", "- load-image: logo.png\n  as: logo\n- overlay: {with: logo, gravity: north-west, "
               "margin: 12, image: input}\n", "ImageMagick -composite",
               lambda i: i.convert(i.path("picture"), i.path("logo"), "-geometry", "+12+12", "-composite"))
    yield Case("recolor", MASK + "- recolor: '#c02030'\n", "CIELAB, OpenCV", lambda i: recoloured(i, (192, 32, 48)), 3,
               "CIELAB in 16 bits, and D65 with other digits")
    yield Case("vips.flip", "- vips.flip: {direction: horizontal}\n", "numpy", lambda i: i.picture[:, ::-1].astype(float))
    yield Case("vips.rot 90°", "- vips.rot: {angle: d90}\n", "OpenCV rotate",
               lambda i: cv2.rotate(i.picture, cv2.ROTATE_90_CLOCKWISE).astype(float))
    yield Case("vips.invert", "- vips.invert:\n", "numpy", lambda i: 255.0 - i.picture)
    yield Case("vips.gamma 1/2.4", "- vips.gamma:\n", "numpy",
               lambda i: 255 * (i.picture / 255.0) ** 2.4)
    yield Case("vips.rank 3, the median", "- vips.rank: {width: 3, height: 3, index: 4}\n", "OpenCV medianBlur", lambda i: cv2.medianBlur(i.picture, 3).astype(float),
               0, "the same numbers in another order", 2)
    yield Case("vips.linear ×1.2 − 10", "- vips.linear: {a: [1.2], b: [-10], uchar: true}\n", "OpenCV convertScaleAbs, numpy",
               lambda i: np.clip(i.picture * 1.2 - 10, 0, 255))


def run(vipsam, case, inputs):
    recipe = inputs.folder / "recipe.yaml"
    steps = "".join(f"  {line}\n" for line in case.steps.splitlines())
    recipe.write_text(f"vipsam: 1\nsteps:\n{steps}  - save: result.png\n")
    photo = inputs.folder / "photo.png"
    photo.write_bytes(inputs.path("picture").read_bytes())
    out = inputs.folder / "out"
    done = subprocess.run([vipsam, "run", recipe, photo, "-o", out], cwd=inputs.folder,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{case.name}: vipsam ended with {done.returncode}\n{done.stderr}")
    return np.asarray(Image.open(out / "result.png")).astype(np.float64)


def compare(vipsam, inputs, keep):
    rows, failed = [], False
    for number, case in enumerate(cases()):
        found, wanted = run(vipsam, case, inputs), np.asarray(case.expected(inputs), np.float64)
        if keep:
            both = [np.clip(array, 0, 255).round().astype(np.uint8) for array in (found, wanted)]
            for name, array in zip(("ours", "peer"), both):
                Image.fromarray(array).save(keep / f"{number:02}-{name}.png")
        if wanted.ndim == 3 and found.shape[2] != wanted.shape[2] and wanted.shape[2] == 4:
            wanted = wanted[..., :3]
        if found.shape != wanted.shape:
            print(f"{case.name}: {found.shape}, not {wanted.shape}", file=sys.stderr)
            rows.append((case, None, None))
            failed = True
            continue
        difference = np.abs(found - wanted)
        if found.shape[-1] == 4:
            # what cannot be seen does not count
            difference[..., :3] *= (np.minimum(found[..., 3:], wanted[..., 3:]) / 255)
        if case.inner:
            difference = difference[case.inner:-case.inner, case.inner:-case.inner]
        rows.append((case, difference.max(), difference.mean()))
        failed |= bool(difference.max() > case.tolerance)
    return rows, failed


def page(rows):
    version = subprocess.run(["convert", "-version"], capture_output=True, text=True).stdout.split()[2]
    lines = [
        "# Operations beside others", "",
        "Written by `scripts/compare-operations.py`; do not edit.", "",
        f"{datetime.date.today().isoformat()}: OpenCV {cv2.__version__}, ImageMagick {version}, a picture of "
        f"{WIDTH} × {HEIGHT} with grain. Differences in grey levels (of 255), over all pixels; where alpha is little, "
        "colours count as little.", "",
        "| operation | beside | greatest difference | mean | allowed | because of |", "|---|---|---|---|---|---|"]
    for case, greatest, mean in rows:
        found = "another size | –" if greatest is None else f"{greatest:.2f} | {mean:.3f}"
        border = f"; {case.inner} pixels at the border are left out" if case.inner else ""
        lines.append(f"| {case.name} | {case.peer} | {found} | {case.tolerance:g} | {case.reason}{border} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vipsam", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the pictures, ours and theirs")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        rows, failed = compare(arguments.vipsam.resolve(), Inputs(pathlib.Path(folder)), arguments.keep)
    text = page(rows)
    print(text)
    if arguments.out:
        arguments.out.write_text(text)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

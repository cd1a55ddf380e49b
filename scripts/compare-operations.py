#!/usr/bin/env python3
"""vipsam's operations beside OpenCV, ImageMagick and plain arithmetic, where they do the same thing.

    scripts/compare-operations.py VIPSAM [--out docs/comparison.md] [--keep FOLDER] [--only WORD]

Makes small pictures and masks, runs each operation through a recipe, computes the same with somebody else's code from
what the operation says that it does, and writes the differences (in grey levels of 255) as a table. A row has a tolerance
with its reason; the script ends with 1 where one is exceeded. Rows that are named "as stated" follow the words of the
operation's doc comment step by step; others ask what a user would expect.

Needs numpy, OpenCV and ImageMagick's `convert`; `refine-mask` is compared where OpenCV has `ximgproc` (its contrib modules).
"""

import argparse
import datetime
import math
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Callable

import cv2
import numpy as np

WIDTH, HEIGHT = 400, 300
MODEL = pathlib.Path(__file__).resolve().parent.parent / "weights" / "vipsam-small.safetensors"
ROUNDING = "rounding to bytes"
LANCZOS = "both Lanczos 3; libvips rounds its kernel, and in between to bytes"
FIFTH = "a fifth of a pixel is allowed, for e is taken from two pixels, as stated; where a smooth edge is slanted it is more"
BELL_ENDS = "vipsam's bell ends at three standard deviations, as stated"


@dataclass
class Case:
    """One operation: the recipe's steps, who else does it, and how."""

    operation: str
    parameters: str
    steps: str
    peer: str
    expected: Callable[["Inputs"], np.ndarray]
    tolerance: float = 1.0
    reason: str = ROUNDING
    saved: str = "image"
    """What is compared: "image", "mask", or "shape" (the mask, on or off)."""
    around: float = 0
    """Room, in pixels, in which a contour may lie elsewhere ("shape" only)."""
    inner: int = 0
    """Pixels at the border that are left out; what differs there is said all the same."""
    work_size: str = "original"
    photo: str = "picture"


@dataclass
class Row:
    case: Case
    greatest: float | None
    mean: float | None
    note: str = ""
    outer: float = 0
    """The largest difference among the pixels at the border that are left out."""

    @property
    def failed(self):
        return self.greatest is None or not self.greatest <= self.case.tolerance


# --- Pictures ----------------------------------------------------------------------------------------------------


class Inputs:
    """A picture with gradients, grain and edges; masks; a soft cut-out; and others to lay over and under them."""

    def __init__(self, folder):
        self.folder = folder
        self.y, self.x = np.mgrid[0:HEIGHT, 0:WIDTH]
        self.picture = self.grainy()
        self.calm = self.picture // 2 + 64
        self.deep = self.picture.astype(np.uint16) * 256 + 77
        self.mask = self.slanted((190, 140), (150, 80), 25)
        self.other = self.slanted((240, 170), (120, 90), -10)
        self.atborder = self.slanted((380, 150), (150, 80), 0)
        self.hole = self.slanted((120, 100), (24, 17), 0)
        self.edged = self.smooth_edged(25)
        self.soft = cv2.GaussianBlur(self.mask, (0, 0), 3)
        self.cut = np.dstack([self.picture, self.soft])
        self.faint = np.dstack([self.picture, 255 - (self.x * 0.6).astype(np.uint8)])
        self.back = self.gradients(WIDTH, HEIGHT)
        self.wide = self.gradients(700, 410)
        self.logo = self.faded()
        self.bordered = np.full((HEIGHT, WIDTH, 3), 245, np.uint8)
        self.bordered[60:210, 90:330] = self.picture[60:210, 90:330] // 2
        self.disc = self.holed()
        for name, value in list(vars(self).items()):
            if isinstance(value, np.ndarray) and name not in "xy":
                write(self.path(name), value)
        (folder / "emboss.mat").write_text("3 3 1 0\n-2 -1 0\n-1 1 1\n0 1 2\n")

    def grainy(self):
        picture = np.stack([self.x * 0.6, self.y * 0.8, 255 - self.x * 0.3 - self.y * 0.4], axis=-1)
        picture[(self.x // 25 + self.y // 25) % 2 == 0] += 40
        picture += np.random.default_rng(5).normal(0, 12, picture.shape)
        return np.clip(picture, 0, 255).astype(np.uint8)

    def slanted(self, centre, size, angle):
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        corners = cv2.boxPoints((centre, size, angle))
        cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 255)
        return mask

    def smooth_edged(self, degrees, grow=0.0):
        """A slanted rectangle whose edge pixels have the share that it covers, by 16 × 16 samples."""
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        y, x = (np.mgrid[0:HEIGHT * 16, 0:WIDTH * 16].astype(np.float32) + 0.5) / 16 - np.float32([[[140]], [[190]]])
        along, across = abs(x * cosine + y * sine) - 75, abs(y * cosine - x * sine) - 40
        away = np.hypot(np.maximum(along, 0), np.maximum(across, 0)) + np.minimum(np.maximum(along, across), 0)
        shares = (away <= grow).reshape(HEIGHT, 16, WIDTH, 16).mean(axis=(1, 3))
        return np.round(shares * 255).astype(np.uint8)

    def gradients(self, width, height):
        y, x = np.mgrid[0:height, 0:width]
        waves = 40 * np.sin(x / 9) * np.sin(y / 7)
        return np.stack([205 - 90 * x / width, 90 + waves, 150 * y / height], axis=-1).astype(np.uint8)

    def faded(self):
        ramp = np.tile(np.linspace(0, 255, 60).astype(np.uint8), (40, 1))
        return np.dstack([np.full((40, 60, 3), (250, 120, 10), np.uint8), ramp])

    def holed(self):
        """A red disc with two holes and a loose piece, for a network to find."""
        picture = np.full((HEIGHT, WIDTH, 3), 200.0)
        for x, y, radius, red in ((200, 150, 100, 1), (150, 150, 20, 0), (225, 150, 44, 0), (340, 70, 12, 1)):
            picture[np.hypot(self.x - x, self.y - y) < radius] = (160, 60, 30) if red else 200
        return np.clip(picture + np.random.default_rng(1).normal(0, 6, picture.shape), 0, 255).astype(np.uint8)

    def path(self, name):
        return self.folder / f"{name}.png"

    def convert(self, *words, kind="PNG24"):
        """What ImageMagick makes of it, as bytes."""
        out = self.folder / "magick.png"
        subprocess.run(["convert", *map(str, words), "-depth", "8", f"{kind}:{out}"], check=True)
        return read(out)


def write(path, picture):
    swapped = picture if picture.ndim == 2 else picture[..., [2, 1, 0, 3][:picture.shape[2]]]
    cv2.imwrite(str(path), swapped)


def read(path):
    """Red, green, blue (and alpha), or one band; floats of 0 to 255."""
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture.ndim == 3:
        picture = picture[..., [2, 1, 0, 3][:picture.shape[2]]]
    return picture.astype(np.float64) / (257 if picture.dtype == np.uint16 else 1)


# --- The same by other means -------------------------------------------------------------------------------------


def mixed(base, other, weight):
    return base * (1 - weight[..., None]) + other * weight[..., None]


def over(front, back):
    """Porter and Duff, both with alpha, 0 to 255."""
    top, bottom = front[..., 3:] / 255, back[..., 3:] / 255
    alpha = top + bottom * (1 - top)
    colours = front[..., :3] * top + back[..., :3] * bottom * (1 - top)
    return np.concatenate([colours / np.maximum(alpha, 1e-9), alpha * 255], axis=-1)


def opaque(picture):
    return np.concatenate([picture, np.full((*picture.shape[:2], 1), 255.0)], axis=-1)


def paint(colour, alpha):
    """A colour with a plane of opacities, 0 to 1."""
    return np.concatenate([np.broadcast_to(colour, (*alpha.shape, 3)), alpha[..., None] * 255], axis=-1).astype(float)


def convolved(array, kernel):
    return cv2.filter2D(array.astype(np.float64), -1, kernel, borderType=cv2.BORDER_REPLICATE)


def gaussian(array, sigma, border=cv2.BORDER_REPLICATE):
    reach = math.ceil(6 * sigma)
    return cv2.GaussianBlur(array.astype(np.float64), (2 * reach + 1,) * 2, sigma, borderType=border)


def short_bell(array, sigma):
    """A Gaussian that is cut off at three standard deviations."""
    reach = math.floor(3 * sigma + 1e-6)
    row = np.exp(-np.arange(-reach, reach + 1) ** 2 / (2 * sigma**2))
    row /= row.sum()
    return cv2.sepFilter2D(array.astype(np.float64), -1, row, row, borderType=cv2.BORDER_REPLICATE)


def by_blocks(array, factor, work):
    """Means of blocks, `work` on them, enlarged bilinearly; the factor has to divide both sides."""
    height, width = array.shape[:2]
    small = cv2.resize(array.astype(np.float64), (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    return cv2.resize(work(small), (width, height), interpolation=cv2.INTER_LINEAR)


def softened(array, sigma):
    """The Gaussian as `Pixels.softened` states it."""
    if sigma < 6:
        return short_bell(array, sigma)
    block = math.floor(sigma / 3)
    rest = sigma**2 - (block**2 - 1) / 12 - block**2 / 6
    return by_blocks(array, block, lambda small: short_bell(small, math.sqrt(rest) / block))


def kernel(radius, is_inside):
    """The share of each pixel that lies inside, by 8 × 8 samples; sums up to 1."""
    reach = math.ceil(radius + 0.5)
    places = (np.arange((2 * reach + 1) * 8) + 0.5) / 8 - reach - 0.5
    inside = is_inside(places[None, :], places[:, None]).astype(np.float64)
    shares = inside.reshape(2 * reach + 1, 8, 2 * reach + 1, 8).mean(axis=(1, 3))
    return shares / shares.sum()


def disc(radius):
    return kernel(radius, lambda x, y: x**2 + y**2 <= radius**2)


def line(radius, degrees):
    """From −radius to radius, one pixel wide; 90 degrees are down."""
    dx, dy = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return kernel(radius, lambda x, y: (abs(x * dx + y * dy) <= radius) & (abs(x * dy - y * dx) <= 0.5))


def normalised(picture, smooth, weight):
    """Normalised convolution of the picture, mixed in by the weight."""
    picture = picture.astype(np.float64)
    total = smooth(weight)[..., None]
    blurred = smooth(picture * weight[..., None]) / np.maximum(total, 1e-6)
    return mixed(picture, np.where(total > 1e-6, blurred, picture), weight)


def premultiplied_blur(picture, smooth):
    alpha = picture[..., 3:] / 255.0
    spread = smooth(np.concatenate([picture[..., :3] * alpha, alpha], axis=-1))
    return np.concatenate([spread[..., :3] / np.maximum(spread[..., 3:], 1e-9), spread[..., 3:] * 255], axis=-1)


def squares(picture, size):
    """Each square has the mean of its pixels, colours weighted by alpha; squares at the border may be cut."""
    picture = picture.astype(np.float64)
    result = picture.copy()
    for top in range(0, picture.shape[0], size):
        for left in range(0, picture.shape[1], size):
            part = np.s_[top:top + size, left:left + size]
            result[part] = square_mean(picture[part])
    return result


def square_mean(part):
    if part.shape[2] == 3:
        return part.mean(axis=(0, 1))
    alpha = part[..., 3:]
    colour = (part[..., :3] * alpha).sum(axis=(0, 1)) / max(alpha.sum(), 1e-9)
    return np.append(colour, alpha.mean())


def small_and_back(picture, size):
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width // size, height // size), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.float64)


def moved_contour(mask, radius):
    """Exact distances to the mask's pixels, an edge one pixel wide: clamp(r + e + ½ − d), e = ½."""
    if radius < 0:
        return 255 - moved_contour(255 - mask, -radius)
    outside = cv2.distanceTransform(np.where(mask > 127, 0, 255).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.clip(radius + 1 - outside, 0, 1) * 255.0


def round_element(radius):
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach:reach + 1, -reach:reach + 1]
    return (np.hypot(x, y) <= radius).astype(np.uint8)


def ellipse_element(radius):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)


def box_cover(x, y, width, height):
    """The share of each pixel that a box covers."""
    def along(low, high, count):
        first = np.arange(count)
        return np.clip(np.minimum(first + 1, high) - np.maximum(first, low), 0, 1)

    return np.outer(along(y, y + height, HEIGHT), along(x, x + width, WIDTH)) * 255


def outlined(inputs, width, colour):
    """The grown shape in a colour, the cut-out over it."""
    return over(inputs.cut.astype(float), paint(colour, moved_soft(inputs.soft, width) / 255))


def moved_soft(mask, radius):
    """As `moved_contour`, with e from the values on both sides of the contour, by sampling it finely."""
    scale = 8
    fine = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    away = cv2.distanceTransform(np.where(fine > 127, 0, 255).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    grown = np.where(away <= radius * scale, 255.0, 0.0)
    return cv2.resize(grown, mask.shape[::-1], interpolation=cv2.INTER_AREA)


def moved(array, right, down):
    shift = np.float64([[1, 0, right], [0, 1, down]])
    return cv2.warpAffine(array, shift, array.shape[1::-1], flags=cv2.INTER_NEAREST, borderValue=0)


def shadowed(picture, sigma, offset, opacity, blur, colour=(0, 0, 0)):
    """The picture over its own alpha, blurred and moved."""
    reach, block = math.ceil(3 * sigma) + 1 + 96, max(1, sigma // 3)
    height, width = picture.shape[:2]
    alpha = np.pad(picture[..., 3] / 255.0, ((reach, reach + -(height + 2 * reach) % block),
                                             (reach, reach + -(width + 2 * reach) % block)))
    shadow = moved(blur(alpha, sigma), *offset)[reach:reach + height, reach:reach + width]
    return over(picture.astype(float), paint(colour, shadow * opacity))


def with_room(picture, blur, offset):
    """The picture with the room that its drop shadow needs: 2.5 standard deviations around what is moved."""
    rows, columns = np.nonzero(picture[..., 3])
    reach = math.ceil(2.5 * blur)
    left, top = columns.min() + offset[0] - reach, rows.min() + offset[1] - reach
    right, bottom = columns.max() + 1 + offset[0] + reach, rows.max() + 1 + offset[1] + reach
    room = (max(0, -top), max(0, bottom - picture.shape[0])), (max(0, -left), max(0, right - picture.shape[1])), (0, 0)
    return np.pad(picture, room)


def contact_shadow(picture, sigma, flatness, opacity):
    """An ellipse under what is opaque in the lowest 8 % of the object's height, as `FootEllipse` states."""
    solid = picture[..., 3] >= 128
    rows = np.flatnonzero(solid.any(axis=1))
    height = rows[-1] - rows[0] + 1
    foot = np.flatnonzero(solid[rows[-1] + 1 - round(0.08 * height):rows[-1] + 1].any(axis=0))
    half_width = (foot[-1] - foot[0] + 1) / 2
    half_height = half_width * flatness
    centre = (foot[0] + foot[-1] + 1) / 2, rows[-1] + 1 - half_height / 3
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    away = np.hypot((x - centre[0]) / half_width, (y - centre[1]) / half_height)
    cover = np.clip((1 - away) * min(half_width, half_height) + 0.5, 0, 1)
    return over(picture.astype(float), paint((0, 0, 0), softened(cover, sigma) * opacity))


def cropped(picture, margin):
    """To what its alpha covers."""
    rows, columns = np.nonzero(picture[..., 3])
    across = slice(columns.min() - margin, columns.max() + 1 + margin)
    return picture[rows.min() - margin:rows.max() + 1 + margin, across].astype(float)


def gradient(start, end, degrees):
    """Even in sRGB values, from the first corner in this direction to the last one."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    along = x * math.cos(math.radians(degrees)) + y * math.sin(math.radians(degrees))
    share = (along - along.min()) / (along.max() - along.min())
    return mixed(np.array(start, float), np.array(end, float), share)


def lab_of_opencv(rgb):
    return cv2.cvtColor((np.asarray(rgb) / 255).astype(np.float32), cv2.COLOR_RGB2LAB).astype(np.float64)


def rgb_of_opencv(lab):
    return cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB) * 255.0


# IEC 61966-2-1, D65
XYZ_OF_RGB = np.array([
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
WHITE = XYZ_OF_RGB.sum(axis=1)


def lab_by_formula(rgb):
    values = np.asarray(rgb) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    t = linear @ XYZ_OF_RGB.T / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def rgb_by_formula(lab):
    middle = (lab[..., 0] + 16) / 116
    f = np.stack([middle + lab[..., 1] / 500, middle, middle - lab[..., 2] / 200], axis=-1)
    t = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    linear = np.clip((t * WHITE) @ np.linalg.inv(XYZ_OF_RGB).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def recoloured(picture, weight, colour, lightness=1.0, lab=lab_by_formula, rgb=rgb_by_formula):
    """CIELAB with the means of the mask moved to the colour, as the operation says."""
    values, target = lab(picture), lab(np.array([[colour]], np.float64))[0, 0]
    means = (values * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
    light = values[..., 0] * (target[0] / means[0]) ** lightness
    share = np.minimum(1, light / target[0])[..., None]
    colours = values[..., 1:] - means[1:] + target[1:] * share
    changed = np.clip(rgb(np.dstack([light, colours])), 0, 255)
    return mixed(picture.astype(np.float64), changed, weight)


def cubic(t):
    """Catmull and Rom's kernel."""
    t = np.abs(t)
    return np.where(t < 1, 1.5 * t**3 - 2.5 * t**2 + 1, np.where(t < 2, -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2, 0))


def sampled(picture, x, y):
    """The picture at any places, bicubic; zeros around it."""
    padded = np.pad(picture.astype(np.float64), ((3, 3), (3, 3), (0, 0)))
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    result = np.zeros((*x.shape, picture.shape[2]))
    for j in range(-1, 3):
        for i in range(-1, 3):
            weight = cubic(x - left - i) * cubic(y - top - j)
            rows = np.clip(top + j + 3, 0, padded.shape[0] - 1)
            columns = np.clip(left + i + 3, 0, padded.shape[1] - 1)
            result += padded[rows, columns] * weight[..., None]
    return result


def enlarged(picture, factor):
    """Where libvips 8.14 puts the pixels of an enlarged picture: its first pixel's centre is not at (factor − 1) / 2 but
    at factor / 2."""
    height, width = picture.shape[:2]
    padded = np.pad(picture, ((4, 4), (4, 4), (0, 0)), mode="edge")
    y, x = np.mgrid[0:round(height * factor), 0:round(width * factor)]
    return np.clip(sampled(padded, sixty_fourths(x / factor - 0.5) + 4, sixty_fourths(y / factor - 0.5) + 4), 0, 255)


def sixty_fourths(places):
    """libvips' bicubic kernel is a table: places between pixels are rounded."""
    return np.floor(places * 64 + 0.5) / 64


def turned(picture, degrees):
    """Clockwise, on a raster that holds all corners, colours premultiplied."""
    height, width = picture.shape[:2]
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ [[cosine, sine], [-sine, cosine]]
    first, last = np.round(corners.min(axis=0)), np.round(corners.max(axis=0))
    x, y = np.meshgrid(np.arange(first[0], last[0]), np.arange(first[1], last[1]))
    alpha = picture[..., 3:] / 255.0
    places = sixty_fourths(x * cosine + y * sine), sixty_fourths(y * cosine - x * sine)
    found = sampled(np.concatenate([picture[..., :3] * alpha, alpha], axis=-1), *places)
    colours = found[..., :3] / np.maximum(found[..., 3:], 1e-9)
    return np.clip(np.concatenate([colours, found[..., 3:]], axis=-1) * [1, 1, 1, 255], 0, 255)


def exact_side(corners, rough):
    """The side of the hull that the rectangle lies on: OpenCV's own corners have few digits."""
    hull = cv2.convexHull(corners)[:, 0].astype(float)
    sides = np.roll(hull, -1, axis=0) - hull
    lengths = np.linalg.norm(sides, axis=1) * np.linalg.norm(rough)
    askew = np.minimum(abs(sides @ rough), abs(sides @ [-rough[1], rough[0]])) / lengths
    return sides[askew.argmin()]


def upright(picture, mask, tall=False):
    """Turned by the angle of OpenCV's smallest rectangle around the corners of the mask's pixels."""
    y, x = np.nonzero(mask > 127)
    corners = np.concatenate([np.stack([x + i, y + j], axis=-1) for i in (0, 1) for j in (0, 1)])
    points = cv2.boxPoints(cv2.minAreaRect(corners.astype(np.float32)))
    side = exact_side(corners.astype(np.int32), points[1] - points[0])
    turn = -math.remainder(math.degrees(math.atan2(side[1], side[0])), 90)
    if tall:
        radians = math.radians(turn)
        across = points @ [math.cos(radians), -math.sin(radians)]
        down = points @ [math.sin(radians), math.cos(radians)]
        if np.ptp(down) < np.ptp(across):
            turn += -90 if turn > 0 else 90
    return turned(opaque(picture), turn)


def laplace(picture, hole):
    """Each pixel of the hole is the mean of its four neighbours, solved exactly."""
    places = np.argwhere(hole > 127)
    number = {tuple(place): index for index, place in enumerate(places)}
    matrix, right = np.eye(len(places)) * 4, np.zeros((len(places), 3))
    for index, (y, x) in enumerate(places):
        for near in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if near in number:
                matrix[index, number[near]] -= 1
            else:
                right[index] += picture[near]
    result = picture.astype(np.float64)
    result[hole > 127] = np.linalg.solve(matrix, right)
    return result


def tidied(found, holes, specks):
    """Holes filled and specks dropped by OpenCV's connected components; a mask, on or off."""
    shape = (found > 127).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(1 - shape, connectivity=8)
    outer = set(labels[[0, -1]].ravel()) | set(labels[:, [0, -1]].ravel())
    for label in range(1, count):
        if label not in outer and statistics[label, cv2.CC_STAT_AREA] <= holes:
            shape[labels == label] = 1
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(shape, connectivity=8)
    areas = statistics[:, cv2.CC_STAT_AREA]
    if not shape[found <= 127].any() or count < 3:
        raise SystemExit("tidy-objects: the network did not leave both a hole and a speck, so the row would say nothing")
    for label in range(1, count):
        if areas[label] <= specks and areas[label] < areas[1:].max():
            shape[labels == label] = 0
    return shape * 255.0


def guided(picture, mask, band):
    """OpenCV's guided filter in the band around the contour, made steeper, and once more as literally as the fit allows.

    Colours are 0 to 255 here: OpenCV does not take an epsilon as small as theirs from 0 to 1 would need.
    """
    guide = picture.astype(np.float32)
    sure = (mask > 127).astype(np.float32)
    quarter = 2 * max(1, (band + 3) // 4) + 1
    spread = sure
    for _ in range(4):
        spread = cv2.blur(spread, (quarter, quarter))
    is_band = (spread > 1e-6) & (spread < 1 - 1e-6)
    first = cv2.ximgproc.guidedFilter(guide, sure, band, 1e-4 * 255**2)
    alpha = np.where(is_band, np.clip((np.clip(first, 0, 1) - 0.5) * 1.5 + 0.5, 0, 1), sure).astype(np.float32)
    radius = max(1, min(4, band // 4))
    second = cv2.ximgproc.guidedFilter(guide, alpha, radius, 1e-5 * 255**2)
    near = cv2.blur(is_band.astype(np.float32), (2 * radius + 1,) * 2) > 1e-7
    return np.clip(np.where(near, second, alpha), 0, 1) * 255.0


def page_of(pictures, cell, gap, columns):
    """Pictures of a cell's size on a white page."""
    rows = -(-len(pictures) // columns)
    page = np.full((rows * (cell[1] + gap) + gap, columns * (cell[0] + gap) + gap, 3), 255.0)
    for index, picture in enumerate(pictures):
        x, y = gap + index % columns * (cell[0] + gap), gap + index // columns * (cell[1] + gap)
        page[y:y + cell[1], x:x + cell[0]] = picture
    return page


def equalised(picture):
    """Each band by its own cumulated histogram."""
    result = np.zeros(picture.shape)
    for band in range(picture.shape[2]):
        share = np.cumsum(np.bincount(picture[..., band].ravel(), minlength=256)) / picture[..., band].size
        result[..., band] = (share * 255)[picture[..., band]]
    return result


# --- The rows ----------------------------------------------------------------------------------------------------

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


def coverings():
    yield Case("pixelate", "all, 20", MASK + "- pixelate: {what: all, size: 20}\n", "OpenCV INTER_AREA, INTER_NEAREST",
               lambda i: small_and_back(i.picture, 20))
    yield Case("pixelate", "all, 23: squares cut by the border", MASK + "- pixelate: {what: all, size: 23}\n",
               "means of squares, numpy", lambda i: squares(i.picture, 23), 1,
               "where the border cuts a square, libvips' shrink counts the last row and column several times")
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
    yield Case("inpaint-fill", "smooth", "- load-mask: hole.png\n- inpaint-fill: {method: smooth, grow: 0}\n",
               "Laplace's equation, numpy", lambda i: laplace(i.picture, i.hole), 1.5,
               "vipsam ends its rounds before the last digit; rounding")


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
    yield Case("grow-mask", "9, smooth edge", "- load-mask: edged.png\n- grow-mask: 9\n", "the grown rectangle, numpy",
               lambda i: i.smooth_edged(25, 9).astype(float), 51, FIFTH, "mask")
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
                   "- segment-by-points: [[115, 150, 1], [225, 150, 0], [340, 70, 1]]\n  as: found\n- save: {mask: found, to: found.png}\n"
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
    shift = "libvips enlarges with Catmull and Rom's kernel, half a pixel of the result too far right and down"
    yield Case("resize", "250 %", CALM + "- resize: 250%\n", "as stated, three lobes: ImageMagick -filter Lanczos -resize",
               lambda i: i.convert(i.path("calm"), *LANCZOS_TO, "1000x750!"), 2, shift)
    yield Case("resize", "250 %", CALM + "- resize: 250%\n", "ImageMagick -filter Catrom -resize",
               lambda i: i.convert(i.path("calm"), "-filter", "Catrom", "-resize", "1000x750!"), 2, shift)
    yield Case("resize", "250 %", CALM + "- resize: 250%\n",
               "Catmull and Rom's kernel, moved by half a pixel of the result, numpy",
               lambda i: enlarged(i.calm, 2.5), 1.5, "libvips' kernel is a table of whole numbers")
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
    modes = {"multiply": "libvips 8.14 multiplies by the overlay's alpha once too often", "over": ROUNDING}
    for mode, reason in (modes | {"screen": modes["multiply"]}).items():
        yield Case("vips.composite2", f"{mode}, a transparent picture", "- load-image: faint.png\n  as: faint\n"
                   f"- vips.composite2: {{base: input, overlay: faint, mode: {mode}}}\n", "ImageMagick -compose",
                   lambda i, mode=mode: composed(i, mode), 1, reason)


def composed(inputs, mode):
    return inputs.convert(inputs.path("picture"), inputs.path("faint"), "-compose", mode, "-composite", kind="PNG32")


def cases():
    for group in (blurs, coverings, masks, layers, sizes, steps_of_libvips):
        yield from group()


# --- Comparing ---------------------------------------------------------------------------------------------------


def recipe(case):
    steps = case.steps
    last = "- save: result.png\n"
    if case.saved != "image":
        steps, last = steps + "  as: made\n", "- save: {mask: made, to: result.png}\n"
    body = "".join(f"  {line}\n" for line in (steps + last).splitlines())
    return f"vipsam: 1\ninput: {{files: '*.png', work-size: {case.work_size}}}\nsteps:\n{body}"


def run(vipsam, case, inputs):
    (inputs.folder / "recipe.yaml").write_text(recipe(case))
    words = [vipsam, "run", "recipe.yaml", f"{case.photo}.png", "-o", "out", "-q", "--no-cache"]
    if "segment" in case.steps:
        words += ["--model", str(MODEL)]
    done = subprocess.run(words, cwd=inputs.folder, capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.strip().splitlines()[0] if done.stderr.strip() else f"exit code {done.returncode}"
    return read(inputs.folder / "out" / "result.png")


def differences(case, found, wanted):
    if case.saved == "shape":
        return shape_differences(found, wanted, case.around)
    difference = np.abs(found - wanted)
    if found.shape[-1] == 4 and found.ndim == 3:
        # what cannot be seen does not count
        difference[..., :3] *= np.minimum(found[..., 3:], wanted[..., 3:]) / 255
    return difference


def shape_differences(found, wanted, around):
    """On or off; what differs only within so many pixels of the contour is left out."""
    difference = np.abs((found > 127) * 255.0 - (wanted > 127) * 255.0)
    if around:
        shape = (wanted > 127).astype(np.uint8)
        square = np.ones((2 * int(around) + 1,) * 2, np.uint8)
        difference[cv2.dilate(shape, square) != cv2.erode(shape, square)] = 0
    return difference


def compared(vipsam, case, inputs):
    found = run(vipsam, case, inputs)
    if isinstance(found, str):
        return Row(case, None, None, found), None, None
    wanted = np.asarray(case.expected(inputs), np.float64)
    if found.shape != wanted.shape:
        return Row(case, None, None, f"{shape_text(found)}, not {shape_text(wanted)}"), found, wanted
    difference = differences(case, found, wanted)
    inner = difference[case.inner:difference.shape[0] - case.inner, case.inner:difference.shape[1] - case.inner]
    return Row(case, float(inner.max()), float(difference.mean()), outer=float(difference.max())), found, wanted


def shape_text(array):
    bands = array.shape[2] if array.ndim == 3 else 1
    return f"{array.shape[1]} × {array.shape[0]} with {bands} band{'s' if bands > 1 else ''}"


def keep_pictures(folder, name, **pictures):
    for kind, array in pictures.items():
        if array is not None:
            write(folder / f"{name}-{kind}.png", np.clip(array, 0, 255).round().astype(np.uint8))


def compare(vipsam, inputs, keep, only):
    rows = []
    for number, case in enumerate(cases()):
        if only not in case.operation:
            continue
        row, found, wanted = compared(vipsam, case, inputs)
        rows.append(row)
        print(table_row(row), flush=True)
        if keep:
            keep_pictures(keep, f"{number:02}-{case.operation}", ours=found, peer=wanted)
    return rows


# --- The page ----------------------------------------------------------------------------------------------------


def version(*words):
    return subprocess.run(words, capture_output=True, text=True).stdout


def processor():
    names = [x.split(":")[1].strip() for x in open("/proc/cpuinfo") if x.startswith("model name")]
    return names[0] if names else "unknown processor"


def versions(vipsam):
    doctor = dict(x.split(maxsplit=1) for x in version(vipsam, "doctor").splitlines() if len(x.split()) > 1)
    written = datetime.datetime.fromtimestamp(pathlib.Path(vipsam).stat().st_mtime, datetime.timezone.utc)
    return (f"vipsam {doctor.get('vipsam', '?')} (a file of {written:%Y-%m-%d %H:%M} UTC), "
            f"libvips {doctor.get('libvips', '?')}, OpenCV {cv2.__version__}, "
            f"numpy {np.__version__}, ImageMagick {version('convert', '-version').split()[2]}")


HEAD = [
    "| operation | parameters | beside | largest difference | mean | allowed | what remains |", "|---|---|---|---|---|---|---|"]


def table_row(row):
    case = row.case
    found = f"{row.note} | –" if row.greatest is None else f"{row.greatest:.2f} | {row.mean:.3f}"
    reason = f"**exceeded**; {case.reason}" if row.failed else case.reason
    room = f"; contours may differ by {case.around:g} pixel" if case.around else ""
    if case.inner:
        room += f"; {case.inner} pixels at the border are left out, where it is up to {row.outer:.2f}"
    return f"| `{case.operation}` | {case.parameters} | {case.peer} | {found} | {case.tolerance:g} | {reason}{room} |"


def page(rows, vipsam):
    failed = sum(row.failed for row in rows)
    return "\n".join([
        "# Operations beside others", "", "Written by `scripts/compare-operations.py`; do not edit.", "",
        f"{datetime.date.today()}: {processor()}; {versions(vipsam)}. Pictures of {WIDTH} × {HEIGHT} with gradients, edges and "
        "grain. Differences in grey levels (of 255), over all pixels and bands; colours count by their alpha. “As stated” "
        "rows follow the doc comment of the operation step by step, with other code. “On or off”: masks cut at one half, so "
        "a single pixel is a difference of 255.", "",
        f"{len(rows)} rows, {failed} of them beyond what is allowed.", "", *HEAD, *map(table_row, rows)]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vipsam", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, help="write the page here")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the pictures, ours and theirs")
    parser.add_argument("--only", default="", help="only operations with this in their name")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    vipsam = str(arguments.vipsam.resolve())
    if not hasattr(cv2, "ximgproc"):
        print("this OpenCV has no ximgproc: refine-mask is left out", file=sys.stderr)
    print("\n".join(HEAD))
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(vipsam, Inputs(pathlib.Path(folder)), arguments.keep, arguments.only)
    if arguments.out:
        arguments.out.write_text(page(rows, vipsam))
    sys.exit(1 if any(row.failed for row in rows) else 0)


if __name__ == "__main__":
    main()

"""The pictures and masks that all rows work on."""

import math
import subprocess

import cv2
import numpy as np

WIDTH, HEIGHT = 400, 300


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

    def edged_corners(self, degrees, near=4):
        """Where the corners of the slanted rectangle, or an edge within so many pixels of them, are the nearest."""
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = self.x + 0.5 - 190, self.y + 0.5 - 140
        return (abs(x * cosine + y * sine) > 75 - near) & (abs(y * cosine - x * sine) > 40 - near)

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

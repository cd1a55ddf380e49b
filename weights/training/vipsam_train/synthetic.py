"""Composites with exact masks: cut-outs over photos and textures, shelves, and ground seen from above."""
from __future__ import annotations

import math

import cv2
import numpy as np


class Composer:
    """Makes pictures of `side` pixels from a pack's cut-outs and backgrounds."""

    def __init__(self, pack, side: int = 288):
        self.pack, self.side = pack, side
        self.cutouts = [e for e in pack.entries if e["kind"] == "cutout"]
        self.packages = [e for e in self.cutouts if e["set"] == "grocery"] or self.cutouts
        self.backgrounds = [e for e in pack.entries if e["kind"] != "cutout"]
        self.aerial = [e for e in self.backgrounds if e["set"].startswith("aerial")]

    def compose(self, rng: np.random.Generator):
        """Image, region ids, and whether exactly one object was pasted (the subject is then id 1)."""
        kind = rng.random()
        if kind < 0.5 and self.cutouts:
            return self.scatter(rng)
        if kind < 0.7 and self.packages:
            return *self.shelf(rng), False
        return *(self.roofs(rng) if kind < 0.88 else self.mosaic(rng)), False

    def scatter(self, rng):
        """One to eight cut-outs, shadows, occlusion."""
        image = self.background(rng)
        ids = np.zeros(image.shape[:2], np.int32)
        count = 1 if rng.random() < 0.35 else int(rng.integers(2, 9))
        for n in range(count):
            size = self.side * (rng.uniform(0.35, 0.8) if count == 1 else math.exp(rng.uniform(-2.4, -0.7)))
            cut = self.turned(self.cutouts[rng.integers(len(self.cutouts))], size, rng)
            paste(image, ids, cut, n + 1, rng.uniform(-0.15, 0.95, 2), rng)
        return image, ids, count == 1

    def shelf(self, rng):
        """Rows of packages side by side."""
        image = self.background(rng)
        ids = np.zeros(image.shape[:2], np.int32)
        rows = int(rng.integers(2, 5))
        height = self.side // rows
        number = 0
        for row in range(rows):
            board = height * (row + 1)
            colour = rng.integers(40, 230, 3)
            image[max(0, board - 5) : board] = colour
            x = float(rng.uniform(-20, 5))
            entry = self.packages[rng.integers(len(self.packages))]
            while x < self.side - 8:
                if rng.random() < 0.5:
                    entry = self.packages[rng.integers(len(self.packages))]
                cut = self.turned(entry, height * rng.uniform(0.7, 0.95), rng, upright=True)
                number += 1
                top = board - 4 - cut.shape[0]
                paste_at(image, ids, cut, number, int(x), top)
                x += cut.shape[1] * rng.uniform(0.85, 1.15) + rng.uniform(0, 6)
        return image, ids

    def roofs(self, rng):
        """Houses from above with two-toned gables and cast shadows, over aerial ground."""
        image = self.ground(rng)
        ids = np.zeros(image.shape[:2], np.int32)
        light = rng.uniform(0, 2 * math.pi)
        for n in range(int(rng.integers(3, 16))):
            centre = rng.uniform(0, self.side, 2)
            long = self.side * math.exp(rng.uniform(-3.2, -1.2))
            angle = rng.uniform(0, math.pi)
            outline, ridge = house(centre, long, long * rng.uniform(0.4, 1.0), angle, rng)
            drop = np.array([math.cos(light), math.sin(light)]) * long * rng.uniform(0.05, 0.25)
            shadow = np.zeros(ids.shape, np.uint8)
            cv2.fillPoly(shadow, [np.round(outline + drop).astype(np.int32)], 255)
            shade = cv2.GaussianBlur(shadow, (0, 0), 1.0)[..., None] / 255.0
            image[:] = (image * (1 - 0.5 * shade)).astype(np.uint8)
            colour = roof_colour(rng)
            mask = np.zeros(ids.shape, np.uint8)
            cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 1)
            texture = colour + rng.normal(0, rng.uniform(1, 9), ids.shape + (1,))
            side = (np.indices(ids.shape)[::-1].transpose(1, 2, 0) - centre) @ ridge > 0
            texture = texture * np.where(side, 1.0, rng.uniform(0.7, 1.0))[..., None]
            image[mask > 0] = np.clip(texture, 0, 255).astype(np.uint8)[mask > 0]
            ids[mask > 0] = n + 1
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.8)), ids

    def mosaic(self, rng):
        """Fields or patches of even texture with crooked borders."""
        count = int(rng.integers(4, 26))
        seeds = rng.uniform(0, self.side, (count, 2))
        y, x = np.indices((self.side, self.side))
        bend = smooth_noise(self.side, 30, rng)[..., None] * rng.uniform(0, 30)
        at = np.stack([x, y], -1) + bend
        metric = np.exp(rng.normal(0, 0.5, 2))
        ids = np.abs((at[..., None, :] - seeds) * metric).sum(-1).argmin(-1).astype(np.int32) + 1
        image = np.zeros((self.side, self.side, 3), np.float32)
        base = rng.uniform(40, 200, 3)
        for n in range(1, count + 1):
            colour = base + rng.normal(0, 32, 3)
            image[ids == n] = colour
            if rng.random() < 0.4:
                direction = rng.normal(0, 1, 2)
                furrows = np.sin((x * direction[0] + y * direction[1]) * rng.uniform(0.3, 1.2)) * rng.uniform(3, 14)
                image[ids == n] += furrows[ids == n][:, None]
        image += smooth_noise(self.side, rng.uniform(1, 6), rng)[..., None] * rng.uniform(4, 20)
        return np.clip(image, 0, 255).astype(np.uint8), ids

    def background(self, rng):
        if rng.random() < 0.72 and self.backgrounds:
            return self.photo(self.backgrounds[rng.integers(len(self.backgrounds))], rng)
        return self.texture(rng)

    def ground(self, rng):
        if rng.random() < 0.6 and self.aerial:
            return self.photo(self.aerial[rng.integers(len(self.aerial))], rng)
        return self.mosaic(rng)[0]

    def photo(self, entry, rng):
        image = self.pack.image(entry)[..., :3]
        height, width = image.shape[:2]
        crop = int(min(height, width) * rng.uniform(0.5, 1.0))
        y, x = int(rng.integers(height - crop + 1)), int(rng.integers(width - crop + 1))
        image = cv2.resize(image[y : y + crop, x : x + crop], (self.side, self.side))
        if rng.random() < 0.3:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(1, 6))
        return image.copy()

    def texture(self, rng):
        ramp = np.linspace(0, 1, self.side)
        angle = rng.uniform(0, 2 * math.pi)
        mix = np.clip(0.5 + (ramp[None] - 0.5) * math.cos(angle) + (ramp[:, None] - 0.5) * math.sin(angle), 0, 1)
        a, b = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
        image = a + (b - a) * mix[..., None]
        image += smooth_noise(self.side, rng.uniform(1, 30), rng)[..., None] * rng.uniform(0, 25)
        return np.clip(image, 0, 255).astype(np.uint8)

    def turned(self, entry, size: float, rng, upright: bool = False):
        cut = self.pack.image(entry)
        angle = rng.normal(0, 3) if upright else rng.normal(0, 30)
        height, width = cut.shape[:2]
        scale = size / (height if upright else max(height, width))
        c, s = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
        out = (max(4, round((width * c + height * s) * scale)), max(4, round((width * s + height * c) * scale)))
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
        matrix[:, 2] += np.array(out) / 2 - np.array([width, height]) / 2
        if scale < 0.7:
            cut = cv2.GaussianBlur(cut, (0, 0), 0.4 / scale)
        return cv2.warpAffine(cut, matrix, out, flags=cv2.INTER_LINEAR)


def paste(image, ids, cut, number: int, corner, rng) -> None:
    """Blend a cut-out with a soft shadow at a corner given as a fraction of the picture."""
    side = ids.shape[0]
    free = np.array([side - cut.shape[1], side - cut.shape[0]])
    x, y = (np.clip(corner, -0.1, 1.0) * np.maximum(free, 1)).astype(int)
    if rng.random() < 0.5:
        shade = cut.copy()
        shade[..., :3] = 0
        shade[..., 3] = cv2.GaussianBlur(shade[..., 3], (0, 0), 3) * rng.uniform(0.2, 0.7)
        paste_at(image, None, shade, 0, x + int(rng.integers(-6, 7)), y + int(rng.integers(0, 8)))
    paste_at(image, ids, cut, number, x, y)


def paste_at(image, ids, cut, number: int, x: int, y: int) -> None:
    """Blend with exact alpha; cells at least half covered take the id."""
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + cut.shape[1], image.shape[1]), min(y + cut.shape[0], image.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    part = cut[y0 - y : y1 - y, x0 - x : x1 - x]
    alpha = part[..., 3:].astype(np.float32) / 255
    view = image[y0:y1, x0:x1]
    view[:] = (view * (1 - alpha) + part[..., :3] * alpha + 0.5).astype(np.uint8)
    if ids is not None:
        ids[y0:y1, x0:x1][part[..., 3] >= 128] = number


def house(centre, long: float, short: float, angle: float, rng):
    """Outline of a rectangular or L-shaped house and the normal of its ridge."""
    a, b = long / 2, short / 2
    points = [(-a, -b), (a, -b), (a, b), (-a, b)]
    if rng.random() < 0.35:
        u, v = rng.uniform(0, 0.6) * a, rng.uniform(-0.3, 0.5) * b
        points = [(-a, -b), (a, -b), (a, v), (u, v), (u, b), (-a, b)]
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.array(points) @ turn.T + centre, turn[:, 1]


def roof_colour(rng):
    palette = [(150, 80, 60), (110, 105, 105), (75, 75, 80), (185, 180, 175), (130, 110, 90), (90, 110, 100)]
    return np.array(palette[rng.integers(len(palette))], np.float64) + rng.normal(0, 18, 3)


def smooth_noise(side: int, sigma: float, rng):
    """Noise of unit deviation, blurred to the given scale in pixels."""
    small = max(4, int(2 * side / max(sigma, 2)))
    noise = cv2.resize(rng.normal(0, 1, (small, small)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    return noise / (noise.std() + 1e-6)

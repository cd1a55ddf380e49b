"""Geometric and photometric augmentation of a picture with its region ids."""
from __future__ import annotations

import math

import cv2
import numpy as np

VOID = 0
CLOSE_UPS = 0.15
"""Share of the looks at one region that cut parts of it off, as a portrait or a cat's face fills its picture."""


def place(image, labels, side: int, rng: np.random.Generator, focus: np.ndarray | None):
    """Warp into a square of `side` pixels, padded at the right and bottom with zeros.

    `focus` is the box (x0, y0, x1, y1) of a region to zoom in on, or None for nearly the whole picture.
    Returns image, labels and the size (height, width) of the valid part."""
    height, width = labels.shape
    angle = rng.normal(0, 8) if rng.random() < 0.4 else 0.0
    if rng.random() < 0.04:
        angle += 90 * int(rng.integers(1, 4))
    if focus is not None:
        x0, y0, x1, y1 = focus
        near = rng.random() < CLOSE_UPS
        if near:
            share = rng.uniform(0.85, 1.6)
        else:
            share = rng.uniform(0.25, 0.6) if rng.random() < 0.35 else rng.uniform(0.55, 0.85)
        crop = max(x1 - x0, y1 - y0) / share
        crop = min(max(crop, 56), 1.1 * max(height, width))
        centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) + rng.normal(0, 0.2 if near else 0.05, 2) * crop
        crops = np.array([crop, crop * math.exp(rng.normal(0, 0.15))])
        crops = np.minimum(crops, [width, height])
    else:
        crops = np.array([width, height]) * rng.uniform(0.75, 1.0) * np.exp(rng.normal(0, 0.07, 2))
        crops = np.minimum(crops, [width, height])
        centre = crops / 2 + rng.random(2) * (np.array([width, height]) - crops)
    centre = np.clip(centre, crops / 2, np.array([width, height]) - crops / 2)
    scale = side / crops.max()
    out = np.maximum(np.minimum(np.round(crops * scale), side), 8).astype(int)
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    turn = math.radians(angle)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    matrix = scale * rotation @ np.diag([mirror, 1.0])
    shift = out / 2 - matrix @ centre
    affine = np.column_stack([matrix, shift])
    if scale < 0.75:
        image = cv2.GaussianBlur(image, (0, 0), 0.35 / scale)
    size = (int(out[0]), int(out[1]))
    flags = dict(borderMode=cv2.BORDER_REFLECT_101) if angle else dict(borderMode=cv2.BORDER_REPLICATE)
    warped = cv2.warpAffine(image, affine, size, flags=cv2.INTER_LINEAR, **flags)
    ids = cv2.warpAffine(labels.astype(np.float32), affine, size, flags=cv2.INTER_NEAREST,
                         borderMode=cv2.BORDER_CONSTANT, borderValue=VOID).astype(np.int32)
    full = np.zeros((side, side, 3), np.uint8)
    full_ids = np.zeros((side, side), np.int32)
    full[: size[1], : size[0]] = warped
    full_ids[: size[1], : size[0]] = ids
    return full, full_ids, (size[1], size[0])


def recolour(image, rng: np.random.Generator):
    """Brightness, contrast, saturation, white balance, gamma, grey, blur, noise and JPEG."""
    x = image.astype(np.float32)
    if rng.random() < 0.8:
        grey = x.mean(axis=2, keepdims=True)
        x = grey + (x - grey) * rng.uniform(0.4, 1.5)
        x = (x - 128) * rng.uniform(0.7, 1.3) + 128 + rng.normal(0, 14)
        x = x * np.exp(rng.normal(0, 0.07, 3)).astype(np.float32)
    if rng.random() < 0.2:
        x = 255 * (np.clip(x, 0, 255) / 255) ** math.exp(rng.normal(0, 0.3))
    if rng.random() < 0.06:
        x = np.repeat(x.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.12:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < 0.12:
        x = x + rng.normal(0, rng.uniform(2, 10), x.shape[:2] + (1,)).astype(np.float32)
    x = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        quality = int(rng.integers(30, 90))
        x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return x

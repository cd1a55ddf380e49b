"""Reads a folder of photos with instance masks, as described by its manifest.csv."""
from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np


def photos(folder: str | Path, sets: list[str] | None = None, every: int = 1, limit: int = 10**9):
    """Yields (set, image, [(mask, box)], ignore) per photo; masks are boolean, boxes x0, y0, x1, y1.

    `every` takes only each n-th photo of the manifest, `limit` at most so many of a set."""
    folder = Path(folder)
    rows: dict[str, list[dict]] = {}
    for row in csv.DictReader(open(folder / "manifest.csv")):
        rows.setdefault(row["image"], []).append(row)
    taken: dict[str, int] = {}
    for number, (name, instances) in enumerate(rows.items()):
        kind = instances[0]["set"]
        if number % every or (sets and kind not in sets) or taken.get(kind, 0) >= limit:
            continue
        taken[kind] = taken.get(kind, 0) + 1
        image = cv2.cvtColor(cv2.imread(str(folder / name), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        labels = cv2.imread(str(folder / instances[0]["mask"]), cv2.IMREAD_UNCHANGED)
        path = folder / instances[0]["mask"].replace("/masks/", "/ignore/")
        ignore = cv2.imread(str(path), cv2.IMREAD_UNCHANGED) > 0 if path.exists() and "ignore" in str(path) else None
        objects = []
        for row in instances:
            mask = labels == int(row["instance_id"])
            if mask.any():
                objects.append((mask, np.array([float(row[k]) for k in ("x0", "y0", "x1", "y1")])))
        yield kind, image, objects, ignore


def iou(masks: np.ndarray, truth: np.ndarray, ignore: np.ndarray | None = None) -> np.ndarray:
    """IoU of each of `masks` [n, h, w] with one mask, leaving out ignored pixels."""
    if ignore is not None:
        masks, truth = masks & ~ignore, truth & ~ignore
    both = (masks & truth).sum(axis=(1, 2))
    return both / np.maximum((masks | truth).sum(axis=(1, 2)), 1)


def centre(mask: np.ndarray) -> np.ndarray:
    """The pixel (x, y) of a mask that lies farthest from its edge."""
    depth = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return np.array([x, y], np.float64)

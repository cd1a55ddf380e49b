#!/usr/bin/env python3
"""How much of what `shelf-cutouts` cuts out is a product, with and without its questions to the picture.

    scripts/measure-shelf.py VIPSAM VIPSAM_SCENES [DATA] --out docs/shelf.md

On the rendered shelf (`vipsam-scenes`, whose masks are known) and, where DATA is given (its manifest.csv as
`vipsam eval` reads it), on the photos of its set `pantry`. A piece is good when it covers an object with IoU of at
least 0.5; an object is found when a piece does so. The pieces are read from the recipe's own label maps.
Needs numpy and pillow.
"""

import argparse
import csv
import datetime
import os
import pathlib
import platform
import shutil
import subprocess
import tempfile

import numpy as np
from PIL import Image

WAYS = [("as shipped", []), ("without `min-detail` and `min-edge`", ["min-detail=0", "min-edge=0%"])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vipsam", type=pathlib.Path)
    parser.add_argument("scenes", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path, nargs="?")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        subprocess.run([arguments.scenes.resolve(), work / "scenes"], check=True, stdout=subprocess.DEVNULL)
        sets = {"rendered shelf": [(work / "scenes/shelf.jpg", labels(work / "scenes/truth/shelf.png"))]}
        if arguments.data:
            sets["pantry"] = photos(arguments.data, "pantry")
        for name, pictures in sets.items():
            for way, parameters in WAYS:
                counts = measure(arguments.vipsam.resolve(), pictures, parameters, work / "out")
                lines.append(row(f"{name}, {len(pictures)} picture{'s' * (len(pictures) > 1)}", way, counts))
                print(lines[-1], flush=True)
    arguments.out.write_text(page(lines))


def labels(path):
    """Numbers of objects, 0 for none."""
    return np.asarray(Image.open(path))


def photos(data, name):
    """Photos of a set with a map of its objects each."""
    truth = {}
    for entry in csv.DictReader(open(data / "manifest.csv")):
        if entry["set"] == name:
            truth.setdefault((entry["image"], entry["mask"]), []).append(int(entry["instance_id"]))
    found = []
    for (image, mask), ids in truth.items():
        numbers = labels(data / mask)
        found.append((data / image, np.where(np.isin(numbers, ids), numbers, 0)))
    return found


def measure(vipsam, pictures, parameters, out):
    """Pieces, good pieces, objects, found objects."""
    flags = [part for parameter in parameters for part in ("-p", parameter)]
    counts = np.zeros(4, int)
    for picture, truth in pictures:
        subprocess.run(
            [vipsam, "run", "shelf-cutouts", picture.name, "-o", out, *flags, "--quiet", "--progress", "none"],
            check=True, cwd=picture.parent)
        pieces = labels(out / "cutouts" / f"{picture.stem}.labels.png")
        overlaps = overlap(pieces, truth)
        counts += [overlaps.shape[0], (overlaps.max(1, initial=0) >= 0.5).sum(),
                   overlaps.shape[1], (overlaps.max(0, initial=0) >= 0.5).sum()]
        shutil.rmtree(out)
    return counts


def overlap(pieces, truth):
    """IoU of each piece with each object."""
    count_a, count_b = int(pieces.max()) + 1, int(truth.max()) + 1
    both = np.bincount(pieces.astype(np.int64).ravel() * count_b + truth.astype(np.int64).ravel(),
                       minlength=count_a * count_b).reshape(count_a, count_b)
    a, b = both.sum(1), both.sum(0)
    iou = both / np.maximum(a[:, None] + b[None] - both, 1)
    return iou[1:, 1:][a[1:] > 0][:, b[1:] > 0]


def row(name, way, counts):
    pieces, good, objects, found = counts
    return f"| {name} | {way} | {pieces} | {good} ({good / max(1, pieces):.0%}) | {objects} | {found} ({found / objects:.0%}) |"


def page(lines):
    return "\n".join([
        "# What `shelf-cutouts` cuts out", "", "Written by `scripts/measure-shelf.py`; do not edit.", "",
        f"Measured on {datetime.date.today()} ({platform.machine()}, {os.cpu_count()} processors) with the default model. A piece is"
        " good when it and an object have an IoU of at least 0.5; then the object is found. `min-detail` leaves out plain"
        " pieces, `min-edge` those whose contour does not lie on edges. The photos of `pantry` were not trained on; not"
        " every thing on them is an object of the set.", "",
        "| pictures | way | pieces | good | objects | found |", "|---|---|---|---|---|---|", *lines, ""])


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""How well and how fast inpaint-fill mends holes, beside OpenCV's Telea and Navier-Stokes.

    scripts/measure-inpaint.py VIPSAM PHOTOS [--count 30] [--out docs/quality-inpaint.json]

Cuts a round-cornered hole of about a fifth of the shorter side into each photo, so that the truth is
known, and fills it. PSNR (dB) over the hole's pixels. Texture distance: the difference of the
histograms of 3 x 3 patch contrasts (standard deviation of the grey levels, 32 bins up to 64, total
variation 0..1) between the fill and a ring of the same width around it; smaller is more alike (after
Ojala, Pietikainen and Harwood 1996: local contrast as a texture measure). Time is of the filling
alone for OpenCV, of the whole command less the same command without the step for vipsam, per hole
pixel. Needs numpy, opencv-python-headless and Pillow.
"""
import argparse
import datetime
import json
import platform
import subprocess
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

RADIUS = 5


def hole(shape, index):
    height, width = shape[:2]
    side = min(height, width) // 5
    x = int((0.25 + 0.5 * ((index * 7) % 10) / 10) * width) - side // 2
    y = int((0.25 + 0.5 * ((index * 3) % 10) / 10) * height) - side // 2
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (x, y), (x + side, y + side), 255, -1)
    return cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side // 3, side // 3)))


def psnr(found, truth, mask):
    error = np.mean((found[mask > 0].astype(float) - truth[mask > 0].astype(float)) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-9))


def contrast(picture, where):
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    mean = cv2.blur(grey, (3, 3))
    deviation = np.sqrt(np.maximum(cv2.blur(grey * grey, (3, 3)) - mean * mean, 0))
    histogram = np.histogram(deviation[where], bins=32, range=(0, 64))[0].astype(float)
    return histogram / max(1, histogram.sum())


def texture(found, mask):
    width = int(np.sqrt(np.count_nonzero(mask))) // 2
    ring = cv2.dilate(mask, np.ones((2 * width + 1,) * 2)) & ~cv2.dilate(mask, np.ones((5, 5)))
    inner = cv2.erode(mask, np.ones((5, 5)))
    return 0.5 * np.abs(contrast(found, inner > 0) - contrast(found, ring > 0)).sum()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vipsam")
    parser.add_argument("photos", type=Path)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    vipsam = str(Path(options.vipsam).resolve())
    photos = sorted(p for p in options.photos.rglob("*") if p.suffix in (".jpg", ".png"))
    photos = photos[:: max(1, len(photos) // options.count)][: options.count]
    cv2.setNumThreads(1)
    scores = {}

    def note(method, found, truth, mask, seconds):
        row = scores.setdefault(method, {"psnr": [], "texture": [], "us": []})
        row["psnr"].append(psnr(found, truth, mask))
        row["texture"].append(texture(found, mask))
        row["us"].append(seconds * 1e6 / np.count_nonzero(mask))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "masks").mkdir()
        cases = {}
        for index, path in enumerate(photos):
            truth = cv2.imread(str(path))
            mask = hole(truth.shape, index)
            damaged = truth.copy()
            damaged[mask > 0] = (255, 0, 255)
            key = f"photo{index:02}"
            cv2.imwrite(str(folder / f"{key}.png"), damaged)
            cv2.imwrite(str(folder / "masks" / f"{key}.png"), mask)
            cases[key] = (truth, mask)
            for method, code in (("Telea", cv2.INPAINT_TELEA), ("Navier-Stokes", cv2.INPAINT_NS)):
                start = time.perf_counter()
                found = cv2.inpaint(damaged, mask, RADIUS, code)
                note(method, found, truth, mask, time.perf_counter() - start)

        def run(step, key):
            (folder / "recipe.yaml").write_text(
                'vipsam: 1\ninput: {files: "*.png", work-size: original}\nsteps:\n'
                '  - load-mask: {file: "masks/{name}.png"}\n' + step + '  - save: {to: "{name}.png"}\n')
            start = time.perf_counter()
            subprocess.run(
                [vipsam, "run", "recipe.yaml", f"{key}.png", "-o", "out", "-j", "1", "-q"], cwd=folder, check=True)
            return time.perf_counter() - start

        base = {key: run("  - fill: {what: subject}\n", key) for key in cases}
        for method in ("smooth", "exemplar", "nearest"):
            for key, (truth, mask) in cases.items():
                seconds = run(f"  - inpaint-fill: {{method: {method}, grow: 0}}\n", key) - base[key]
                note(method, cv2.imread(str(folder / "out" / f"{key}.png")), truth, mask, max(0.0, seconds))
    table = {
        method: {
            "psnr": round(float(np.mean(row["psnr"])), 2), "texture": round(float(np.mean(row["texture"])), 3),
            "us per pixel": round(float(np.median(row["us"])), 2)}
        for method, row in scores.items()}
    for method, row in table.items():
        print(f"{method:14} {row}")
    if options.out:
        facts = {"date": str(datetime.date.today()), "machine": platform.machine(), "photos": len(photos), "methods": table}
        options.out.write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()

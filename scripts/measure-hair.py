#!/usr/bin/env python3
"""How well refine-mask finds single hairs, beside PyMatting's closed-form and KNN matting on the same band.

    scripts/measure-hair.py VIPSAM SCENES [--band 48] [--out docs/hair.md] [--sheet docs/pictures/hair.jpg]

There is no hair with known alpha among photos that may be used freely, so it is drawn: a head of some thousand strands
of half a pixel to two pixels, curled, lighter and darker, four times as large and then averaged, which makes alpha and
colour exact. It lies over sample pictures of scikit-image (CC0) and over SCENES, which `vipsam-scenes` wrote.

All start from the truth blurred (standard deviation 6 pixels) and thresholded through a 256 x 256 grid, for a network
does not see single hairs. What is within BAND pixels of that contour is unknown: to `refine-mask` as its `band`, to
PyMatting as its trimap. All errors are taken there: of alpha, and of the subject laid over a plain blue with the colours
that each found (`decontaminate: true`; multi-level foreground estimation). Needs numpy, scipy, Pillow, scikit-image and
pymatting.
"""
import argparse
import datetime
import importlib.util
import json
import math
import random
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import skimage
from PIL import Image, ImageDraw
from pymatting import estimate_alpha_cf, estimate_alpha_knn, estimate_foreground_ml
from scipy import ndimage

WIDTH, HEIGHT, FINER = 1000, 800, 4
GROUNDS = ("brick.png", "chelsea.png", "coffee.png", "grass.png", "gravel.png", "rocket.jpg")
STRANDS = 2600
BLURRED = 6
NEW_GROUND = np.array((40, 90, 200)) / 255
PALETTES = [((30, 22, 18), (92, 64, 44)), ((96, 60, 34), (188, 140, 92)), ((170, 140, 96), (236, 216, 176)),
            ((60, 60, 62), (190, 188, 186)), ((110, 44, 24), (200, 104, 60))]
PEERS = {"PyMatting, closed-form": estimate_alpha_cf, "PyMatting, KNN": estimate_alpha_knn}
OURS = {"`matting`, `decontaminate: true`": ("matting", True), "`matting`": ("matting", False),
        "`guided`": ("guided", False)}
START = "mask to start from"

specification = importlib.util.spec_from_file_location("edges", Path(__file__).resolve().parent / "measure-edges.py")
edges = importlib.util.module_from_spec(specification)
specification.loader.exec_module(edges)


def head(rng):
    """Colours 0..1 and alpha of a head of hair, exact."""
    size = (WIDTH * FINER, HEIGHT * FINER)
    colours, cover = Image.new("RGB", size), Image.new("L", size)
    paint, mask = ImageDraw.Draw(colours), ImageDraw.Draw(cover)
    dark, light = rng.choice(PALETTES)
    centre = (WIDTH * rng.uniform(0.4, 0.6), HEIGHT * rng.uniform(0.45, 0.6))
    across, down = HEIGHT * rng.uniform(0.2, 0.28), HEIGHT * rng.uniform(0.22, 0.3)

    def tone():
        t = rng.betavariate(2, 2)
        return tuple(round(a + (b - a) * t) for a, b in zip(dark, light))

    box = [(centre[k] + side * reach) * FINER for side in (-1, 1) for k, reach in ((0, across), (1, down))]
    paint.ellipse(box, fill=tone())
    mask.ellipse(box, fill=255)
    for strand in range(STRANDS):
        angle = rng.uniform(0, 2 * math.pi)
        # roots all over the head, the last third on its outline
        root = math.sqrt(rng.uniform(0.2, 1)) if strand < STRANDS * 2 // 3 else 1
        x, y = centre[0] + across * root * math.cos(angle), centre[1] + down * root * math.sin(angle)
        heading = angle + rng.gauss(0, 0.5)
        curl, step = rng.gauss(0, 0.025), 3.0
        points = [(x * FINER, y * FINER)]
        for _ in range(round(rng.uniform(15, 75) / step)):
            heading += curl + rng.gauss(0, 0.03)
            x, y = x + step * math.cos(heading), y + step * math.sin(heading) + 0.1
            points.append((x * FINER, y * FINER))
        width = rng.randint(2, 8)
        paint.line(points, fill=tone(), width=width, joint="curve")
        mask.line(points, fill=255, width=width, joint="curve")
    # What is not covered is black, so that the mean of the colours is that of colours times alpha.
    seen = np.asarray(colours.reduce(FINER), np.float64) / 255
    alpha = np.round(np.asarray(cover.reduce(FINER), np.float64) / 255 * FINER**2) / FINER**2
    return np.divide(seen, alpha[..., None], out=np.zeros_like(seen), where=alpha[..., None] > 0), alpha


def ground(path):
    image = Image.open(path).convert("RGB")
    scale = max(WIDTH / image.width, HEIGHT / image.height)
    image = image.resize((math.ceil(image.width * scale), math.ceil(image.height * scale)), Image.LANCZOS)
    return np.asarray(image.crop((0, 0, WIDTH, HEIGHT)), np.float64) / 255


def unknown(start, band):
    inside = start >= 0.5
    return np.where(inside, ndimage.distance_transform_edt(inside), ndimage.distance_transform_edt(~inside)) <= band


def by_vipsam(vipsam, folder, method, band, decontaminate, names):
    """Colours and alpha of each, and seconds a picture, start and reading of files included."""
    more = ", decontaminate: true" if decontaminate else ""
    (folder / "recipe.yaml").write_text(
        'vipsam: 1\ninput: {files: "*.png", work-size: original}\nsteps:\n  - load-mask: {file: "start/{name}.png"}\n'
        f"  - refine-mask: {{method: {method}, band: {band}{more}}}\n  - cutout:\n"
        '  - save: {to: "{name}.png"}\n')
    out = folder / f"{method}{decontaminate}"
    subprocess.run([vipsam, "run", "recipe.yaml", *[f"{n}.png" for n in names], "-o", str(out), "-q", "-j", "1"],
                   cwd=folder, check=True)
    items = json.loads((out / "vipsam-report" / "report.json").read_text())["items"]
    result = {}
    for name in names:
        pixels = np.asarray(Image.open(out / f"{name}.png").convert("RGBA"), np.float64) / 255
        result[name] = pixels[..., :3], pixels[..., 3]
    return result, sum(item["ms"] for item in items) / 1000 / len(items)


def by_peer(estimate, scene, start, band):
    trimap = np.where(unknown(start, band), 0.5, (start >= 0.5).astype(np.float64))
    began = time.monotonic()
    alpha = estimate(scene, trimap)
    colours = estimate_foreground_ml(scene, alpha)
    return colours, alpha, time.monotonic() - began


def laid(colours, alpha):
    return colours * alpha[..., None] + NEW_GROUND * (1 - alpha[..., None])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vipsam", type=Path)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("--band", type=int, default=48)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sheet", type=Path, help="a picture of three of them")
    options = parser.parse_args()
    rng = random.Random(3)
    samples = Path(skimage.__file__).parent / "data"
    grounds = [samples / name for name in GROUNDS] + sorted(
        p for p in options.scenes.iterdir() if p.suffix in (".jpg", ".png"))
    scenes, errors, seconds, found = {}, {}, {}, {START: {}}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "start").mkdir()
        for index, path in enumerate(grounds):
            colours, alpha = head(rng)
            scene = np.round((colours * alpha[..., None] + ground(path) * (1 - alpha[..., None])) * 255) / 255
            start = edges.coarse(ndimage.gaussian_filter(alpha, BLURRED))
            key = f"head{index:02}"
            Image.fromarray(np.round(scene * 255).astype(np.uint8)).save(folder / f"{key}.png")
            Image.fromarray((start * 255).astype(np.uint8)).save(folder / "start" / f"{key}.png")
            scenes[key] = scene, start, colours, alpha
            found[START][key] = scene, start
        for title, (method, decontaminate) in OURS.items():
            found[title], seconds[title] = by_vipsam(
                str(options.vipsam.resolve()), folder, method, options.band, decontaminate, list(scenes))
        for title, estimate in PEERS.items():
            found[title], seconds[title] = {}, 0
            for key, (scene, start, _, _) in scenes.items():
                colours, alpha, took = by_peer(estimate, scene, start, options.band)
                found[title][key] = colours, alpha
                seconds[title] += took / len(scenes)
    for title, pictures in found.items():
        rows = []
        for key, (colours, alpha) in pictures.items():
            _, start, true_colours, truth = scenes[key]
            where = unknown(start, options.band)
            off = (alpha - truth)[where]
            seen = (laid(colours, alpha) - laid(true_colours, truth))[where]
            rows.append((np.abs(off).mean(), (off**2).mean(), 255 * np.sqrt((seen**2).mean())))
        errors[title] = np.mean(rows, axis=0)
        print(title, *np.round(errors[title], 4), round(seconds.get(title, 0), 2), flush=True)
    if options.out:
        options.out.write_text(page(errors, seconds, len(scenes), options.band))
    if options.sheet:
        sheet(scenes, found).save(options.sheet, quality=85)


def page(errors, seconds, count, band):
    lines = [
        "# Hair", "", "Written by `scripts/measure-hair.py`; do not edit.", "",
        f"Measured on {datetime.date.today()}: {edges.machine()}. {count} drawn heads of some thousand strands, whose "
        f"alpha and colours are known, over photos and rendered scenes; errors within {band} pixels of the contour to "
        f"start from: the truth blurred (standard deviation {BLURRED} pixels) and thresholded through a 256 × 256 grid. "
        "Alpha is 0 to 1; colours are those of the subject laid over a plain blue with what each method found of alpha "
        "and colours, root mean square, in grey levels. PyMatting's time is that of its calls, colours included; "
        "vipsam's is of the whole item, from file to file.", "",
        "| method | mean absolute error of alpha | mean squared, thousandths | colours | seconds |",
        "|---|---|---|---|---|"]
    for title, (mean, square, colour) in errors.items():
        took = f"{seconds[title]:.1f}" if title in seconds else "–"
        lines.append(f"| {title} | {mean:.4f} | {1000 * square:.1f} | {colour:.1f} | {took} |")
    lines += ["", "From left to right: the scene, the methods in the order of the table, the truth.", "",
              "![A photo, the mask to start from, and what each method lays over blue](pictures/hair.jpg)"]
    return "\n".join(lines) + "\n"


def sheet(scenes, found):
    """The upper right quarter of three heads: the scene, then each result over blue, then the truth."""
    titles = [START, *OURS, *PEERS]
    rows = []
    for key in list(scenes)[1:6:2]:
        scene, _, colours, truth = scenes[key]
        y, x = (int(v) for v in ndimage.center_of_mass(truth))
        part = np.s_[max(0, y - 290):y + 10, x:x + 300]
        cells = [scene] + [laid(*found[title][key]) for title in titles] + [laid(colours, truth)]
        rows.append(np.hstack([cell[part] for cell in cells]))
    return Image.fromarray(np.round(np.clip(np.vstack(rows), 0, 1) * 255).astype(np.uint8))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""How much refine-mask mends edges: mean absolute error of alpha in a band around the true contour.

    scripts/measure-edges.py VIPSAM CUTOUTS BACKGROUNDS [--count 40] [--out docs/edges.md]

CUTOUTS holds pictures with true alpha (PNG, WebP), BACKGROUNDS photos. Each cut-out is enlarged to 900
pixels and laid over a photo. Three masks to start from: the truth thresholded on a 256 x 256 grid and
enlarged as a network's logits are; what the default model draws for the true box; and what
`segment-by-box` makes of that, which is a graph cut already. Each is refined by each method, in bands
of several widths, the model's own mask with `snap: false` as well; the error is taken within 8 pixels of
the true half-way contour. Needs numpy, scipy and Pillow.
"""
import argparse
import datetime
import os
import random
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

SIDE, BAND = 900, 8
STILL = "default model's own mask, `snap: false`"


def composite(cutout, background, rng):
    """A scene of 1200 x 1000 pixels, and its true alpha 0..1."""
    subject = Image.open(cutout).convert("RGBA")
    scale = SIDE * rng.uniform(0.7, 1.0) / max(subject.size)
    subject = subject.resize([max(1, round(s * scale)) for s in subject.size], Image.LANCZOS)
    scene = Image.open(background).convert("RGB").resize((1200, 1000), Image.LANCZOS)
    place = (rng.randint(0, 1200 - subject.width), rng.randint(0, 1000 - subject.height))
    alpha = Image.new("L", scene.size)
    alpha.paste(subject.getchannel("A"), place)
    scene.paste(subject.convert("RGB"), place, subject.getchannel("A"))
    return scene, np.asarray(alpha, np.float64) / 255


def coarse(alpha):
    """The truth on a 256 x 256 grid, hard, enlarged bilinearly and cut at one half."""
    side = max(alpha.shape)
    square = np.zeros((side, side))
    square[: alpha.shape[0], : alpha.shape[1]] = alpha >= 0.5
    small = Image.fromarray((square * 255).astype(np.uint8)).resize((256, 256), Image.BOX)
    hard = Image.fromarray((np.asarray(small) >= 128).astype(np.float32))
    large = np.asarray(hard.resize((side, side), Image.BILINEAR))[: alpha.shape[0], : alpha.shape[1]]
    return (large > 0.5).astype(np.float64)


def band(alpha):
    inside = alpha >= 0.5
    return (ndimage.distance_transform_edt(inside) <= BAND) & inside | (
        ndimage.distance_transform_edt(~inside) <= BAND
    ) & ~inside


def recipe(folder, first, method, width, more=""):
    refine = f"  - refine-mask: {{method: {method}, band: {width}{more}}}\n    as: refined\n" if method else ""
    text = f'vipsam: 1\ninput: {{files: "*.png", work-size: original, prompts: boxes.csv}}\nsteps:\n{first}{refine}'
    text += f'  - save: {{mask: {"MASK" if method else "RAW"}, to: "{{name}}.png"}}\n'
    text = text.replace("MASK", "refined").replace("RAW", "raw")
    path = folder / "recipe.yaml"
    path.write_text(text)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vipsam")
    parser.add_argument("cutouts", type=Path)
    parser.add_argument("backgrounds", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--methods", default="smooth,guided,graph-cut,matting")
    parser.add_argument("--bands", default="8,16,32", help="half widths for refine-mask, working pixels")
    parser.add_argument("--starts", type=int, default=4, help="1: without the model")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    vipsam = str(Path(options.vipsam).resolve())
    rng = random.Random(1)
    cutouts = sorted(p for p in options.cutouts.rglob("*") if p.suffix in (".png", ".webp"))
    backgrounds = sorted(p for p in options.backgrounds.rglob("*") if p.suffix in (".jpg", ".png"))
    rng.shuffle(cutouts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "coarse").mkdir()
        truths, rows = {}, ["file,x,y,w,h"]
        for index, cutout in enumerate(cutouts):
            if len(truths) == options.count:
                break
            scene, alpha = composite(cutout, rng.choice(backgrounds), rng)
            inside = np.argwhere(alpha >= 0.5)
            if len(inside) < 5000:
                continue
            key = f"scene{index:03}"
            scene.save(folder / f"{key}.png")
            Image.fromarray((coarse(alpha) * 255).astype(np.uint8)).save(folder / "coarse" / f"{key}.png")
            (top, left), (bottom, right) = inside.min(0), inside.max(0) + 1
            rows.append(f"{key}.png,{left},{top},{right - left},{bottom - top}")
            truths[key] = alpha
        (folder / "boxes.csv").write_text("\n".join(rows) + "\n")
        own = "  - segment-by-box: {refine: off}\n    as: raw\n"
        starts = {
            "truth on a 256 grid": '  - load-mask: {file: "coarse/{name}.png"}\n    as: raw\n',
            "default model's own mask": own,
            STILL: own,
            "segment-by-box": "  - segment-by-box:\n    as: raw\n",
        }
        result = {}
        for start, first in list(starts.items())[: options.starts]:
            more = ", snap: false" if start == STILL else ""
            runs = [(None, 0)] + [(m, int(w)) for w in options.bands.split(",") for m in options.methods.split(",")]
            for method, width in runs:
                out = folder / "out"
                subprocess.run(
                    [vipsam, "run", str(recipe(folder, first, method, width, more)), "-o", str(out), "-q"], cwd=folder,
                    check=True,
                )
                errors = []
                for key, alpha in truths.items():
                    found = np.asarray(Image.open(out / f"{key}.png").convert("L"), np.float64) / 255
                    errors.append(np.abs(found - alpha)[band(alpha)].mean())
                result.setdefault(start, {})[method, width] = error = float(np.mean(errors))
                print(start, method or "raw", width, round(error, 4), flush=True)
    if options.out:
        options.out.write_text(page(result, len(truths), options.backgrounds.name))


def machine():
    names = [x.split(":")[1].strip() for x in open("/proc/cpuinfo") if x.startswith("model name")]
    return f"{names[0] if names else 'unknown processor'}, {os.cpu_count()} processors"


def page(result, scenes, backgrounds):
    runs = [run for run in next(iter(result.values())) if run[0]]
    methods, widths = list(dict.fromkeys(m for m, _ in runs)), list(dict.fromkeys(w for _, w in runs))
    lines = [
        "# Edges", "", "Written by `scripts/measure-edges.py`; do not edit.", "",
        f"Measured on {datetime.date.today()}: {machine()}. "
        f"{scenes} cut-outs with known alpha over photos of `{backgrounds}`; mean absolute error of alpha (0 to "
        f"1) within {BAND} pixels of the true half-way contour, after `refine-mask` by each method with each `band`; in brackets, of what it was "
        "before. `segment-by-box` with its defaults moves the model's own mask onto colour edges already.", "",
        "| from | before | band | " + " | ".join(methods) + " |", "|---" * (len(methods) + 3) + "|"]
    for start, row in result.items():
        raw = row[None, 0]
        for width in widths:
            cells = [f"{row[m, width]:.4f} ({row[m, width] / raw:.0%})" for m in methods]
            lines.append(f"| {start} | {raw:.4f} | {width} | " + " | ".join(cells) + " |")
    ends = [row[m, w] / result["default model's own mask"][None, 0] for m, w in runs
            for row in [result.get("segment-by-box", {})] if row]
    if ends:
        lines += ["", "From the model's own mask to `segment-by-box` with `refine-mask` after it: at best "
                  f"{min(ends):.0%} of the error is left."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

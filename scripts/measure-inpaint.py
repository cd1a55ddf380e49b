#!/usr/bin/env python3
"""How well and how fast inpaint-fill mends holes, beside OpenCV's Telea, Navier-Stokes and shift-map.

    scripts/measure-inpaint.py quality VIPSAM PHOTOS... [--count 40] [--state FILE]
    scripts/measure-inpaint.py speed VIPSAM PHOTOS... [--rounds 5] [--state FILE]
    scripts/measure-inpaint.py report [--state FILE] [--out docs/filling.md]

PHOTOS are folders or files. `quality` cuts a round-cornered hole of a fifth of the shorter side into
each photo, so that the truth is known, and fills it with every method:

- PSNR (dB, at most 50 a photo) over the hole's pixels, and SSIM (Wang et al. 2004, 7 x 7 windows, grey) over the hole.
- Patch distance: the sliced Wasserstein distance (Rabin, Peyre, Delon and Bernot 2011) between the
  7 x 7 colour patches wholly inside the fill and those of a ring of the hole's size around it: both
  sets are projected on 128 random directions, and the projections' quantiles are compared. Each
  patch's own mean colour is taken off first, since texture is asked for, not brightness. Grey
  levels; smaller is more alike. The truth's own distance is given beside it.

- Nearest patches (the two halves of bidirectional similarity, Simakov, Caspi, Shechtman and Irani 2008): the mean
  distance of a patch of the fill from the most alike one around (coherence: nothing that is not there), and of
  a patch around from the most alike one of the fill (completeness: nothing is missing; blur fails here). Root mean
  squares over a patch, in grey levels.

`speed` cuts holes of 240 x 240 pixels into photos of at least 600 and times one thread each, in
turns: OpenCV by its call, vipsam by the run's report (the item's time with the step, less the same
recipe without it, so that reading the mask counts as ours). Numbers go into the state file, `report` makes the page.
Needs numpy, scikit-image and opencv-contrib-python-headless.
"""
import argparse
import datetime
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from skimage.metrics import structural_similarity

RADIUS = 5
PATCH = 7
DIRECTIONS = 128
QUANTILES = 256
HOLE = 240
OURS = ("exemplar", "smooth", "nearest")
PEERS = ("Telea", "Navier-Stokes", "shift-map")
# Shift-map takes hundreds of times as long.
TIMED_PEERS = PEERS[:2]
ORDER = ("exemplar", "smooth", "nearest", *PEERS, "truth")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["quality", "speed", "report"])
    parser.add_argument("vipsam", nargs="?")
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--state", type=Path, default=Path(tempfile.gettempdir()) / "vipsam-inpaint.json")
    parser.add_argument("--keep", type=Path, help="write photos, holes and fills here, to look at")
    parser.add_argument("--out", type=Path, default=Path("docs/filling.md"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    state = json.loads(options.state.read_text()) if options.state.exists() else {}
    if options.what == "report":
        options.out.write_text(page(state))
        return
    vipsam = str(Path(options.vipsam).resolve())
    chosen = pictures(options.photos, options.count, 600 if options.what == "speed" else 200)
    measure = quality if options.what == "quality" else speed
    state[options.what] = measure(vipsam, chosen, options)
    state[options.what] |= {"date": str(datetime.date.today()), "machine": machine(), "photos": len(chosen)}
    options.state.write_text(json.dumps(state, indent=1) + "\n")


def pictures(places, count, side):
    """Evenly chosen photos whose shorter side is at least `side`, at most 1200 pixels of it."""
    found = []
    for place in places:
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        # A PNG beside a JPEG of its name is a label map.
        found += [p for p in files if p.suffix == ".jpg" or p.suffix == ".png" and not p.with_suffix(".jpg").exists()]
    large = [p for p in found if min(cv2.imread(str(p)).shape[:2]) >= side]
    return [large[i * len(large) // count] for i in range(count)] if len(large) > count else large


def machine():
    names = [x.split(":")[1].strip() for x in open("/proc/cpuinfo") if x.startswith("model name")]
    return f"{names[0] if names else 'unknown processor'}, {os.cpu_count()} processors"


# --- Holes and fills ---------------------------------------------------------------------------------------------


def hole(shape, index, side):
    """A round-cornered square somewhere in the middle half of the picture."""
    height, width = shape[:2]
    x = int((0.25 + 0.5 * ((index * 7) % 10) / 10) * width) - side // 2
    y = int((0.25 + 0.5 * ((index * 3) % 10) / 10) * height) - side // 2
    x, y = min(max(x, 8), width - side - 8), min(max(y, 8), height - side - 8)
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (x, y), (x + side - 1, y + side - 1), 255, -1)
    round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side // 3 | 1, side // 3 | 1))
    return cv2.morphologyEx(mask, cv2.MORPH_OPEN, round_)


def by_opencv(method, damaged, mask):
    if method == "shift-map":  # He and Sun 2012; it fills where its mask is zero, best in Lab
        lab = cv2.cvtColor(damaged, cv2.COLOR_BGR2Lab)
        filled = np.zeros_like(lab)
        cv2.xphoto.inpaint(lab, 255 - mask, filled, cv2.xphoto.INPAINT_SHIFTMAP)
        filled = cv2.cvtColor(filled, cv2.COLOR_Lab2BGR)
        return np.where(mask[..., None] > 0, filled, damaged)
    return cv2.inpaint(damaged, mask, RADIUS, cv2.INPAINT_TELEA if method == "Telea" else cv2.INPAINT_NS)


def by_vipsam(vipsam, folder, method, names):
    """Fills the pictures `names`; milliseconds of each, as the report says."""
    step = f"  - inpaint-fill: {{method: {method}, grow: 0}}\n" if method else ""
    (folder / "recipe.yaml").write_text(
        'vipsam: 1\ninput: {files: "*.png", work-size: original}\nsteps:\n'
        '  - load-mask: {file: "masks/{name}.png"}\n' + step + '  - save: {to: "{name}.png"}\n')
    out = folder / (method or "nothing")
    files = [f"{name}.png" for name in names]
    threads = {"OMP_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1"}
    subprocess.run([vipsam, "run", "recipe.yaml", *files, "-o", str(out), "-j", "1", "-q"], cwd=folder, check=True,
                   env=os.environ | threads)
    items = json.loads((out / "vipsam-report" / "report.json").read_text())["items"]
    return {Path(item["input"]).stem: item["ms"] for item in items}


def damage(folder, paths, side_of):
    (folder / "masks").mkdir()
    cases = {}
    for index, path in enumerate(paths):
        truth = cv2.imread(str(path), cv2.IMREAD_COLOR)
        scale = 1200 / min(truth.shape[:2])
        if scale < 1:
            truth = cv2.resize(truth, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        mask = hole(truth.shape, index, side_of(truth.shape))
        damaged = truth.copy()
        damaged[mask > 0] = (255, 0, 255)
        name = f"photo{index:02}"
        cv2.imwrite(str(folder / f"{name}.png"), damaged)
        cv2.imwrite(str(folder / "masks" / f"{name}.png"), mask)
        cases[name] = (truth, damaged, mask)
    return cases


# --- Measures ----------------------------------------------------------------------------------------------------


def psnr(found, truth, mask):
    error = np.mean((found[mask > 0].astype(float) - truth[mask > 0].astype(float)) ** 2)
    return min(50.0, 10 * np.log10(255**2 / max(error, 1e-9)))


def ssim(found, truth, mask):
    grey = [cv2.cvtColor(p, cv2.COLOR_BGR2GRAY) for p in (found, truth)]
    return structural_similarity(*grey, win_size=7, data_range=255, full=True)[1][mask > 0].mean()


def patches(picture, where, rng, most=4000):
    """Rows of 7 x 7 x 3 grey levels; only patches that lie wholly in `where`."""
    whole = cv2.erode(where, np.ones((PATCH, PATCH), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    centres = np.argwhere(whole)
    centres = centres[rng.choice(len(centres), min(most, len(centres)), replace=False)]
    r = PATCH // 2
    rows = np.stack([picture[y - r : y + r + 1, x - r : x + r + 1] for y, x in centres]).astype(np.float32)
    return rows.reshape(len(rows), -1, picture.shape[2])


def nearest(rows, others):
    """Mean over the rows of the root mean square distance from the nearest of the others."""
    distances = (rows**2).sum(axis=1)[:, None] - 2 * rows @ others.T + (others**2).sum(axis=1)[None, :]
    return float(np.mean(np.sqrt(np.maximum(distances.min(axis=1), 0) / rows.shape[1])))


def patch_distances(picture, mask):
    """The sliced distance, coherence and completeness."""
    rng = np.random.default_rng(7)
    side = int(np.sqrt(np.count_nonzero(mask)))
    ring = cv2.dilate(mask, np.ones((2 * (side // 2) + 1,) * 2, np.uint8)) & ~mask
    inner, outer = patches(picture, mask, rng), patches(picture, ring, rng)
    flat = [rows.reshape(len(rows), -1) for rows in (inner, outer)]
    coherence, completeness = nearest(*flat), nearest(*reversed(flat))
    inner, outer = ((rows - rows.mean(axis=1, keepdims=True)).reshape(len(rows), -1) for rows in (inner, outer))
    directions = rng.normal(size=(inner.shape[1], DIRECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    at = (np.arange(QUANTILES) + 0.5) / QUANTILES
    sliced = np.abs(np.quantile(inner @ directions, at, axis=0) - np.quantile(outer @ directions, at, axis=0)).mean()
    return float(sliced), coherence, completeness


def quality(vipsam, paths, options):
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep.resolve() if options.keep else Path(name)
        folder.mkdir(exist_ok=True)
        cases = damage(folder, paths, lambda shape: min(shape[:2]) // 5)
        fills = {method: {n: by_opencv(method, d, m) for n, (t, d, m) in cases.items()} for method in PEERS}
        for method in OURS:
            by_vipsam(vipsam, folder, method, cases)
            fills[method] = {n: cv2.imread(str(folder / method / f"{n}.png")) for n in cases}
        fills["truth"] = {n: t for n, (t, d, m) in cases.items()}
        for method, pictures_ in fills.items():
            found = [(pictures_[n], t, m) for n, (t, d, m) in cases.items()]
            distances = np.mean([patch_distances(f, m) for f, t, m in found], axis=0)
            row = dict(zip(("patch", "coherence", "completeness"), map(float, distances)))
            if method != "truth":
                row["psnr"] = float(np.mean([psnr(*x) for x in found]))
                row["ssim"] = float(np.mean([ssim(*x) for x in found]))
            rows[method] = row
            print(f"{method:14}", {k: round(v, 3) for k, v in row.items()}, flush=True)
            if options.keep and method in PEERS:
                (folder / method).mkdir(exist_ok=True)
                for n in cases:
                    cv2.imwrite(str(folder / method / f"{n}.png"), pictures_[n])
    return {"methods": rows}


def speed(vipsam, paths, options):
    times = {method: [] for method in (*OURS, *TIMED_PEERS)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = damage(folder, paths, lambda shape: HOLE)
        for _ in range(options.rounds):
            nothing = by_vipsam(vipsam, folder, None, cases)
            for method in OURS:
                found = by_vipsam(vipsam, folder, method, cases)
                times[method].append([1e3 * (found[n] - nothing[n]) / np.count_nonzero(cases[n][2]) for n in cases])
            for method in TIMED_PEERS:
                row = []
                for truth, damaged, mask in cases.values():
                    start = time.perf_counter()
                    by_opencv(method, damaged, mask)
                    row.append((time.perf_counter() - start) * 1e6 / np.count_nonzero(mask))
                times[method].append(row)
    rows = {method: {"us": float(np.median(np.median(rounds, axis=0)))} for method, rounds in times.items()}
    for method, row in rows.items():
        print(f"{method:14} {row['us']:.2f} us per pixel of the hole")
    return {"methods": rows, "rounds": options.rounds}


# --- The page ----------------------------------------------------------------------------------------------------


def page(state):
    lines = ["# Filling holes", "", "Written by `scripts/measure-inpaint.py`; do not edit.", ""]
    if "quality" in state:
        part = state["quality"]
        lines += [
            f"Measured on {part['date']}: {part['machine']}. {part['photos']} photos with a hole of a fifth of their "
            "shorter side, so that the truth is known. Patch distance: sliced Wasserstein distance between the 7 × 7 "
            "patches of the fill and of its surroundings, each without its mean colour, in grey levels; the truth has one too. "
            "Coherence: how far a patch of the fill is from the most alike one around; completeness: the other way round.", "",
            "| method | PSNR, dB | SSIM | patch distance | coherence | completeness |", "|---|---|---|---|---|---|"]
        for method in ORDER:
            row = part["methods"][method]
            sharp = f"{row['psnr']:.2f} | {row['ssim']:.3f}" if "psnr" in row else "– | –"
            lines.append(f"| {named(method)} | {sharp} | {row['patch']:.1f} | {row['coherence']:.1f} | "
                         f"{row['completeness']:.1f} |")
    if "speed" in state:
        part = state["speed"]
        telea = part["methods"]["Telea"]["us"]
        lines += [
            "", f"Time, measured on {part['date']}: {part['machine']}. Holes of {HOLE} × {HOLE} pixels in "
            f"{part['photos']} photos, one thread each, medians of {part['rounds']} rounds in turns.", "",
            "| method | µs per pixel of the hole | against Telea |", "|---|---|---|"]
        lines += [
            f"| {named(method)} | {part['methods'][method]['us']:.2f} | {part['methods'][method]['us'] / telea:.2f}× |"
            for method in ORDER if method in part["methods"]]
    return "\n".join(lines) + "\n"


def named(method):
    return f"`{method}`" if method in OURS else method if method == "truth" else f"OpenCV {method}"


if __name__ == "__main__":
    main()

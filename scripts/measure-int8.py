#!/usr/bin/env python3
"""What `precision: int8` gains and what it changes: writes docs/int8.md.

    scripts/measure-int8.py VIPSAM EVAL_DEV [--models vit_b mobile_sam] [--rounds 5] [--state FILE] [--out docs/int8.md]

Time: `vipsam bench --only encode` in both precisions, in turns, each a process of its own; a model that is not on the
machine has random weights of its layout. Agreement: every true box of EVAL_DEV (manifest.csv, as for `vipsam eval`)
asked of the default model in both precisions, with its closer look and without; IoU of the two masks, and of each with
the truth. `--state` keeps the times, and takes them from there if it has them. Needs numpy, Pillow and pycocotools.
"""
import argparse
import csv
import datetime
import json
import os
import statistics
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools import mask as coco

PRECISIONS = ("float32", "int8")


def machine():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return f"{line.split(':', 1)[1].strip()}, {os.cpu_count()} processors"
    return f"unknown processor, {os.cpu_count()} processors"


def bench(vipsam, model, precision):
    """Milliseconds, bytes at the peak, and the name of the 8-bit instructions."""
    command = [vipsam, "bench", "--only", "encode", "--runs", "3", "--precision", precision]
    command += ["--model", model] if model else []
    text = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout
    data = json.loads(text)
    return statistics.median(data["encode_ms"]), data["peak_rss_bytes"], data.get("int8_level")


def recipe(folder, precision, look):
    path = folder / "recipe.yaml"
    more = "" if look else ", zoom: off, refine: off"
    path.write_text(
        "vipsam: 1\ninput: {prompts: boxes.csv}\nsteps:\n"
        f"  - segment-by-box: {{precision: {precision}{more}}}\n    as: found\n"
        '  - save: {objects: found, to: "{name}.json"}\n')
    return path


def masks(vipsam, folder, photos, precision, look):
    """The masks by photo and label."""
    out = folder / f"{precision}-{look}"
    subprocess.run(
        [vipsam, "run", recipe(folder, precision, look), "-o", out, "--quiet", "--no-cache", *photos], check=True,
        cwd=folder)
    found = {}
    for file in out.glob("*.json"):
        for entry in json.loads(file.read_text()).get("annotations", []):
            size, counts = entry["segmentation"]["size"], entry["segmentation"]["counts"]
            found[file.stem, entry["label"]] = coco.decode({"size": size, "counts": counts.encode()}).astype(bool)
    return found


def overlap(a, b):
    either = (a | b).sum()
    return (a & b).sum() / either if either else 1.0


def agreement(vipsam, data):
    """Rows (set, look, IoU of the two, IoU of float32 with the truth, IoU of int8 with it)."""
    objects = list(csv.DictReader((data / "manifest.csv").open()))
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "boxes.csv").open("w") as file:
            table = csv.writer(file)
            table.writerow(["file", "x", "y", "w", "h", "label"])
            for row in objects:
                x0, y0, x1, y1 = (int(row[key]) for key in ("x0", "y0", "x1", "y1"))
                table.writerow([Path(row["image"]).name, x0, y0, x1 - x0, y1 - y0, row["instance_id"]])
        photos = sorted({str((data / row["image"]).resolve()) for row in objects})
        truths = {}
        for look in (False, True):
            first, second = (masks(vipsam, folder, photos, precision, look) for precision in PRECISIONS)
            for row in objects:
                key = Path(row["image"]).stem, row["instance_id"]
                if row["mask"] not in truths:
                    truths[row["mask"]] = np.asarray(Image.open(data / row["mask"]))
                truth = truths[row["mask"]] == int(row["instance_id"])
                a, b = (found.get(key, np.zeros_like(truth)) for found in (first, second))
                results.append((row["set"], look, overlap(a, b), overlap(a, truth), overlap(b, truth)))
    return results


def page(times, results, level):
    lines = [
        "# The 8-bit encoder", "", "Written by `scripts/measure-int8.py`; do not edit.", "",
        f"Measured on {datetime.date.today().isoformat()}: {machine()}; 8-bit products with `{level}`.", "",
        "Encodes in both precisions in turns, each a process of its own; medians.", "",
        "| encode | rounds | float32 | int8 | faster by | peak memory, float32 | int8 |", "|---|---|---|---|---|---|---|"]
    for model, rounds in times.items():
        both = {p: statistics.median(ms for ms, _ in rounds[p]) for p in PRECISIONS}
        peak = {p: max(size for _, size in rounds[p]) / 2**20 for p in PRECISIONS}
        lines.append(
            f"| {model or 'default model'} | {len(rounds['int8'])} | {both['float32']:.1f} ms | {both['int8']:.1f} ms | "
            f"{both['float32'] / both['int8']:.2f}× | {peak['float32']:.0f} MiB | {peak['int8']:.0f} MiB |")
    lines += [
        "", "Masks of the default model for true boxes, on the photos of docs/quality.md: how far those of int8 agree with "
        "those of float32, and how far each agrees with the truth (mean IoU over all pixels, also those that `vipsam eval` "
        "leaves out as undecided). The closer look is what the default model "
        "does unless told otherwise (zoom, mirror, graph cut).", "",
        "| set | objects | closer look | int8 with float32 | the worst twentieth below | float32 with truth | "
        "int8 with truth |", "|---|---|---|---|---|---|---|"]
    groups = defaultdict(list)
    for name, look, *values in results:
        groups[name, look].append(values)
        groups["all objects", look].append(values)
    for (name, look), values in sorted(groups.items(), key=lambda item: (item[0][0] == "all objects", item[0])):
        same, before, after = np.array(values).T
        lines.append(
            f"| {name} | {len(values)} | {'yes' if look else 'no'} | {same.mean():.3f} | {np.quantile(same, 0.05):.3f} | "
            f"{before.mean():.3f} | {after.mean():.3f} |")
    return "\n".join(lines) + "\n"


def timed(options):
    """By model, by precision, one (milliseconds, bytes) a round; and the name of the 8-bit instructions."""
    times, level = {}, "?"
    for model in [*options.models, ""]:
        times[model] = {precision: [] for precision in PRECISIONS}
        for _ in range(options.rounds):
            for precision in PRECISIONS:
                ms, peak, level = bench(options.vipsam, model, precision)
                times[model][precision].append((ms, peak))
                print(f"{model or 'default':12} {precision:8} {ms:9.1f} ms", flush=True)
    return times, level


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vipsam", type=lambda text: str(Path(text).resolve()))
    parser.add_argument("data", type=Path, help="photos with true masks, as for vipsam eval")
    parser.add_argument("--models", nargs="*", default=["vit_b", "mobile_sam"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1] / "docs" / "int8.md")
    options = parser.parse_args()
    if options.state and options.state.exists():
        times, level = json.loads(options.state.read_text())
    else:
        times, level = timed(options)
        if options.state:
            options.state.write_text(json.dumps([times, level]))
    results = agreement(options.vipsam, options.data)
    options.out.write_text(page(times, results, level))
    print(options.out)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures a model with `vipsam eval` and writes its figures into docs/quality.md.

    scripts/measure-quality.py VIPSAM FOLDER [--protocols box,point,subject,everything,clicks] [--model FILE]
        [--before RESULTS.json] [--json RESULTS.json] [--out docs/quality.md]

FOLDER holds photos, true masks and manifest.csv. Of the page only what stands between the lines `<!-- measured -->` and
`<!-- end of measured -->` is written, the rest is left alone. `--json` keeps the results, `--before` takes such results
of an earlier model to stand beside the new ones; protocols that are not measured now are taken from `--json` if it is
there and of the same model.
"""

import argparse
import datetime
import json
import pathlib
import platform
import subprocess

BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
TITLES = {
    "box": "A true box", "point": "One click in the middle", "subject": "No prompt: the subject of the photo",
    "everything": "No prompt: everything, at most 200 masks a photo", "clicks": "Clicks, each where the mask before was wrong most",
}
# What the project wants at least.
WANTED = {
    "box": {"coco": 0.72, "weizmann_1obj": 0.87, "grabcut20": 0.87, "pantry": 0.80},
    "point": {"coco": 0.50},
    "subject": {"weizmann_1obj": 0.65, "grabcut20": 0.65},
    "everything": {"coco": 0.45, "pantry": 0.60},
}
# Kinds of objects that are spread over sets: the mean over all their objects, and what is wanted.
POOLED = {
    "box": (("weizmann_1obj", "weizmann_2obj", "grabcut20"), 0.87),
    "subject": (("weizmann_1obj", "grabcut20"), 0.65),
}
COLUMNS = {
    "box": [("IoU", "iou"), ("boundary F", "boundary_f"), ("small", "small"), ("medium", "medium"), ("large", "large")],
    "point": [("surest mask", "iou"), ("best of three", "iou_best_of_three")],
    "subject": [("IoU", "iou"), ("boundary F", "boundary_f")],
    "everything": [("recall at IoU 0.5", "recall"), ("best IoU", "iou"), ("masks a photo", "masks_per_photo")],
    "clicks": [(f"{k + 1}", k) for k in range(5)],
}
# The column that is wanted and held against the model before.
HEADLINE = {"box": "iou", "point": "iou_best_of_three", "subject": "iou", "everything": "recall"}


def main():
    arguments = parse()
    kept = pathlib.Path(arguments.json) if arguments.json else None
    results = json.loads(kept.read_text()) if kept and kept.exists() else {}
    for task in arguments.protocols.split(",") if arguments.protocols else []:
        words = [arguments.vipsam, "eval", arguments.folder, "--protocol", task, "--json", "--quiet", "--no-cache"]
        words += ["--model", arguments.model] if arguments.model else []
        report = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)[0]
        if any(other["digest"] != report["digest"] for other in results.values()):
            results = {}
        results[task] = report
        if kept:
            kept.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    before = json.loads(pathlib.Path(arguments.before).read_text()) if arguments.before else {}
    text = page(results, before)
    out = pathlib.Path(arguments.out)
    old = out.read_text()
    first, rest = old.split(BEGIN + "\n", 1)
    out.write_text(f"{first}{BEGIN}\n{text}{rest[rest.index(END):]}")
    print(text)


def page(results, before):
    digest = next(iter(results.values()))["digest"]
    objects = max(lines(r)[-1]["objects"] for r in results.values())
    text = f"Model `{digest[:16]}…`; {objects} objects; {machine()}, {datetime.date.today()}.\n"
    for task in TITLES:
        if task in results:
            text += "\n" + table(task, results[task], before.get(task))
    return text


def table(task, report, before):
    earlier = {line["set"]: line for line in lines(before)} if before else {}
    wanted, headline = WANTED.get(task, {}), HEADLINE.get(task)
    names = [name for name, key in COLUMNS[task] if any(number(line, key) for line in lines(report))]
    keys = [key for name, key in COLUMNS[task] if name in names]
    head = [TITLES[task], "objects", *names]
    head += [f"{names[keys.index(headline)]}, before"] if earlier and headline in keys else []
    head += ["wanted"] if wanted else []
    rows = []
    for line in lines(report):
        row = [line["set"], str(line["objects"]), *(number(line, key) or "–" for key in keys)]
        if earlier and headline in keys:
            row.append(number(earlier[line["set"]], headline, plain=True) if line["set"] in earlier else "–")
        if wanted:
            row.append(f"{wanted[line['set']]:.2f}" if line["set"] in wanted else "–")
        rows.append(row)
    text = "".join(f"| {' | '.join(row)} |\n" for row in [head, ["---"] * len(head), *rows])
    if task in POOLED:
        names, least = POOLED[task]
        text += f"\n{', '.join(names)} together: {pooled(report, names):.3f} (wanted: {least}).\n"
    predicted = lines(report)[-1].get("predicted_iou")
    if predicted and task != "everything":
        text += "\nPredicted IoU: " + ", ".join(calibration(predicted)) + ".\n"
    return text


def pooled(report, names):
    """Mean IoU over the objects of several sets."""
    rows = [line for line in lines(report) if line["set"] in names]
    return sum(line["iou"]["mean"] * line["objects"] for line in rows) / sum(line["objects"] for line in rows)


def calibration(predicted):
    yield f"off by {predicted['mean_absolute_error']:.2f} on average (wanted for boxes: at most 0.12)"
    yield f"calibration error {predicted['expected_calibration_error']:.2f} (0.07)"
    if predicted.get("auroc") is not None:
        yield f"AUROC for a true IoU below 0.5 {predicted['auroc']:.2f} (at least 0.80)"


def lines(report):
    return report["sets"]


def number(line, key, plain=False):
    """The mean with its interval; an integer key is a click's place in the sequence."""
    value = (line.get("iou_by_click") or [])[key : key + 1] if isinstance(key, int) else line.get(key)
    value = value[0] if isinstance(value, list) and value else value
    if not value:
        return ""
    if not isinstance(value, dict):
        return f"{value:.0f}"
    low, high = f"{value['low']:.2f}", f"{value['high']:.2f}"
    return f"{value['mean']:.2f}" + ("" if plain or value["count"] < 2 else f" ({low}–{high})")


def machine():
    name = platform.processor() or platform.machine()
    try:
        rows = [r.split(":", 1)[1].strip() for r in open("/proc/cpuinfo") if r.startswith("model name")]
        name = f"{rows[0]}, {len(rows)} processors"
    except (OSError, IndexError):
        pass
    return name


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vipsam")
    parser.add_argument("folder")
    parser.add_argument("--protocols", default="box,point,subject,everything,clicks")
    parser.add_argument("--model", default="")
    parser.add_argument("--before", default="")
    parser.add_argument("--json", default="")
    parser.add_argument("--out", default="docs/quality.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()

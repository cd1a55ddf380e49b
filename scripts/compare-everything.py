#!/usr/bin/env python3
"""Compares what `vipsam segment --everything` found with what the official mask generator found.

    vipsam segment FOLDER/picture.png --everything --model FOLDER/model.safetensors -o OUT --json > OUT/result.json
    python3 scripts/compare-everything.py FOLDER OUT/result.json

FOLDER was made by scripts/goldens/everything.py. The same number of masks is expected, in the same order, each pair
with an IoU of at least 0.99. Three allowances, all counted and reported: masks whose scores differ by less than `--tie` may
have changed places; a mask whose score lies within `--tie` of a threshold may be on one side only; and where two masks
with boxes that overlap too much for both differ by less than `--tie`, either may have displaced the other, and what
follows from that one by one: what the one displaces in its turn, and what was displaced by the other only.
Exit code 0 when everything agrees, 1 otherwise. Needs numpy and pillow.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
from PIL import Image


def from_string(segmentation):
    """A mask [height, width] from its run-length string."""
    height, width = segmentation["size"]
    counts, position, text = [], 0, segmentation["counts"]
    while position < len(text):
        value, shift, more = 0, 0, True
        while more:
            code = ord(text[position]) - 48
            value |= (code & 31) << shift
            more = bool(code & 32)
            position += 1
            shift += 5
            if not more and code & 16:
                value |= -1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    flat = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return flat.reshape((width, height)).T


def found_masks(result):
    """Masks, scores and stabilities in the order of the results."""
    data = json.loads(result.read_text())
    masks = []
    for entry in data["results"]:
        candidate = entry["candidates"][0]
        pixels = np.asarray(Image.open(result.parent / candidate["mask"])) > 127
        masks.append((pixels, candidate["predicted_iou"], candidate["stability"]))
    return masks


def iou(one, other):
    union = np.logical_or(one, other).sum()
    return 1.0 if union == 0 else np.logical_and(one, other).sum() / union


def box(mask):
    """x0, y0, x1, y1 of the outermost pixels, as the official code compares boxes."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return columns[0], rows[0], columns[-1], rows[-1]


def box_iou(one, other):
    width = max(0, min(one[2], other[2]) - max(one[0], other[0]))
    height = max(0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)]
    return width * height / max(sum(areas) - width * height, 1)


def following_from_ties(missing, surplus, overlap, tie):
    """Which of the (score, box) on one side only are there because non-maximum suppression decided a tie otherwise."""
    def displaces(one, other):
        return box_iou(one[1], other[1]) > overlap and one[0] > other[0]

    ties = [(m, x) for m in missing for x in surplus
            if abs(missing[m][0] - surplus[x][0]) < tie and box_iou(missing[m][1], surplus[x][1]) > overlap]
    lost, gained = {m for m, _ in ties}, {x for _, x in ties}
    while True:
        more_gained = {x for x in surplus if any(displaces(missing[m], surplus[x]) for m in lost)} - gained
        more_lost = {m for m in missing if any(displaces(surplus[x], missing[m]) for x in gained)} - lost
        if not more_gained and not more_lost:
            return len(ties), lost, gained
        gained |= more_gained
        lost |= more_lost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("result", type=pathlib.Path)
    parser.add_argument("--tie", type=float, default=2e-5, help="difference of scores that is rounding")
    parser.add_argument("--iou", type=float, default=0.99)
    arguments = parser.parse_args()
    expected = json.loads((arguments.folder / "expected.json").read_text())
    settings, records = expected["settings"], expected["records"]
    found = found_masks(arguments.result)
    print(f"expected {len(records)} masks, found {len(found)}")

    free = list(range(len(found)))
    ious, order, differences, missing = [], [], [], []
    for number, record in enumerate(records):
        mask = from_string(record["segmentation"])
        assert mask.sum() == record["area"], "the expected file contradicts itself"
        near = [i for i in free if abs(found[i][1] - record["predicted_iou"]) < max(arguments.tie, 1e-3)]
        best = max(near, key=lambda i: iou(mask, found[i][0]), default=None)
        if best is None or iou(mask, found[best][0]) < arguments.iou:
            missing.append(number)
            continue
        order.append(best)
        free.remove(best)
        ious.append(iou(mask, found[best][0]))
        differences.append((abs(found[best][1] - record["predicted_iou"]),
                            abs(found[best][2] - record["stability_score"])))

    def at_threshold(score, stability):
        return (abs(score - settings["pred_iou_thresh"]) < arguments.tie
                or abs(stability - settings["stability_score_thresh"]) < 1e-3)

    excused = {n for n in missing if at_threshold(records[n]["predicted_iou"], records[n]["stability_score"])}
    excused_found = {i for i in free if at_threshold(found[i][1], found[i][2])}
    swaps, lost, gained = following_from_ties(
        {n: (records[n]["predicted_iou"], box(from_string(records[n]["segmentation"]))) for n in missing},
        {i: (found[i][1], box(found[i][0])) for i in free}, settings.get("box_nms_thresh", 0.7), arguments.tie)
    unordered = sum(
        later[1] > earlier[1] + arguments.tie for earlier, later in zip(found, found[1:]))
    moved = sum(later < earlier for earlier, later in zip(order, order[1:]))
    if ious:
        identical = sum(value == 1.0 for value in ious)
        print(f"matched {len(ious)}: lowest IoU {min(ious):.5f}, {identical} identical to the pixel")
        print(f"largest difference of scores {max(d[0] for d in differences):.2e}, "
              f"of stabilities {max(d[1] for d in differences):.2e}")
    print(f"changed places: {moved}; missing: {len(missing)} ({len(excused)} at a threshold, {len(lost)} after "
          f"{swaps} ties); too many: {len(free)} ({len(excused_found)} at a threshold, {len(gained)} after ties); "
          f"out of order: {unordered}")
    ties = sum(
        abs(a["predicted_iou"] - b["predicted_iou"]) < arguments.tie for a, b in zip(records, records[1:]))
    agree = (excused | lost == set(missing) and excused_found | gained == set(free) and unordered == 0
             and moved <= ties)
    print("agrees" if agree else "DIFFERS")
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()

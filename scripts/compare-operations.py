#!/usr/bin/env python3
"""vipsam's operations beside OpenCV, ImageMagick and plain arithmetic, where they do the same thing.

    scripts/compare-operations.py VIPSAM [--out docs/comparison.md] [--keep FOLDER] [--only WORD]

Makes small pictures and masks, runs each operation through a recipe, computes the same with somebody else's code from
what the operation says that it does, and writes the differences (in grey levels of 255) as a table. A row has a tolerance
with its reason; the script ends with 1 where one is exceeded. Rows that are named "as stated" follow the words of the
operation's doc comment step by step; others ask what a user would expect.

Needs numpy, SciPy, OpenCV and ImageMagick's `convert`; `refine-mask` is compared where OpenCV has `ximgproc` (its contrib modules).
"""

import argparse
import datetime
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np
import scipy

from comparison.case import MODEL, Row
from comparison.inputs import HEIGHT, Inputs, WIDTH, read, write
from comparison.rows import cases



def recipe(case):
    steps = case.steps
    last = "- save: result.png\n"
    if case.saved != "image":
        steps, last = steps + "  as: made\n", "- save: {mask: made, to: result.png}\n"
    body = "".join(f"  {line}\n" for line in (steps + last).splitlines())
    return f"vipsam: 1\ninput: {{files: '*.png', work-size: {case.work_size}}}\nsteps:\n{body}"


def run(vipsam, case, inputs):
    (inputs.folder / "recipe.yaml").write_text(recipe(case))
    words = [vipsam, "run", "recipe.yaml", f"{case.photo}.png", "-o", "out", "-q", "--no-cache"]
    if "segment" in case.steps:
        words += ["--model", str(MODEL)]
    done = subprocess.run(words, cwd=inputs.folder, capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.strip().splitlines()[0] if done.stderr.strip() else f"exit code {done.returncode}"
    return read(inputs.folder / "out" / "result.png")


def differences(case, found, wanted):
    if case.saved == "shape":
        return shape_differences(found, wanted, case.around)
    difference = np.abs(found - wanted)
    if found.shape[-1] == 4 and found.ndim == 3:
        # what cannot be seen does not count
        difference[..., :3] *= np.minimum(found[..., 3:], wanted[..., 3:]) / 255
    return difference


def shape_differences(found, wanted, around):
    """On or off; what differs only within so many pixels of the contour is left out."""
    difference = np.abs((found > 127) * 255.0 - (wanted > 127) * 255.0)
    if around:
        shape = (wanted > 127).astype(np.uint8)
        square = np.ones((2 * int(around) + 1,) * 2, np.uint8)
        difference[cv2.dilate(shape, square) != cv2.erode(shape, square)] = 0
    return difference


def compared(vipsam, case, inputs):
    found = run(vipsam, case, inputs)
    if isinstance(found, str):
        return Row(case, None, None, found), None, None
    wanted = np.asarray(case.expected(inputs), np.float64)
    if found.shape != wanted.shape:
        return Row(case, None, None, f"{shape_text(found)}, not {shape_text(wanted)}"), found, wanted
    difference = differences(case, found, wanted)
    if case.part:
        difference = difference[case.part(inputs)]
    inner = difference
    if case.inner:
        inner = difference[case.inner:-case.inner, case.inner:-case.inner]
    return Row(case, float(inner.max()), float(difference.mean()), outer=float(difference.max())), found, wanted


def shape_text(array):
    bands = array.shape[2] if array.ndim == 3 else 1
    return f"{array.shape[1]} × {array.shape[0]} with {bands} band{'s' if bands > 1 else ''}"


def keep_pictures(folder, name, **pictures):
    for kind, array in pictures.items():
        if array is not None:
            write(folder / f"{name}-{kind}.png", np.clip(array, 0, 255).round().astype(np.uint8))


def compare(vipsam, inputs, keep, only):
    rows = []
    for number, case in enumerate(cases()):
        if only not in case.operation:
            continue
        row, found, wanted = compared(vipsam, case, inputs)
        rows.append(row)
        print(table_row(row), flush=True)
        if keep:
            keep_pictures(keep, f"{number:02}-{case.operation}", ours=found, peer=wanted)
    return rows


def version(*words):
    return subprocess.run(words, capture_output=True, text=True).stdout


def processor():
    names = [x.split(":")[1].strip() for x in open("/proc/cpuinfo") if x.startswith("model name")]
    return names[0] if names else "unknown processor"


def versions(vipsam):
    doctor = dict(x.split(maxsplit=1) for x in version(vipsam, "doctor").splitlines() if len(x.split()) > 1)
    written = datetime.datetime.fromtimestamp(pathlib.Path(vipsam).stat().st_mtime, datetime.timezone.utc)
    return (f"vipsam {doctor.get('vipsam', '?')} (a file of {written:%Y-%m-%d %H:%M} UTC), "
            f"libvips {doctor.get('libvips', '?')}, OpenCV {cv2.__version__}, "
            f"numpy {np.__version__}, SciPy {scipy.__version__}, ImageMagick {version('convert', '-version').split()[2]}")


HEAD = [
    "| operation | parameters | beside | largest difference | mean | allowed | what remains |", "|---|---|---|---|---|---|---|"]


def table_row(row):
    case = row.case
    found = f"{row.note} | –" if row.greatest is None else f"{row.greatest:.2f} | {row.mean:.3f}"
    word = "**no longer**; " if case.differs and row.failed else "**exceeded**; " if row.failed else ""
    reason = word + ("differs, as is known: " if case.differs else "") + case.reason
    room = f"; contours may differ by {case.around:g} pixel" if case.around else ""
    if case.inner:
        room += f"; {case.inner} pixels at the border are left out, where it is up to {row.outer:.2f}"
    return f"| `{case.operation}` | {case.parameters} | {case.peer} | {found} | {case.tolerance:g} | {reason}{room} |"


def page(rows, vipsam):
    failed = sum(row.failed for row in rows)
    return "\n".join([
        "# Operations beside others", "", "Written by `scripts/compare-operations.py`; do not edit.", "",
        f"{datetime.date.today()}: {processor()}; {versions(vipsam)}. Pictures of {WIDTH} × {HEIGHT} with gradients, edges and "
        "grain. Differences in grey levels (of 255), over all pixels and bands; colours count by their alpha. “As stated” "
        "rows follow the doc comment of the operation step by step, with other code. “On or off”: masks cut at one half, so "
        "a single pixel is a difference of 255.", "",
        f"{len(rows)} rows, {failed} of them not as expected; in {sum(row.case.differs for row in rows)} the other is known "
        "to do something else.", "", *HEAD, *map(table_row, rows)]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vipsam", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, help="write the page here")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the pictures, ours and theirs")
    parser.add_argument("--only", default="", help="only operations with this in their name")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    vipsam = str(arguments.vipsam.resolve())
    if not hasattr(cv2, "ximgproc"):
        print("this OpenCV has no ximgproc: refine-mask is left out", file=sys.stderr)
    print("\n".join(HEAD))
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(vipsam, Inputs(pathlib.Path(folder)), arguments.keep, arguments.only)
    if arguments.out:
        arguments.out.write_text(page(rows, vipsam))
    sys.exit(1 if any(row.failed for row in rows) else 0)


if __name__ == "__main__":
    main()

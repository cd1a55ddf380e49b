"""Adds the sets `pets` and `sod` to a folder of training data.

    python -m vipsam_train.gather DATA OUT --sod CLONE --pets CLONE [--pets CLONE]

OUT gets links to what is in DATA, the new pictures and a manifest with both. The clones are of public repositories:
SOD's masks are in `ArcherFMY/sal_eval_toolbox` (tools/GroundTruth/SOD); photos and trimaps of Oxford-IIIT Pet are in
`Naveen-Dodda/Sample_Pets_dataset` (annotations/trimaps, images) and `simonhansen1999/PetClassification` (data/…).
"""
from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np

from .prepare import shrink

SIDE = 384
LEAST_PART = 0.002
COLUMNS = ["set", "image", "mask", "regions", "width", "height", "licence"]


def main() -> None:
    arguments = parse()
    data, out = Path(arguments.data).resolve(), Path(arguments.out)
    (out / "train").mkdir(parents=True, exist_ok=True)
    links = [p for p in data.iterdir() if p.name != "train"] + [p for p in (data / "train").iterdir() if p.is_dir()]
    for path in links:
        link = out / path.relative_to(data)
        if not link.exists():
            link.symlink_to(path)
    rows = list(csv.DictReader(open(data / "train" / "manifest.csv")))
    rows += sod(rows, data, out, Path(arguments.sod)) if arguments.sod else []
    for clone in arguments.pets:
        rows += pets(out, Path(clone), {row["image"] for row in rows})
    with open(out / "train" / "manifest.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    print({name: sum(row["set"] == name for row in rows) for name in ("sod", "pets")})


def sod(rows: list[dict], data: Path, out: Path, clone: Path) -> list[dict]:
    """Salient objects of the photos of BSDS500 that `rows` has: a region for each connected part that is not tiny."""
    (out / "train" / "sod").mkdir(exist_ok=True)
    found = []
    for row in (row for row in rows if row["set"] == "bsds500"):
        name = Path(row["image"]).stem
        drawn = clone / "tools" / "GroundTruth" / "SOD" / f"{name}.png"
        if not drawn.exists():
            continue
        mask = cv2.imread(str(drawn), cv2.IMREAD_GRAYSCALE)
        size = (int(row["width"]), int(row["height"]))
        salient = cv2.resize(mask, size, interpolation=cv2.INTER_AREA) >= 128
        _, parts, facts, _ = cv2.connectedComponentsWithStats(salient.astype(np.uint8))
        kept = [k for k in range(1, len(facts)) if facts[k, cv2.CC_STAT_AREA] >= LEAST_PART * salient.size]
        labels = np.zeros(salient.shape, np.uint8)
        for region, part in enumerate(kept, 1):
            labels[parts == part] = region
        if kept:
            path = f"train/sod/{name}.png"
            cv2.imwrite(str(out / path), labels)
            found.append({**row, "set": "sod", "mask": path, "regions": len(kept), "licence": "U: masks without terms"})
    return found


def pets(out: Path, clone: Path, known: set[str]) -> list[dict]:
    """Cats and dogs. A trimap's undecided band (3) goes to the animal (1) or the ground (2), whichever is nearer."""
    (out / "train" / "pets").mkdir(exist_ok=True)
    found = []
    for path in sorted(clone.rglob("annotations/trimaps/*.png")):
        photo = path.parents[2] / "images" / f"{path.stem}.jpg"
        name = f"train/pets/{path.stem}"
        if not photo.exists() or f"{name}.jpg" in known:
            continue
        image, trimap = cv2.imread(str(photo), cv2.IMREAD_COLOR), cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if image is None or trimap is None or image.shape[:2] != trimap.shape:
            continue
        to_animal, to_ground = (cv2.distanceTransform((trimap != k).astype(np.uint8), cv2.DIST_L2, 5) for k in (1, 2))
        labels = shrink((to_animal <= to_ground).astype(np.uint8), SIDE, cv2.INTER_NEAREST)
        image = shrink(image, SIDE, cv2.INTER_AREA)
        cv2.imwrite(str(out / f"{name}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 95])
        cv2.imwrite(str(out / f"{name}.png"), labels)
        found.append({"set": "pets", "image": f"{name}.jpg", "mask": f"{name}.png", "regions": 1,
                      "width": image.shape[1], "height": image.shape[0], "licence": "SA: CC BY-SA 4.0"})
    return found


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("out")
    parser.add_argument("--sod", default="", help="clone with SOD's masks")
    parser.add_argument("--pets", action="append", default=[], help="clone with photos and trimaps of pets")
    return parser.parse_args()


if __name__ == "__main__":
    main()

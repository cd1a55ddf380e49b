"""Packs photos with regions, cut-outs and backgrounds into one file for training.

    python -m vipsam_train.prepare DATA OUT.pack [--side 384] [--quality 92] [--licences P,SA]
        [--limit-mb 55] [--backgrounds 150]

DATA holds train/manifest.csv (set, image, mask, regions, width, height, licence), cutouts/ (pictures with alpha),
photos/ (backgrounds) and eval-dev/ (only to leave out training photos that look like one of it).
"""
from __future__ import annotations

import argparse
import csv
import random
from pathlib import Path

import cv2
import numpy as np

from .fingerprint import fingerprint, is_known
from .pack import PackWriter

LICENCES = "P,SA,R,U"
INDEX_BYTES = 200


def main() -> None:
    arguments = parse()
    data = Path(arguments.data)
    allowed = set(arguments.licences.split(","))
    known = known_fingerprints(data / "eval-dev")
    writer = PackWriter(arguments.out)
    counts: dict[str, int] = {}
    for path in sorted((data / "cutouts").rglob("*")):
        if path.suffix in (".png", ".webp") and "P" in allowed:
            cut = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            if cut is None or cut.ndim != 3 or cut.shape[2] != 4:
                continue
            cut = shrink(cut, min(arguments.side, 160), cv2.INTER_AREA)
            writer.add({"image": webp(cut, arguments.quality)}, kind="cutout", set=path.parent.name)
            counts["cutouts"] = counts.get("cutouts", 0) + 1
    pictures = [p for p in sorted((data / "photos").rglob("*")) if p.suffix in (".jpg", ".png")]
    random.Random(1).shuffle(pictures)
    for path in pictures[: arguments.backgrounds]:
        image = shrink(read_rgb(path), arguments.side, cv2.INTER_AREA)
        writer.add({"image": jpeg(image, arguments.quality)}, kind="background", set=path.parent.name)
        counts["backgrounds"] = counts.get("backgrounds", 0) + 1
    rows = list(csv.DictReader(open(data / "train" / "manifest.csv")))
    random.Random(0).shuffle(rows)
    left_out = []
    for row in rows:
        full = writer.file.tell() + INDEX_BYTES * len(rows) > arguments.limit_mb * 1e6
        if licence_class(row["licence"]) not in allowed or full:
            continue
        image = read_rgb(data / row["image"])
        if is_known(fingerprint(image), known):
            left_out.append(row["image"])
            continue
        labels = cv2.imread(str(data / row["mask"]), cv2.IMREAD_UNCHANGED)
        blobs = {
            "image": jpeg(shrink(image, arguments.side, cv2.INTER_AREA), arguments.quality),
            "labels": png(shrink(labels, arguments.side, cv2.INTER_NEAREST)),
        }
        writer.add(blobs, kind="photo", set=row["set"])
        counts[row["set"]] = counts.get(row["set"], 0) + 1
    size = writer.close()
    print(f"{size / 1e6:.1f} MB", counts)
    print(f"left out {len(left_out)} photos that look like one of the evaluation's:", *left_out)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("out")
    parser.add_argument("--side", type=int, default=384, help="longer side in pixels")
    parser.add_argument("--quality", type=int, default=92, help="JPEG and WebP quality")
    parser.add_argument("--licences", default=LICENCES, help="classes of terms to train on")
    parser.add_argument("--backgrounds", type=int, default=10**9, help="at most so many of the photos without regions")
    parser.add_argument("--limit-mb", type=float, default=1e6, help="stop adding photos near this size")
    return parser.parse_args()


def licence_class(text: str) -> str:
    """P, SA, R or U: what stands before the colon."""
    return text.split(":")[0].strip().rstrip("*")


def known_fingerprints(folder: Path) -> np.ndarray:
    paths = sorted(folder.glob("*/images/*")) if folder.exists() else []
    return np.array([fingerprint(read_rgb(p)) for p in paths])


def read_rgb(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def shrink(picture: np.ndarray, side: int, interpolation: int) -> np.ndarray:
    """Longer side at most `side`."""
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return cv2.resize(picture, size, interpolation=interpolation)


def jpeg(image: np.ndarray, quality: int) -> bytes:
    flags = [cv2.IMWRITE_JPEG_QUALITY, quality]
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), flags)[1].tobytes()


def png(labels: np.ndarray) -> bytes:
    return cv2.imencode(".png", labels, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()


def webp(cut: np.ndarray, quality: int) -> bytes:
    return cv2.imencode(".webp", cut, [cv2.IMWRITE_WEBP_QUALITY, quality])[1].tobytes()


if __name__ == "__main__":
    main()

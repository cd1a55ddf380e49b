"""Fits predicted IoU and chooses the thresholds for everything, on training photos.

    python -m vipsam_train.calibrate MODEL PHOTOS.pack OUT.json [--photos 160] [--grid-photos 40]

Predicted IoU is fitted by one slope and offset (least squares), which `export` folds into the last layer of the IoU
head. Thresholds: the pair with the best mean of recall at IoU 0.5 and of the share of masks that fit a region.
"""
from __future__ import annotations

import argparse
import json

import cv2
import numpy as np
import torch
from torchvision.ops import nms

from .calibration import measures
from .closer_look import CloserLook
from .dataset import MIN_AREA, MIXTURE, bounds
from .everything import Generator, box
from .model_file import open_model
from .pack import Pack
from .predictor import Predictor
from .truth import centre, iou

REGIONS = 3
SLOPES = (0.5, 1.5)
PRED_IOU = np.arange(0.10, 0.71, 0.05)
STABILITY = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
NATURAL = ("coco_nc", "coco_cc", "pantry", "cats", "msrc_v2")


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    model, _ = open_model(arguments.model)
    predictor = Predictor(model)
    pack = Pack(arguments.pack)
    rng = np.random.default_rng(0)
    pairs = collect(predictor, choose(pack, MIXTURE, arguments.photos, rng), pack, rng)
    slope, offset = line(np.concatenate([v for v in pairs.values()]))
    result = {"slope": [slope] * 4, "offset": [offset] * 4}
    for kind, v in pairs.items():
        fitted = np.column_stack([v[:, 0] * slope + offset, v[:, 1]])
        print(kind, "before", rounded(measures(v)), "after", rounded(measures(fitted)))
    with torch.no_grad():
        last = model.mask_decoder.iou_prediction_head.layers[-1]
        last.weight.mul_(slope)
        last.bias.mul_(slope).add_(offset)
    photos = choose(pack, {k: 1 for k in NATURAL}, arguments.grid_photos, rng)
    result.update(thresholds(predictor, photos, pack, arguments.side))
    with open(arguments.out, "w") as file:
        json.dump(result, file, indent=1)
    print(result)


def choose(pack: Pack, mixture: dict[str, float], count: int, rng) -> list[dict]:
    """Photos drawn by the mixture of training."""
    by_set: dict[str, list[dict]] = {}
    for entry in pack.entries:
        if entry["kind"] == "photo" and entry["set"] in mixture:
            by_set.setdefault(entry["set"], []).append(entry)
    names = sorted(by_set)
    chance = np.array([mixture[n] for n in names])
    drawn = rng.choice(len(names), count, p=chance / chance.sum())
    return [by_set[names[k]][rng.integers(len(by_set[names[k]]))] for k in drawn]


def regions(labels) -> list[np.ndarray]:
    """Boolean masks of the regions that are not tiny and not nearly everything."""
    ids, areas = np.unique(labels, return_counts=True)
    return [labels == i for i, a in zip(ids, areas) if i > 0 and MIN_AREA * 2 <= a < 0.8 * labels.size]


def collect(predictor, photos, pack: Pack, rng) -> dict[str, np.ndarray]:
    """Predicted and true IoU of the best of three: boxes with the closer look, clicks in the full frame."""
    closer = CloserLook(predictor.model)
    pairs: dict[str, list[tuple[float, float]]] = {"box": [], "click": []}
    for entry in photos:
        found = regions(pack.labels(entry))
        if not found:
            continue
        found = [found[k] for k in rng.permutation(len(found))[:REGIONS]]
        image = pack.image(entry)
        predictor.set_image(image)
        points = np.array([[centre(m)] for m in found])
        clicks = zip(*predictor.logits(points, np.ones(points.shape[:2], int)))
        for truth, (four, guess) in zip(found, clicks):
            best = 1 + int(guess[1:].argmax())
            mask = (predictor.full(four[None, best]) > 0).numpy()
            pairs["click"].append((float(guess[best]), float(iou(mask, truth)[0])))
            mask, predicted = closer.at(image, predictor, bounds(truth))
            pairs["box"].append((predicted, float(iou(mask[None], truth)[0])))
    return {kind: np.array(v) for kind, v in pairs.items()}


def line(pairs: np.ndarray) -> tuple[float, float]:
    """Least-squares slope, held within limits, and offset."""
    x, y = pairs[:, 0], pairs[:, 1]
    slope = float(np.clip(np.cov(x, y)[0, 1] / max(x.var(), 1e-6), *SLOPES))
    return slope, float(y.mean() - slope * x.mean())


def thresholds(predictor, photos, pack: Pack, side: int) -> dict[str, float]:
    """Best pair over the grids, with what it reaches."""
    table = np.zeros((len(PRED_IOU), len(STABILITY), 3))
    generator = Generator(predictor, 0, 0, side)
    for entry in photos:
        truths = regions(pack.labels(entry))
        if not truths:
            continue
        predictor.set_image(pack.image(entry))
        logits, predicted, stability = generator.candidates()
        masks = generator.valid(logits) > 0
        some = masks.flatten(1).any(1) & (predicted > PRED_IOU[0]) & (stability >= STABILITY[0])
        logits, predicted, stability, masks = logits[some], predicted[some], stability[some], masks[some]
        if not len(masks):
            continue
        boxes = torch.stack([box(m) for m in masks])
        small = [shrunk(predictor, t, masks.shape[1:]) for t in truths]
        overlap = np.stack([iou(masks.numpy(), t) for t in small], 1)
        for i, low in enumerate(PRED_IOU):
            for j, firm in enumerate(STABILITY):
                keep = ((predicted > low) & (stability >= firm)).nonzero()[:, 0]
                kept = keep[nms(boxes[keep], predicted[keep], 0.7)][: generator.most].numpy()
                best = overlap[kept].max(0) if len(kept) else np.zeros(len(small))
                fit = (overlap[kept].max(1) >= 0.5).mean() if len(kept) else 0.0
                table[i, j] += [(best >= 0.5).mean() / len(photos), fit / len(photos), len(kept) / len(photos)]
    score = table[..., 0] + 0.25 * table[..., 1]
    i, j = np.unravel_index(score.argmax(), score.shape)
    for row, low in enumerate(PRED_IOU):
        print(f"{low:.2f}", " ".join(f"{r:.2f}/{f:.2f}/{n:3.0f}" for r, f, n in table[row]))
    return {
        "pred_iou_thresh": round(float(PRED_IOU[i]), 2), "stability_score_thresh": float(STABILITY[j]),
        "recall": float(table[i, j, 0]), "fitting": float(table[i, j, 1]), "masks": float(table[i, j, 2]),
    }


def shrunk(predictor, truth, shape) -> np.ndarray:
    """A mask of the photo on the cells of the valid part of the logits."""
    side, (height, width) = predictor.side, predictor.inner
    padded = np.zeros((side, side), np.uint8)
    padded[:height, :width] = cv2.resize(truth.astype(np.uint8) * 255, (width, height), interpolation=cv2.INTER_AREA)
    m = predictor.model.config.mask_size
    return cv2.resize(padded, (m, m), interpolation=cv2.INTER_AREA)[: shape[0], : shape[1]] >= 128


def rounded(values: dict[str, float]) -> dict[str, float]:
    return {k: round(v, 3) for k, v in values.items()}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("pack")
    parser.add_argument("out")
    parser.add_argument("--photos", type=int, default=160)
    parser.add_argument("--grid-photos", type=int, default=40)
    parser.add_argument("--side", type=int, default=32, help="points along a side of the grid")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Measures a graph cut over the photo's own colours with the network's logits as prior.

    python -m vipsam_train.graphcut MODEL FOLDER [--instances 40] [--every 1]

Box prompts, mask 0. Compares: the box, the colours alone (started from the box), the network, and the cut with
the network as prior, plain and gated by predicted IoU.
"""
from __future__ import annotations

import argparse

import cv2
import numpy as np
import torch

from .model_file import open_model
from .predictor import Predictor
from .truth import iou, photos

SIDE = 320
SURE = 0.96
ROUNDS = 3


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    model, _ = open_model(arguments.model)
    predictor = Predictor(model)
    rows: dict[str, list[list[float]]] = {}
    for kind, image, objects, ignore in photos(arguments.folder, None, arguments.every):
        if len(rows.get(kind, [])) >= arguments.instances:
            continue
        predictor.set_image(image)
        logits, predicted = predictor.logits(boxes=np.array([b for _, b in objects]))
        scale = min(1.0, SIDE / max(image.shape[:2]))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for (truth, box), four, guess in list(zip(objects, logits, predicted))[: 12]:
            full = predictor.full(four[:1])[0].numpy()
            drawn = full > 0
            p = 1 / (1 + np.exp(-cv2.resize(full, small.shape[1::-1], interpolation=cv2.INTER_LINEAR)))
            inside = np.zeros(truth.shape, bool)
            x0, y0, x1, y1 = box.astype(int)
            inside[y0:y1, x0:x1] = True
            small_box = cv2.resize(inside.astype(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
            colours = grown(cut_from_box(small, small_box), truth.shape)
            prior = grown(cut_from_prior(small, p, small_box), truth.shape)
            agree = iou(prior[None], drawn)[0]
            values = [iou(m[None], truth, ignore)[0] for m in (inside, colours, drawn, prior)]
            rows.setdefault(kind, []).append([*values, float(guess[0]), agree])
    print(f"{'':16} {'n':>4} {'box':>7} {'colours':>7} {'net':>7} {'cut':>7}  gated by agreement 0.5 0.6 0.7 0.8")
    gates = (0.5, 0.6, 0.7, 0.8)
    means = []
    for kind, values in rows.items():
        v = np.array(values)
        gated = [np.where(v[:, 5] >= g, v[:, 3], v[:, 2]).mean() for g in gates]
        means.append([*v[:, :4].mean(0), *gated])
        print(f"{kind:16} {len(v):4d} " + " ".join(f"{x:7.3f}" for x in means[-1]))
    print(f"{'mean of sets':21} " + " ".join(f"{x:7.3f}" for x in np.mean(means, 0)))
    every = np.concatenate([np.array(v) for v in rows.values()])
    weight = np.concatenate([np.full(len(v), 1 / len(v)) for v in rows.values()])
    for low in np.arange(0.2, 1.0, 0.1):
        chosen = (every[:, 4] >= low) & (every[:, 4] < low + 0.1)
        if chosen.sum() > 5:
            w = weight[chosen] / weight[chosen].sum()
            print(f"predicted {low:.1f}..{low + 0.1:.1f}: n {chosen.sum():4d} net {w @ every[chosen, 2]:.3f} "
                  f"cut {w @ every[chosen, 3]:.3f}")
    np.save(arguments.out, every) if arguments.out else None


def cut_from_box(image, inside):
    """GrabCut as OpenCV starts it from a box."""
    return cut(image, np.where(inside, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8))


def cut_from_prior(image, p, inside):
    """Sure where the network is sure, free elsewhere; nothing outside the widened box."""
    near = cv2.dilate(inside.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    start = np.where(p > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    start[p > SURE] = cv2.GC_FGD
    start[(p < 1 - SURE) | ~near] = cv2.GC_BGD
    return cut(image, start)


def cut(image, start):
    foreground = (start == cv2.GC_FGD) | (start == cv2.GC_PR_FGD)
    if foreground.sum() < 10 or (~foreground).sum() < 10:
        return foreground
    mask = start.copy()
    try:
        cv2.grabCut(np.ascontiguousarray(image[..., ::-1]), mask, None, np.zeros((1, 65)), np.zeros((1, 65)),
                    ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:
        return foreground
    return (mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)


def grown(mask, shape):
    """Back to the photo's size: threshold of the linearly enlarged mask."""
    return cv2.resize(mask.astype(np.float32), shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("folder")
    parser.add_argument("--instances", type=int, default=40, help="of a set")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", default="", help="file for the single values")
    return parser.parse_args()


if __name__ == "__main__":
    main()

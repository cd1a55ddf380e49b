"""Endless stream of training samples: a picture, several regions of it and a first prompt for each."""
from __future__ import annotations

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from .augment import place, recolour
from .config import Config
from .pack import Pack
from .synthetic import Composer

MIXTURE = {
    "coco_nc": 0.20, "coco_cc": 0.07, "msrc_v2": 0.14, "pantry": 0.11, "bsds500": 0.10, "cats": 0.07,
    "human290": 0.05, "ccp": 0.05, "car_parts": 0.04, "labelmefacade": 0.05, "camvid": 0.04, "trashcan": 0.03,
    "cwfid": 0.02, "nuclei": 0.03,
}
PARTITIONS = {"bsds500", "msrc_v2", "ccp", "car_parts", "labelmefacade", "camvid"}
ONE_SUBJECT = {"human290", "ccp", "car_parts", "cats", "pets", "sod"}
MIN_AREA = 24
FOCUS = 0.6
BOX_NOISE = 0.1
BOX_NOISE_CAP = 20 / 1024


class Samples(IterableDataset):
    """Yields dictionaries of tensors; every worker draws its own random stream."""

    def __init__(self, path: str, config: Config, salt: int = 0):
        self.path, self.config, self.salt = path, config, salt

    def __iter__(self):
        worker = get_worker_info()
        seed = [self.config.train.seed, self.salt, worker.id if worker else 0]
        rng = np.random.default_rng(seed)
        cv2.setNumThreads(1)
        pack = Pack(self.path)
        by_set: dict[str, list[dict]] = {}
        for entry in pack.entries:
            if entry["kind"] == "photo":
                by_set.setdefault(entry["set"], []).append(entry)
        mixture = self.config.train.mixture or MIXTURE
        names = [n for n in mixture if n in by_set]
        weights = np.array([mixture[n] for n in names])
        weights /= weights.sum()
        composer = Composer(pack, max(288, self.config.model.image_size))
        while True:
            if rng.random() < self.config.train.synthetic:
                image, labels, single = composer.compose(rng)
                name = "single" if single else "synthetic"
            else:
                name = names[rng.choice(len(names), p=weights)]
                entry = by_set[name][rng.integers(len(by_set[name]))]
                image, labels = pack.image(entry), pack.labels(entry)
            sample = self.sample(image, labels, name, rng)
            if sample is not None:
                yield sample

    def sample(self, image, labels, name: str, rng):
        """One training sample, or None when no region is left."""
        model, train = self.config.model, self.config.train
        side, m = model.image_size, model.mask_size
        subject_labels = labels
        near, focus = self.focus(labels, rng) if rng.random() < FOCUS else (0, None)
        image, labels, size = place(image, subject_labels, side, rng, focus)
        image = recolour(image, rng)
        ids, areas = np.unique(labels, return_counts=True)
        keep = (ids > 0) & (areas >= MIN_AREA) & (areas < 0.9 * size[0] * size[1])
        ids, areas = ids[keep], areas[keep]
        if not len(ids):
            return None
        chance = areas.astype(np.float64) ** 0.25
        chosen = rng.choice(ids, min(train.prompts, len(ids)), replace=False, p=chance / chance.sum())
        if near in ids:
            chosen = [near, *(i for i in chosen if i != near)][: train.prompts]
        masks = [labels == i for i in chosen]
        if name in PARTITIONS:
            masks = [self.union(labels, k, rng) if rng.random() < 0.15 else k for k in masks]
        if near in ids:
            masks = masks[:1] + masks[: train.prompts - 1]
        while len(masks) < train.prompts:
            masks.append(masks[rng.integers(len(masks))])
        boxes = np.array([noisy_box(k, size, side, rng) for k in masks], np.float32)
        clicks = np.array([interior_point(k, rng) for k in masks], np.float32)
        targets = np.array([cv2.resize(k.astype(np.uint8) * 255, (m, m), interpolation=cv2.INTER_AREA) for k in masks])
        subject, known = self.subject(labels, name, size, focus)
        subject = cv2.resize(subject.astype(np.uint8) * 255, (m, m), interpolation=cv2.INTER_AREA)
        return {
            "image": torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))),
            "size": torch.tensor(size),
            "target": torch.from_numpy(targets),
            "box": torch.from_numpy(boxes),
            "click": torch.from_numpy(clicks),
            "subject": torch.from_numpy(subject),
            "has_subject": torch.tensor(known),
        }

    def focus(self, labels, rng):
        """A random region, small ones as likely as large ones: its id and box."""
        ids = np.unique(labels)
        ids = ids[ids > 0]
        if not len(ids):
            return 0, None
        chosen = ids[rng.integers(len(ids))]
        return chosen, bounds(labels == chosen)

    def union(self, labels, mask, rng):
        """The mask with one or two regions that touch it."""
        for _ in range(int(rng.integers(1, 3))):
            ring = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
            around = np.unique(labels[ring & ~mask])
            around = around[around > 0]
            if not len(around):
                break
            wider = mask | (labels == around[rng.integers(len(around))])
            if wider.mean() > 0.8:
                break
            mask = wider
        return mask

    def subject(self, labels, name: str, size, focus):
        """What the picture is of, where that is clear."""
        nothing = np.zeros(labels.shape, bool)
        if focus is not None:
            return nothing, False
        area = size[0] * size[1]
        if name == "single":
            mask = labels == 1
        elif name in ONE_SUBJECT:
            mask = labels > 0
        elif name in ("coco_nc", "coco_cc", "msrc_v2", "pantry"):
            mask = dominant(labels, size)
        else:
            return nothing, False
        share = mask.sum() / area
        return (mask, True) if 0.04 < share < 0.75 else (nothing, False)


def dominant(labels, size):
    """The one large region that hardly touches the picture's edge; empty when there is none or several."""
    ids, areas = np.unique(labels, return_counts=True)
    height, width = size
    good = []
    for i, area in zip(ids, areas):
        if i == 0 or area < 0.05 * height * width:
            continue
        mask = labels == i
        x0, y0, x1, y1 = bounds(mask)
        touching = (x0 <= 1) + (y0 <= 1) + (x1 >= width - 1) + (y1 >= height - 1)
        if touching <= 1 and abs((x0 + x1) / 2 / width - 0.5) < 0.25:
            good.append((area, i))
    good.sort(reverse=True)
    if not good or (len(good) > 1 and good[1][0] > 0.4 * good[0][0]):
        return np.zeros(labels.shape, bool)
    return labels == good[0][1]


def bounds(mask) -> np.ndarray:
    """x0, y0, x1, y1 with exclusive ends."""
    x = np.flatnonzero(mask.any(axis=0))
    y = np.flatnonzero(mask.any(axis=1))
    return np.array([x[0], y[0], x[-1] + 1, y[-1] + 1], np.float32)


def noisy_box(mask, size, side: int, rng) -> np.ndarray:
    """Tight box, in half of the cases moved by noise of up to a tenth of its sides."""
    box = bounds(mask)
    if rng.random() < 0.35:
        return box
    sides = np.array([box[2] - box[0], box[3] - box[1]] * 2)
    deviation = np.minimum(BOX_NOISE * sides, max(BOX_NOISE_CAP * side, 2.5)) * rng.random()
    box = box + rng.normal(0, 1, 4) * deviation
    limits = np.array([size[1], size[0]] * 2)
    box = np.clip(box, 0, limits)
    return np.concatenate([np.minimum(box[:2], box[2:] - 1), np.maximum(box[2:], box[:2] + 1)])


def interior_point(mask, rng) -> np.ndarray:
    """A random pixel (x, y); in half of the cases one far from the edge of the mask."""
    y, x = np.nonzero(mask)
    if rng.random() < 0.5:
        x0, y0, x1, y1 = bounds(mask).astype(int)
        depth = cv2.distanceTransform(np.pad(mask[y0:y1, x0:x1].astype(np.uint8), 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
        chance = depth[y - y0, x - x0] ** 2
        k = rng.choice(len(x), p=chance / chance.sum())
    else:
        k = rng.integers(len(x))
    return np.array([x[k], y[k]], np.float32)

"""The engine's second look at a box: a crop around it, seen in a mirror too, and a contour moved onto colour edges."""
from __future__ import annotations

import cv2
import numpy as np
import torch

from .graphcut import SIDE, cut_from_prior, grown
from .predictor import Predictor
from .truth import iou

ZOOM = 1.4
LARGEST_CROP = 0.85
SMALLEST_SIDE = 8
AGREEMENT = 0.65
TEMPERATURE = 0.1


class CloserLook:
    """Looks at boxes of one photo after another; zoom 0 means no crop."""

    def __init__(self, model, zoom: float = ZOOM, cuts: bool = True, mirrors: bool = True):
        self.predictor, self.mirror = Predictor(model), Predictor(model)
        self.zoom, self.cuts, self.mirrors = zoom, cuts, mirrors

    def at(self, image: np.ndarray, whole: Predictor, box: np.ndarray) -> tuple[np.ndarray, float]:
        """The mean of all masks [h, w] and of their predicted IoU; `whole` has seen the photo already."""
        height, width = image.shape[:2]
        centre, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]).max() * self.zoom / 2
        x0, y0 = np.maximum(np.floor(centre - half), 0).astype(int)
        x1, y1 = np.minimum(np.ceil(centre + half), [width, height]).astype(int)
        near = self.zoom and min(x1 - x0, y1 - y0) >= SMALLEST_SIDE
        if not near or (x1 - x0) * (y1 - y0) > LARGEST_CROP * width * height:
            x0, y0, x1, y1, predictor, part = 0, 0, width, height, whole, image
        else:
            part = np.ascontiguousarray(image[y0:y1, x0:x1])
            predictor = self.predictor
            predictor.set_image(part)
        inside = box - [x0, y0, x0, y0]
        logits, predicted = predictor.logits(boxes=inside[None])
        if self.mirrors:
            self.mirror.set_image(np.ascontiguousarray(part[:, ::-1]))
            turned = np.array([x1 - x0 - inside[2], inside[1], x1 - x0 - inside[0], inside[3]])
            other, theirs = self.mirror.logits(boxes=turned[None])
            logits = torch.cat([logits, turned_back(other, predictor.inner[1] / predictor.side)], 1)
            predicted = torch.cat([predicted, theirs], 1)
        mean, guess = mean_mask(logits[0], predicted[0])
        values = predictor.full(mean[None]).numpy()[0]
        mask = np.zeros((height, width), bool)
        mask[y0:y1, x0:x1] = self.moved(part, values, inside)
        return mask, guess

    def moved(self, image: np.ndarray, logits: np.ndarray, box: np.ndarray) -> np.ndarray:
        """The mask of the logits, or the cut's where the two agree."""
        drawn = logits > 0
        if not self.cuts or not drawn.any():
            return drawn
        scale = min(1.0, SIDE / max(image.shape[:2]))
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        p = 1 / (1 + np.exp(-cv2.resize(logits, size, interpolation=cv2.INTER_LINEAR)))
        inside = np.zeros(size[::-1], bool)
        a, b = np.floor(box[:2] * scale).astype(int), np.ceil(box[2:] * scale).astype(int)
        inside[max(a[1], 0) : b[1], max(a[0], 0) : b[0]] = True
        cut = grown(cut_from_prior(small, p, inside), drawn.shape)
        return cut if iou(cut[None], drawn)[0] >= AGREEMENT else drawn


def mean_mask(logits: torch.Tensor, predicted: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Logits [m, m] of the mean probability of masks [k, m, m], weighted by predicted IoU [k], and how good they are:
    the mean of the predictions', of the overlap that the probabilities expect and of the masks' IoU with the mean."""
    weights = torch.softmax(predicted.double() / TEMPERATURE, 0)
    p = (weights[:, None, None] * logits.double().sigmoid()).sum(0)
    stated, on = float((weights * predicted).sum()), p > 0.5
    if on.any():
        expected = float(p[on].sum() / (on.sum() + p[~on].sum()))
        drawn = logits > 0
        shares = (drawn & on).sum((1, 2)) / (drawn | on).sum((1, 2)).clamp(min=1)
        stated = (stated + expected + float((weights * shares).sum())) / 3
    return torch.logit(p, 1e-7).float(), stated


def turned_back(logits: torch.Tensor, valid: float) -> torch.Tensor:
    """Logits [n, k, m, m] of a mirrored picture that fills the part `valid` of the width, for the picture itself."""
    cells = logits.shape[-1]
    place = (valid * cells - 1 - torch.arange(cells)).clamp(0, cells - 1)
    low = place.floor().long()
    part = place - low
    return logits[..., low] * (1 - part) + logits[..., (low + 1).clamp(max=cells - 1)] * part

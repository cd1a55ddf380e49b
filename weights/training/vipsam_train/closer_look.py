"""The engine's second look at a box: a crop around it, and a contour moved onto colour edges where that agrees."""
from __future__ import annotations

import cv2
import numpy as np

from .graphcut import SIDE, cut_from_prior, grown
from .predictor import Predictor
from .truth import iou

ZOOM = 1.4
LARGEST_CROP = 0.85
SMALLEST_SIDE = 8
AGREEMENT = 0.5


class CloserLook:
    """Looks at boxes of one photo after another; zoom 0 means no crop."""

    def __init__(self, model, zoom: float = ZOOM, cuts: bool = True):
        self.predictor, self.zoom, self.cuts = Predictor(model), zoom, cuts

    def at(self, image: np.ndarray, whole: Predictor, box: np.ndarray) -> tuple[np.ndarray, float]:
        """The best mask of three [h, w] and its predicted IoU; `whole` has seen the photo already."""
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
        logits, predicted = predictor.logits(boxes=(box - [x0, y0, x0, y0])[None])
        best = 1 + int(predicted[0, 1:].argmax())
        values = predictor.full(logits[:, best]).numpy()[0]
        mask = np.zeros((height, width), bool)
        mask[y0:y1, x0:x1] = self.moved(part, values, box - [x0, y0, x0, y0])
        return mask, float(predicted[0, best])

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

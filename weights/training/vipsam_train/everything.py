"""All masks of a photo from a grid of clicks, scored, filtered and thinned as SAM does."""
from __future__ import annotations

import numpy as np
import torch
from torchvision.ops import nms

from .predictor import Predictor


class Generator:
    """Settings of the grid and the filters; works on the predictor's current photo, full frame only."""

    def __init__(self, predictor: Predictor, pred_iou: float, stability: float, side: int = 32,
                 overlap: float = 0.7, most: int = 200):
        self.predictor, self.pred_iou, self.stability = predictor, pred_iou, stability
        self.side, self.overlap, self.most = side, overlap, most

    @torch.no_grad()
    def candidates(self):
        """Low-resolution logits, predicted IoU and stability of every mask of the grid."""
        height, width = self.predictor.size
        at = (np.arange(self.side) + 0.5) / self.side
        points = np.stack(np.meshgrid(at * width, at * height), -1).reshape(-1, 1, 2)
        parts = [self.predictor.logits(p, np.ones(p.shape[:2], int)) for p in np.array_split(points, 8)]
        logits = torch.cat([a[:, 1:].flatten(0, 1) for a, _ in parts])
        predicted = torch.cat([b[:, 1:].flatten() for _, b in parts])
        valid = self.valid(logits)
        inner = valid > 1
        outer = valid > -1
        stability = inner.sum((1, 2)) / outer.sum((1, 2)).clamp(min=1)
        return logits, predicted, stability

    def valid(self, logits):
        """The cells that are not padding."""
        m, side, (height, width) = logits.shape[-1], self.predictor.side, self.predictor.inner
        return logits[:, : -(-height * m // side), : -(-width * m // side)]

    @torch.no_grad()
    def generate(self) -> np.ndarray:
        """Boolean masks [n, height, width], the most trusted first."""
        logits, predicted, stability = self.candidates()
        keep = ((predicted > self.pred_iou) & (stability >= self.stability)).nonzero()[:, 0]
        logits, predicted = logits[keep], predicted[keep]
        masks = self.valid(logits) > 0
        full = masks.flatten(1).any(1)
        logits, predicted, masks = logits[full], predicted[full], masks[full]
        if not len(masks):
            return np.zeros((0, *self.predictor.size), bool)
        boxes = torch.stack([box(m) for m in masks])
        kept = nms(boxes, predicted, self.overlap)[: self.most]
        return (self.predictor.full(logits[kept]) > 0).numpy()


def box(mask) -> torch.Tensor:
    """x0, y0, x1, y1 of a mask, the ends inclusive."""
    x, y = mask.any(0).nonzero()[:, 0], mask.any(1).nonzero()[:, 0]
    return torch.tensor([x[0], y[0], x[-1], y[-1]], dtype=torch.float32)

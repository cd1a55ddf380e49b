"""Runs a model on photos as the engine does: same resize, same prompts, same way back to full size."""
from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .model import Sam


class Predictor:
    """Encodes one photo, then answers prompts in the photo's own pixels."""

    def __init__(self, model: Sam):
        self.model = model
        self.side = model.config.image_size

    @torch.no_grad()
    def set_image(self, image: np.ndarray) -> None:
        """RGB, uint8, any size."""
        height, width = image.shape[:2]
        scale = self.side / max(height, width)
        self.size = (height, width)
        self.inner = (max(1, int(height * scale + 0.5)), max(1, int(width * scale + 0.5)))
        small = np.asarray(Image.fromarray(image).resize(self.inner[::-1], Image.BILINEAR))
        padded = np.zeros((self.side, self.side, 3), np.uint8)
        padded[: self.inner[0], : self.inner[1]] = small
        pixels = torch.from_numpy(padded).permute(2, 0, 1)[None]
        self.embedding = self.model.encode(pixels, torch.tensor([self.inner]))

    @torch.no_grad()
    def logits(self, points=None, labels=None, boxes=None, masks=None):
        """Low-resolution logits [n, 4, m, m] and predicted IoU [n, 4].

        Points [n, k, 2] and boxes [n, 4] in pixels of the photo, masks [n, m, m] from an earlier call."""
        ratio = np.array([self.inner[1] / self.size[1], self.inner[0] / self.size[0]])
        count = 1
        if points is not None:
            count = len(points)
            points = torch.from_numpy((points * ratio).astype(np.float32))
            labels = torch.from_numpy(np.asarray(labels)).long()
        if boxes is not None:
            count = len(boxes)
            boxes = torch.from_numpy((np.asarray(boxes, np.float64) * np.tile(ratio, 2)).astype(np.float32))
            if points is None:
                points, labels = torch.zeros(count, 0, 2), torch.zeros(count, 0, dtype=torch.long)
        if masks is not None:
            masks = masks[:, None]
        return self.model.decode(self.embedding.expand(count, -1, -1, -1), points, labels, boxes, masks)

    @torch.no_grad()
    def full(self, logits) -> torch.Tensor:
        """Logits [n, m, m] to [n, height, width] of the photo, in SAM's two steps."""
        x = F.interpolate(logits[:, None], (self.side, self.side), mode="bilinear", align_corners=False)
        x = x[..., : self.inner[0], : self.inner[1]]
        return F.interpolate(x, self.size, mode="bilinear", align_corners=False)[:, 0]

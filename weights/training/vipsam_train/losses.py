"""Losses of masks and of predicted IoU."""
from __future__ import annotations

import torch
import torch.nn.functional as F

OUTSIDE_WEIGHT = 0.15
SHARE_OF_OTHERS = 0.03


def attention_weights(boxes, mask_size: int, image_size: int) -> torch.Tensor:
    """Weights [n, m, m] of mean 1: full inside the box widened by half, small outside.

    Small objects would otherwise hardly count in an average over the whole picture."""
    cell = image_size / mask_size
    centres = (torch.arange(mask_size, device=boxes.device) + 0.5) * cell
    margin = ((boxes[:, 2:] - boxes[:, :2]) * 0.25).clamp(min=4 * cell)
    low, high = boxes[:, :2] - margin, boxes[:, 2:] + margin
    x = (centres >= low[:, 0, None]) & (centres <= high[:, 0, None])
    y = (centres >= low[:, 1, None]) & (centres <= high[:, 1, None])
    weights = OUTSIDE_WEIGHT + (1 - OUTSIDE_WEIGHT) * (y[:, :, None] & x[:, None, :]).float()
    return weights / weights.mean(dim=(1, 2), keepdim=True)


def mask_losses(logits, target, weights, kind: str) -> torch.Tensor:
    """Per mask [n, 4]: cross entropy (or 20 times focal loss) plus dice, target [n, m, m] in 0...1."""
    target, weights = target[:, None], weights[:, None]
    entropy = F.binary_cross_entropy_with_logits(logits, target.expand_as(logits), reduction="none")
    p = logits.sigmoid()
    if kind == "focal":
        entropy = 20 * entropy * (p - target).abs() ** 2
    pixel = (entropy * weights).mean(dim=(2, 3))
    overlap = (p * target).sum(dim=(2, 3))
    dice = 1 - (2 * overlap + 1) / ((p * p).sum(dim=(2, 3)) + (target * target).sum(dim=(2, 3)) + 1)
    return pixel + dice


def true_iou(logits, target) -> torch.Tensor:
    """IoU [n, 4] of the binarised masks, both sides at low resolution."""
    mask, truth = logits > 0, target[:, None] > 0.5
    union = (mask | truth).sum(dim=(2, 3)).clamp(min=1)
    return (mask & truth).sum(dim=(2, 3)) / union


def total(logits, predicted, target, weights, single: float, kind: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss of one round and the true IoU.

    Best of the three masks of ambiguous prompts, plus `single` times mask 0, plus the error of predicted IoU."""
    losses = mask_losses(logits, target, weights, kind)
    multi = losses[:, 1:]
    best = (1 - SHARE_OF_OTHERS) * multi.min(dim=1).values + SHARE_OF_OTHERS * multi.mean(dim=1)
    iou = true_iou(logits.detach(), target)
    return best.mean() + single * losses[:, 0].mean() + 2 * F.mse_loss(predicted, iou), iou

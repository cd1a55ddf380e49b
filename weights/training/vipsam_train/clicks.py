"""Simulated corrections: the next click lies in the region where the mask is wrong."""
from __future__ import annotations

import torch


def next_click(logits, target, image_size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Random cell of the error of `logits` [n, m, m] against `target`: points [n, 1, 2] and labels [n, 1].

    Where nothing is wrong, a random cell of the object."""
    n, m, _ = logits.shape
    truth = target > 0.5
    wrong = ((logits > 0) != truth).flatten(1)
    object_ = truth.flatten(1)
    chance = torch.where(wrong.any(1, keepdim=True), wrong, object_).float() + 1e-6
    cell = torch.multinomial(chance, 1)
    label = object_.gather(1, cell).long()
    size = image_size / m
    y, x = cell // m, cell % m
    jitter = torch.rand(n, 2, device=logits.device)
    point = (torch.cat([x, y], dim=1) + jitter) * size - 0.5
    return point[:, None].clamp(min=0), label

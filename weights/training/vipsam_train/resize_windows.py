"""Carries attention biases over to windows of another size."""
from __future__ import annotations

import torch


def resize_biases(biases: torch.Tensor, window: int) -> torch.Tensor:
    """[heads, w*w] to [heads, window*window]: kept where offsets exist, the nearest offset beyond."""
    heads, count = biases.shape
    old = round(count**0.5)
    index = torch.arange(window).clamp(max=old - 1)
    return biases.view(heads, old, old)[:, index][:, :, index].reshape(heads, window * window)


def adapt(state: dict[str, torch.Tensor], windows: list[int]) -> dict[str, torch.Tensor]:
    """A state dict whose attention biases fit the given windows, one per stage."""
    adapted = dict(state)
    for key, value in state.items():
        if key.endswith("attention_biases"):
            stage = int(key.split(".")[2])
            adapted[key] = resize_biases(value, windows[stage])
    return adapted

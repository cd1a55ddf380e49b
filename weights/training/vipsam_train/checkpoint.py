"""State of a run: written to a new file first, then moved in place."""
from __future__ import annotations

import copy
import os
from pathlib import Path

import torch


def new_average(model):
    """A copy of the model that follows it slowly."""
    average = copy.deepcopy(model).eval()
    for parameter in average.parameters():
        parameter.requires_grad_(False)
    return average


@torch.no_grad()
def follow(average, model, decay: float) -> None:
    """Move weights and batch statistics of `average` towards `model`."""
    pairs = zip(average.state_dict().values(), model.state_dict().values())
    for slow, fast in pairs:
        if slow.is_floating_point():
            slow.lerp_(fast, 1 - decay)
        else:
            slow.copy_(fast)


def save(path: Path, **state) -> None:
    """Never leaves a half-written file behind."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def load(path: Path) -> dict:
    """The state written by `save`, on the CPU."""
    return torch.load(path, map_location="cpu", weights_only=False)

"""Learning rate over the course of a run."""
from __future__ import annotations

import math


def rate(progress: float, warmup: float, final: float) -> float:
    """Factor at `progress` 0...1: linear warm-up, then half a cosine down to `final`."""
    if progress < warmup:
        return max(progress / warmup, 0.02)
    along = min((progress - warmup) / (1 - warmup), 1.0)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * along))

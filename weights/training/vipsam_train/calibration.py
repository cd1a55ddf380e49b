"""How well predicted IoU tells the truth."""
from __future__ import annotations

import numpy as np

BINS = 10


def measures(pairs: np.ndarray) -> dict[str, float]:
    """Mean absolute error, expected calibration error over ten bins, and AUROC for a true IoU below 0.5.

    `pairs` [n, 2]: predicted and true IoU."""
    predicted, true = np.clip(pairs[:, 0], 0, 1), pairs[:, 1]
    bins = np.minimum((predicted * BINS).astype(int), BINS - 1)
    gaps = [
        abs(predicted[bins == b].mean() - true[bins == b].mean()) * (bins == b).mean()
        for b in range(BINS) if (bins == b).any()
    ]
    return {
        "mae": float(np.abs(predicted - true).mean()),
        "ece10": float(np.sum(gaps)),
        "auroc": auroc(-predicted, true < 0.5),
        "bias": float((predicted - true).mean()),
    }


def auroc(score: np.ndarray, positive: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties counting half."""
    high, low = score[positive], score[~positive]
    if not len(high) or not len(low):
        return float("nan")
    order = np.sort(low)
    below, upto = np.searchsorted(order, high, "left"), np.searchsorted(order, high, "right")
    return float((below + (upto - below) / 2).mean() / len(low))

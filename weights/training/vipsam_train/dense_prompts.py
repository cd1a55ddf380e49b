"""Rasterises box and clicks into a mask prompt, so that every cell knows where it lies.

A pure function of the prompt in the padded model frame. Cells of the mask grid are squares of
`cell = image_size / mask_size` pixels. Without a box the raster starts at 0. With a box it is
OUTSIDE + (INSIDE - OUTSIDE) * coverage, where coverage is the fraction of the cell that the box covers.
Then, in their order, clicks pull it towards +CLICK (foreground) or -CLICK (background):
`v += g * (target - v)` with `g = exp(-d^2 / (2 * sigma^2))`, d the distance in cells from the centre
of the cell to the centre of the clicked pixel.
"""
from __future__ import annotations

import torch

INSIDE = 2.0
OUTSIDE = -6.0
CLICK = 10.0
SIGMA = 1.5


def metadata() -> dict[str, str]:
    """The constants as stored beside the weights."""
    return {
        "dense_box_inside": str(INSIDE),
        "dense_box_outside": str(OUTSIDE),
        "dense_click": str(CLICK),
        "dense_click_sigma": str(SIGMA),
    }


def rasterise(points, labels, boxes, image_size: int, mask_size: int) -> torch.Tensor:
    """Points [n, k, 2] with labels [n, k] (1, 0, or -1 for none), boxes [n, 4] or None -> [n, 1, m, m]."""
    count = len(boxes) if boxes is not None else len(points)
    device = boxes.device if boxes is not None else points.device
    cell = image_size / mask_size
    edges = torch.arange(mask_size, device=device, dtype=torch.float32) * cell
    value = torch.zeros(count, mask_size, mask_size, device=device)
    if boxes is not None:
        x = _covered(boxes[:, 0, None], boxes[:, 2, None], edges, cell)
        y = _covered(boxes[:, 1, None], boxes[:, 3, None], edges, cell)
        value = OUTSIDE + (INSIDE - OUTSIDE) * y[:, :, None] * x[:, None, :]
    if points is not None:
        centres = (edges + cell / 2) / cell
        for k in range(points.shape[1]):
            at = (points[:, k] + 0.5) / cell
            x = torch.exp(-((centres - at[:, 0, None]) ** 2) / (2 * SIGMA**2))
            y = torch.exp(-((centres - at[:, 1, None]) ** 2) / (2 * SIGMA**2))
            label = labels[:, k].float()
            pull = y[:, :, None] * x[:, None, :] * (label >= 0)[:, None, None]
            target = ((2 * label - 1) * CLICK)[:, None, None]
            value = value + pull * (target - value)
    return value[:, None]


def _covered(low, high, edges, cell: float) -> torch.Tensor:
    """Fraction of each cell between low and high along one axis."""
    return (torch.minimum(high, edges + cell) - torch.maximum(low, edges)).clamp(0, cell) / cell

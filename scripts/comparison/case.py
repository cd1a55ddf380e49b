"""A row of the comparison: what is asked of vipsam and of the other, and what came out."""

import pathlib
from dataclasses import dataclass
from typing import Callable

import numpy as np

MODEL = pathlib.Path(__file__).resolve().parent.parent.parent / "weights" / "vipsam-small.safetensors"
ROUNDING = "rounding to bytes"


@dataclass
class Case:
    """One operation: the recipe's steps, who else does it, and how."""

    operation: str
    parameters: str
    steps: str
    peer: str
    expected: Callable[["Inputs"], np.ndarray]
    tolerance: float = 1.0
    reason: str = ROUNDING
    saved: str = "image"
    """What is compared: "image", "mask", or "shape" (the mask, on or off)."""
    around: float = 0
    """Room, in pixels, in which a contour may lie elsewhere ("shape" only)."""
    inner: int = 0
    """Pixels at the border that are left out; what differs there is said all the same."""
    work_size: str = "original"
    photo: str = "picture"
    part: Callable[["Inputs"], np.ndarray] | None = None
    """The pixels that count, true or false; all where absent."""
    differs: bool = False
    """The other does something else, as is known; a difference that is gone is told, too."""


@dataclass
class Row:
    case: Case
    greatest: float | None
    mean: float | None
    note: str = ""
    outer: float = 0
    """The largest difference among the pixels at the border that are left out."""

    @property
    def failed(self):
        return self.greatest is None or (not self.greatest <= self.case.tolerance) != self.case.differs

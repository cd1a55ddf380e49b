"""Numbers that Python and Swift can both make, so that test inputs need no file.

Element i is an integer hash of i; see `Pattern` in the Swift tests for the same rule.
"""

import numpy as np


def bits(count, seed=0):
    """`count` well mixed 32-bit numbers."""
    h = (np.arange(count, dtype=np.uint64) + np.uint64(seed * 1_000_003)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        h ^= h >> np.uint64(shift)
        h = (h * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    return (h ^ (h >> np.uint64(16))).astype(np.uint32)


def floats(*shape, seed=0):
    """Multiples of 1/256 in [-2, 2): exact in float32."""
    values = (bits(int(np.prod(shape)), seed) >> np.uint32(22)).astype(np.float32)
    return (values / 256 - 2).reshape(shape)


def pixels(*shape, seed=0):
    """Bytes 0...255."""
    return (bits(int(np.prod(shape)), seed) >> np.uint32(24)).astype(np.uint8).reshape(shape)

"""One file of many compressed pictures and label maps, readable by several processes at once.

Layout: the blobs one after another, then a JSON index, then its length as 8 bytes, little endian.
"""
from __future__ import annotations

import json
import mmap
from pathlib import Path

import cv2
import numpy as np


class PackWriter:
    """Appends entries; `close` writes the index."""

    def __init__(self, path: str | Path):
        self.file = open(path, "wb")
        self.entries: list[dict] = []

    def add(self, blobs: dict[str, bytes], **facts) -> None:
        """Store the blobs of one entry and its facts (JSON values)."""
        entry = dict(facts)
        for name, blob in blobs.items():
            entry[name] = [self.file.tell(), len(blob)]
            self.file.write(blob)
        self.entries.append(entry)

    def close(self) -> int:
        """Write the index and return the size of the file in bytes."""
        index = json.dumps(self.entries).encode()
        self.file.write(index)
        self.file.write(len(index).to_bytes(8, "little"))
        size = self.file.tell()
        self.file.close()
        return size


class Pack:
    """Reads a pack through a memory map; pictures are decoded when asked for."""

    def __init__(self, path: str | Path):
        self.path = str(path)
        self._open()

    def _open(self) -> None:
        with open(self.path, "rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(self.map[-8:], "little")
        self.entries: list[dict] = json.loads(self.map[-8 - length : -8])

    def __getstate__(self):
        return {"path": self.path}

    def __setstate__(self, state):
        self.path = state["path"]
        self._open()

    def image(self, entry: dict, name: str = "image") -> np.ndarray:
        """RGB (or RGBA for cut-outs), uint8."""
        picture = cv2.imdecode(self._bytes(entry[name]), cv2.IMREAD_UNCHANGED)
        code = cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
        return cv2.cvtColor(picture, code)

    def labels(self, entry: dict) -> np.ndarray:
        """Region ids, int32; 0 means none."""
        return cv2.imdecode(self._bytes(entry["labels"]), cv2.IMREAD_UNCHANGED).astype(np.int32)

    def _bytes(self, span: list[int]) -> np.ndarray:
        start, length = span
        return np.frombuffer(self.map, np.uint8, length, start)

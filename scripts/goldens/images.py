"""Expected images and masks: Pillow's resize, the two-step upscaling of logits, and run-length strings."""

import json

import numpy as np
import pattern
import torch
from PIL import Image
from pycocotools import mask as coco
from safetensors.numpy import save_file

# Width and height, before and after.
RESIZES = [((37, 23), (64, 40)), ((64, 40), (37, 23)), ((101, 67), (33, 67)), ((33, 50), (33, 21)), ((97, 7), (13, 1)),
           ((5, 3), (41, 25)), ((61, 45), (61, 45)), ((1, 1), (3, 2))]

# Side of the low-resolution logits, side of the model's input, part of it that holds picture (height, width), and the
# picture's size (height, width).
UPSCALES = [(32, 128, (90, 128), (115, 163)), (24, 96, (96, 61), (47, 30)), (16, 64, (64, 64), (64, 64))]


def resize(path):
    """Inputs are `pattern.pixels(height, width, 3, seed=number)`."""
    out = {}
    for number, (before, after) in enumerate(RESIZES):
        image = Image.fromarray(pattern.pixels(before[1], before[0], 3, seed=number))
        for name, kind in (("bilinear", Image.Resampling.BILINEAR), ("bicubic", Image.Resampling.BICUBIC)):
            key = f"{name}.{number}.{before[0]}x{before[1]}.{after[0]}x{after[1]}"
            out[key] = np.asarray(image.resize(after, kind)).copy()
    save_file(out, path)


def upscale(path, official_sam):
    """Inputs are `4 * pattern.floats(side, side, seed=number)`; outputs are logits at the picture's size."""
    out = {}
    for number, (side, model_side, valid, original) in enumerate(UPSCALES):
        logits = torch.from_numpy(4 * pattern.floats(1, 1, side, side, seed=number))
        stand_in = type("", (), {"image_encoder": type("", (), {"img_size": model_side})})()
        result = official_sam.postprocess_masks(stand_in, logits, valid, original)
        key = f"{number}.{side}.{model_side}.{valid[1]}x{valid[0]}.{original[1]}x{original[0]}"
        out[key] = result[0, 0].numpy().copy()
    save_file(out, path)


def run_lengths(path):
    """Masks as column-major runs, and pycocotools' string for each."""
    generator = np.random.default_rng(3)
    cases = []
    sizes = [(1, 1), (1, 7), (7, 1), (5, 4), (40, 31), (131, 97), (300, 5)]
    for height, width in sizes:
        for density in (0.0, 0.03, 0.5, 0.97, 1.0):
            mask = (generator.random((height, width)) < density).astype(np.uint8)
            if density == 0.5 and height > 20:
                mask[: height // 2, width // 3:] = 1
            flat = mask.flatten(order="F")
            edges = np.flatnonzero(np.diff(flat)) + 1
            counts = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
            if flat[0] == 1:
                counts = [0] + counts
            string = coco.encode(np.asfortranarray(mask))["counts"].decode()
            cases.append({"size": [height, width], "counts": counts, "string": string})
    path.write_text(json.dumps(cases, separators=(",", ":")).replace("},{", "},\n{") + "\n")

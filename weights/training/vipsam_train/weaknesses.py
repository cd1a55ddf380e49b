"""Draws scenes and what the model makes of them where it is weak, for the model card.

    python -m vipsam_train.weaknesses MODEL.safetensors FOLDER

The scenes are drawn here, so that no photo of others is shown. Left: the prompt. Right: the mask in red, the truth's
outline in white.
"""
from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import torch

from .dataset import bounds
from .model_file import open_model
from .predictor import Predictor
from .synthetic import house, smooth_noise
from .truth import iou

SIDE = 320


def main() -> None:
    torch.set_num_threads(1)
    model, _ = open_model(sys.argv[1])
    predictor = Predictor(model)
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, scene in {"thin": thin, "tiny": tiny, "alike": alike}.items():
        rng = np.random.default_rng(4)
        image, mask, click = scene(rng)
        predictor.set_image(image)
        prompt = image.copy()
        if click is None:
            box = bounds(mask)
            logits, guess = predictor.logits(boxes=box[None])
            choice = 0
            corners = [tuple(int(v) for v in c) for c in (box[:2], box[2:])]
            cv2.rectangle(prompt, *corners, (255, 255, 0), 2)
        else:
            logits, guess = predictor.logits(np.array([[click]], float), np.array([[1]]))
            choice = 1 + int(guess[0, 1:].argmax())
            cv2.circle(prompt, click, 5, (255, 255, 0), -1)
        found = (predictor.full(logits[:, choice]) > 0).numpy()[0]
        print(name, f"IoU {iou(found[None], mask)[0]:.2f}, predicted {float(guess[0, choice]):.2f}")
        answer = image.copy()
        answer[found] = (0.45 * answer[found] + 0.55 * np.array([230, 30, 30])).astype(np.uint8)
        outline = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0]
        cv2.drawContours(answer, outline, -1, (255, 255, 255), 1)
        picture = np.hstack([prompt, np.full((SIDE, 8, 3), 255, np.uint8), answer])
        cv2.imwrite(str(folder / f"{name}.png"), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


def ground(rng, colour):
    image = np.array(colour) + smooth_noise(SIDE, 12, rng)[..., None] * 9.0
    return np.clip(image, 0, 255).astype(np.uint8)


def thin(rng):
    """A wheel: rim, hub and spokes of two pixels."""
    image = ground(rng, (150, 170, 140))
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.circle(mask, (160, 160), 110, 1, 5)
    cv2.circle(mask, (160, 160), 10, 1, -1)
    for angle in np.arange(0, 2 * np.pi, np.pi / 8):
        cv2.line(mask, (160, 160), (int(160 + 110 * np.cos(angle)), int(160 + 110 * np.sin(angle))), 1, 2)
    image[mask > 0] = (45, 45, 55)
    return image, mask > 0, None


def tiny(rng):
    """Many small discs; one of them is asked for by a click in the full frame."""
    image = ground(rng, (190, 175, 150))
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for y in range(16, SIDE, 26):
        for x in range(16, SIDE, 26):
            cv2.circle(image, (x, y), 5, (120, 60, 50), -1)
    cv2.circle(mask, (172, 172), 5, 1, -1)
    return image, mask > 0, (172, 172)


def alike(rng):
    """Two houses with roofs of one colour that touch; one of them is asked for by a click."""
    image = ground(rng, (100, 125, 85))
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for centre, target in (((110, 160), True), ((215, 160), False)):
        outline, _ = house(np.array(centre), 104, 90, 0.0, np.random.default_rng(1))
        polygon = [np.round(outline).astype(np.int32)]
        cv2.fillPoly(image, polygon, (158, 86, 62))
        if target:
            cv2.fillPoly(mask, polygon, 1)
    return image, mask > 0, (110, 160)


if __name__ == "__main__":
    main()

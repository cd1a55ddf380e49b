"""Measures a model on photos with masks.

    python -m vipsam_train.evaluate MODEL FOLDER [--protocols box,closer,point,clicks,everything,subject] [--every 1]

MODEL is a safetensors file or a run's state.pt (its average is taken). The engine's own `vipsam eval` is the judge;
this script serves the training loop.
"""
from __future__ import annotations

import argparse
import json

import numpy as np
import torch

from .calibration import measures
from .closer_look import CloserLook
from .dataset import bounds
from .everything import Generator
from .model_file import open_model
from .predictor import Predictor
from .truth import centre, iou, photos

CLICKS = 5


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    model, metadata = open_model(arguments.model)
    protocols = arguments.protocols.split(",")
    table: dict[str, dict[str, list[float]]] = {}
    pairs: dict[str, list[tuple[float, float]]] = {"box": [], "closer": [], "point": []}
    predictor = Predictor(model)
    thresholds = (float(metadata.get("pred_iou_thresh", 0.5)), float(metadata.get("stability_score_thresh", 0.8)))
    generator = Generator(predictor, *thresholds)
    closer = CloserLook(model, arguments.zoom, not arguments.no_cut, not arguments.no_mirror)
    sets = arguments.sets.split(",") if arguments.sets else None
    for kind, image, objects, ignore in photos(arguments.folder, sets, arguments.every, arguments.limit):
        scores = table.setdefault(kind, {})

        def note(key, values):
            scores.setdefault(key, []).extend(np.atleast_1d(values).tolist())

        predictor.set_image(image)
        for protocol in protocols:
            if protocol == "box":
                box(predictor, objects, ignore, note, pairs["box"])
            elif protocol == "closer":
                look_closer(closer, predictor, image, objects[: arguments.instances], ignore, note, pairs["closer"])
            elif protocol == "point":
                point(predictor, objects, ignore, note, pairs["point"])
            elif protocol == "clicks":
                clicks(predictor, objects, ignore, note)
            elif protocol == "everything":
                everything(generator, objects, note)
            elif protocol == "subject":
                subject(closer, predictor, image, objects, ignore, note)
    result = {k: {m: float(np.mean(v)) for m, v in s.items()} for k, s in table.items()}
    columns = sorted({m for s in result.values() for m in s})
    result["mean of sets"] = {m: float(np.mean([s[m] for s in result.values() if m in s])) for m in columns}
    print(f"{'':16}" + "".join(f"{c:>14}" for c in columns))
    for name, row in result.items():
        print(f"{name:16}" + "".join(f"{row[c]:14.3f}" if c in row else f"{'':14}" for c in columns))
    for name, values in pairs.items():
        if values:
            result["calibration " + name] = measures(np.array(values))
            print("calibration", name, {k: round(v, 3) for k, v in result["calibration " + name].items()})
    if arguments.json:
        result["pairs"] = pairs
        with open(arguments.json, "w") as file:
            json.dump(result, file, indent=1)


def box(predictor, objects, ignore, note, pairs) -> None:
    logits, predicted = predictor.logits(boxes=np.array([b for _, b in objects]))
    for (mask, _), four, guess in zip(objects, logits, predicted):
        ious = iou((predictor.full(four) > 0).numpy(), mask, ignore)
        best = int(guess[1:].argmax()) + 1
        note("box_mask0", ious[0])
        note("box_pred3", ious[best])
        note("box_pred4", ious[int(guess.argmax())])
        pairs.append((float(guess[0]), float(ious[0])))


def look_closer(closer, predictor, image, objects, ignore, note, pairs) -> None:
    for mask, box in objects:
        found, guess = closer.at(image, predictor, box)
        value = iou(found[None], mask, ignore)[0]
        note("closer", value)
        pairs.append((guess, float(value)))


def point(predictor, objects, ignore, note, pairs) -> None:
    points = np.array([[centre(mask)] for mask, _ in objects])
    logits, predicted = predictor.logits(points, np.ones(points.shape[:2], int))
    for (mask, _), four, guess in zip(objects, logits, predicted):
        ious = iou((predictor.full(four) > 0).numpy(), mask, ignore)
        best = int(guess[1:].argmax()) + 1
        note("point_oracle3", ious[1:].max())
        note("point_pred3", ious[best])
        pairs.append((float(guess[best]), float(ious[best])))


def clicks(predictor, objects, ignore, note) -> None:
    """The next click lies in the middle of the larger of the two error regions."""
    for mask, _ in objects:
        points, labels, previous = [centre(mask)], [1], None
        for turn in range(CLICKS):
            logits, guess = predictor.logits(np.array([points]), np.array([labels]), masks=previous)
            choice = int(guess[0, 1:].argmax()) + 1 if turn == 0 else 0
            drawn = (predictor.full(logits[:, choice]) > 0).numpy()[0]
            previous = logits[:, choice]
            note(f"clicks_{turn + 1}", iou(drawn[None], mask, ignore))
            wrong = [mask & ~drawn, drawn & ~mask]
            larger = int(wrong[1].sum() > wrong[0].sum())
            if not wrong[larger].any():
                note_rest = [1.0] * (CLICKS - turn - 1)
                for k, value in enumerate(note_rest):
                    note(f"clicks_{turn + 2 + k}", value)
                break
            points.append(centre(wrong[larger]))
            labels.append(1 - larger)


def everything(generator, objects, note) -> None:
    masks = generator.generate()
    note("all_masks", len(masks))
    for mask, _ in objects:
        best = iou(masks, mask).max() if len(masks) else 0.0
        note("all_recall", float(best >= 0.5))
        note("all_best", best)


def subject(closer, predictor, image, objects, ignore, note) -> None:
    logits, guess = predictor.logits()
    union = np.any([m for m, _ in objects], axis=0)
    masks = (predictor.full(logits[0]) > 0).numpy()
    ious = iou(masks, union, ignore)
    best = int(guess[0].argmax())
    note("subject_0", ious[0])
    note("subject_pred", ious[best])
    if masks[best].any():
        again, _ = closer.at(image, predictor, bounds(masks[best]))
        note("subject_again", iou(again[None], union, ignore)[0])
    else:
        note("subject_again", 0.0)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("folder")
    parser.add_argument("--protocols", default="box,point,subject")
    parser.add_argument("--sets", default="")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--limit", type=int, default=10**9, help="photos of a set")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--instances", type=int, default=10**9, help="of a photo, for the closer look")
    parser.add_argument("--zoom", type=float, default=1.4, help="of the closer look, 0 for none")
    parser.add_argument("--no-cut", action="store_true", help="no graph cut in the closer look")
    parser.add_argument("--no-mirror", action="store_true", help="no mirror in the closer look")
    parser.add_argument("--json", default="")
    return parser.parse_args()


if __name__ == "__main__":
    main()

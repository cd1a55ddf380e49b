"""What the official automatic mask generator finds with the small ViT model, in three settings."""

import json

import numpy as np
import scene
import small
import torch
from safetensors.torch import load_file

# Settings beside thresholds, which are chosen to let part of the candidates through (see `thresholds`).
SETTINGS = {
    "plain": dict(points_per_side=16, points_per_batch=64),
    "crops": dict(points_per_side=12, points_per_batch=50, crop_n_layers=1, crop_n_points_downscale_factor=2,
                  box_nms_thresh=0.6, crop_nms_thresh=0.65),
    "regions": dict(points_per_side=16, points_per_batch=64, min_mask_region_area=40, box_nms_thresh=0.8),
}


def middle_of_gap(values, share):
    """A threshold that keeps about `share` of the values and lies as far from any value as can be had nearby."""
    values = np.sort(values[np.isfinite(values)])
    at = int(len(values) * (1 - share))
    reach = max(2, len(values) // 50)
    start = max(0, at - reach)
    gaps = np.diff(values[start:at + reach])
    best = start + int(gaps.argmax())
    return float((values[best] + values[best + 1]) / 2), float(gaps.max())


def candidates(model, pixels, settings):
    """Scores and stabilities of everything that the generator would look at, in the whole picture."""
    from segment_anything import SamAutomaticMaskGenerator
    from segment_anything.utils.amg import calculate_stability_score

    seen = {"score": [], "stability": []}
    original = SamAutomaticMaskGenerator._process_batch

    def process(self, points, im_size, crop_box, orig_size):
        transformed = self.predictor.transform.apply_coords(points, im_size)
        coordinates = torch.as_tensor(transformed)
        labels = torch.ones(coordinates.shape[0], dtype=torch.int)
        masks, scores, _ = self.predictor.predict_torch(
            coordinates[:, None, :], labels[:, None], multimask_output=True, return_logits=True)
        stability = calculate_stability_score(masks.flatten(0, 1), 0.0, self.stability_score_offset)
        seen["score"].append(scores.flatten().numpy())
        seen["stability"].append(stability.numpy())
        return original(self, points, im_size, crop_box, orig_size)

    SamAutomaticMaskGenerator._process_batch = process
    try:
        # Nothing gets through: only the scores are wanted, and empty lists end the work early.
        SamAutomaticMaskGenerator(
            model, pred_iou_thresh=1e9, stability_score_thresh=0, points_per_side=settings["points_per_side"],
            points_per_batch=settings["points_per_batch"]).generate(pixels)
    finally:
        SamAutomaticMaskGenerator._process_batch = original
    return np.concatenate(seen["score"]), np.concatenate(seen["stability"])


def thresholds(scores, stabilities, share=0.3):
    """Thresholds by which about `share` of the candidates survive, each test throwing some out."""
    score, score_gap = middle_of_gap(scores, share ** 0.5)
    stability, stability_gap = middle_of_gap(stabilities[scores > score], share ** 0.5)
    survive = float(((scores > score) & (stabilities >= stability)).mean())
    return dict(pred_iou_thresh=score, stability_score_thresh=stability), dict(
        survival=survive, score_gap=score_gap, stability_gap=stability_gap)


def generate(model, pixels, settings):
    """The official records, made plain: integers, strings and floats only."""
    from segment_anything import SamAutomaticMaskGenerator

    records = SamAutomaticMaskGenerator(model, output_mode="coco_rle", **settings).generate(pixels)
    return [
        {"bbox": [int(v) for v in r["bbox"]], "area": int(r["area"]), "predicted_iou": float(r["predicted_iou"]),
         "stability_score": float(r["stability_score"]), "point_coords": r["point_coords"],
         "crop_box": [int(v) for v in r["crop_box"]],
         "segmentation": {"size": list(r["segmentation"]["size"]), "counts": r["segmentation"]["counts"]}}
        for r in records
    ]


def closest_scores(records):
    """Smallest difference of neighbouring scores: below it the order of two records is a matter of rounding."""
    scores = np.array([r["predicted_iou"] for r in records])
    return float(np.abs(np.diff(scores)).min()) if len(scores) > 1 else 1.0


def write(path, image, settings, facts, records):
    head = json.dumps({"image": image, "settings": settings, **facts, "closest_scores": closest_scores(records)})
    lines = ",\n".join(json.dumps(r, separators=(",", ":")) for r in records)
    path.write_text(f'{head[:-1]}, "records": [\n{lines}\n]}}\n')


def save(checkpoint, folder):
    import models

    model = models.vit(**small.VIT)
    model.load_state_dict({k: v.float() for k, v in load_file(checkpoint).items()})
    model.eval()
    picture = scene.textured(163, 121, shapes=30, seed=9)
    picture.save(folder / "picture.png", optimize=True)
    pixels = np.asarray(picture)
    for name, settings in SETTINGS.items():
        with torch.no_grad():
            chosen, facts = thresholds(*candidates(model, pixels, settings))
            settings = {**settings, **chosen}
            records = generate(model, pixels, settings)
        write(folder / f"{name}.json", "picture.png", settings, facts, records)
        print(f"{name}: {len(records)} masks, {facts}, closest scores {closest_scores(records):.2e}, {chosen}")

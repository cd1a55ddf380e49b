"""Writes a run's averaged weights as a safetensors file that describes itself.

    python -m vipsam_train.export RUN/state.pt OUT.safetensors [--calibration FILE.json] [--note TEXT] [--commit ID]
        [--zoom 1.4] [--mirror boxes] [--refine graph-cut] [--click-crops 0.6,0.35,0.2] [--everything-crops 2,2,0.5,200]
        [--licences P,SA,R,U] [--sets a,b] [--earlier-minutes 66] [--earlier-images 28800]

Half precision; batch norms not folded; keys as MobileSAM's. The slope and offset of a calibration go into the last
layer of the IoU head, thresholds into the metadata.
"""
from __future__ import annotations

import argparse
import json

import torch
from safetensors.torch import save_file

from . import checkpoint, dense_prompts
from .config import ModelConfig
from .dataset import MIXTURE


def main() -> None:
    arguments = parse()
    state = checkpoint.load(arguments.state)
    config = ModelConfig(**state["config"]["model"])
    weights = {k: v for k, v in state["average"].items() if not k.endswith("num_batches_tracked")}
    images = state["images"] + arguments.earlier_images
    minutes = state["seconds"] / 60 + arguments.earlier_minutes
    metadata = {
        "format": "pt", "name": arguments.name, "image_order": "rgb", **config.metadata(),
        "subject": "no-prompt",
        "licence": "same as the project; the terms of the training data are in data_licences and weights/README.md",
        "data": arguments.sets or ", ".join(sorted(state["config"]["train"]["mixture"] or MIXTURE)),
        "data_licences": arguments.licences, "commit": arguments.commit,
        "training": f"{images} image steps in {minutes:.0f} minutes of wall time; {arguments.note}".rstrip("; "),
    }
    metadata.update({k: v for k, v in (
        ("zoom", arguments.zoom), ("mirror", arguments.mirror), ("refine", arguments.refine), ("click_crops", arguments.click_crops),
        ("everything_crops", arguments.everything_crops)) if v})
    if config.dense_prompts:
        metadata.update(dense_prompts.metadata())
    if arguments.calibration:
        fitted = json.load(open(arguments.calibration))
        slope, offset = torch.tensor(fitted["slope"]), torch.tensor(fitted["offset"])
        last = "mask_decoder.iou_prediction_head.layers.2."
        weights[last + "weight"] = weights[last + "weight"] * slope[:, None]
        weights[last + "bias"] = weights[last + "bias"] * slope + offset
        for key in ("pred_iou_thresh", "stability_score_thresh"):
            metadata[key] = str(fitted[key])
    save_file({k: v.half().contiguous() for k, v in weights.items()}, arguments.out, metadata)
    print(json.dumps(metadata, indent=1))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state")
    parser.add_argument("out")
    parser.add_argument("--name", default="vipsam-small")
    parser.add_argument("--calibration", default="")
    parser.add_argument("--note", default="")
    parser.add_argument("--zoom", default="", help="crop for a second look at boxes, in box sides")
    parser.add_argument("--mirror", default="", help="boxes, if what is in a box should be seen in a mirror as well")
    parser.add_argument("--refine", default="", help="graph-cut, if contours should move onto colour edges")
    parser.add_argument("--click-crops", default="", help="sides of crops around a lone click, e.g. 0.6,0.35,0.2")
    parser.add_argument("--everything-crops", default="",
                        help="layers, downscale of points, overlap, most masks, e.g. 2,2,0.5,200")
    parser.add_argument("--commit", default="")
    parser.add_argument("--licences", default="P,SA,R,U")
    parser.add_argument("--sets", default="")
    parser.add_argument("--earlier-minutes", type=float, default=0, help="of the model that the run started from")
    parser.add_argument("--earlier-images", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""The official automatic mask generator at full size: a MobileSAM-size model on a textured picture of 1800x1200.

    python3 everything.py --sam CHECKOUT --mobilesam CHECKOUT FOLDER

Writes into FOLDER: picture.png, model.pth (an official-style state dict), model.safetensors (the same, with the chosen
thresholds in its metadata), chosen.json (the thresholds), expected.json (records in the official order). Compare with ../compare-everything.py.
Takes about a quarter of an hour on two cores; most of it is the official generator.
"""

import argparse
import json
import pathlib
import time

import generator
import models
import numpy as np
import scene
import torch
from safetensors.torch import save_file

RADII = (0.05, 0.09, 0.15)
SETTINGS = dict(points_per_side=32, points_per_batch=16)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sam", required=True)
    parser.add_argument("--mobilesam", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=160)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    models.add_checkouts(arguments.sam, arguments.mobilesam)
    torch.set_num_threads(arguments.threads)
    arguments.folder.mkdir(parents=True, exist_ok=True)

    picture = scene.textured(1800, 1200, shapes=120, seed=21)
    picture.save(arguments.folder / "picture.png")
    model = build(arguments.steps)
    torch.save(model.state_dict(), arguments.folder / "model.pth")
    pixels = np.asarray(picture)
    with torch.no_grad():
        # A coarser grid is enough to choose thresholds by.
        chosen, facts = generator.thresholds(*generator.candidates(model, pixels, {**SETTINGS, "points_per_side": 12}))
        print(chosen, facts, flush=True)
        save_file({key: tensor.contiguous() for key, tensor in model.state_dict().items()},
                  arguments.folder / "model.safetensors",
                  {"architecture": "sam", "image_encoder": "tiny_vit", "image_size": "1024", "strides": "2,2,1",
                   "window_sizes": "7,7,14,7", **{key: repr(value) for key, value in chosen.items()}})
        settings = {**SETTINGS, **chosen}
        (arguments.folder / "chosen.json").write_text(json.dumps({"settings": chosen, "survival": facts["survival"]}))
        start = time.time()
        records = generator.generate(model, pixels, settings)
    facts = {"survival_on_coarse_grid": facts["survival"], "seconds": time.time() - start}
    generator.write(arguments.folder / "expected.json", "picture.png", settings, facts, records)
    print(f"{len(records)} masks in {facts['seconds']:.0f} s", flush=True)


def build(steps):
    torch.manual_seed(7)
    model = models.mobile_sam()
    models.randomise(model, seed=13)
    model.eval()
    with torch.no_grad():
        models.see_places(model)
    models.teach_discs(model, [share * 1024 for share in RADII], steps=steps, batch=4, seed=5, rate=2e-3, report=20)
    model.train()
    return model.eval()


if __name__ == "__main__":
    main()

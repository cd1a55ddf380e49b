"""Models of full size with random weights, and what the official code computes with them.

    python3 full.py --sam CHECKOUT --mobilesam CHECKOUT FOLDER
    VIPSAM_FULL_PARITY=FOLDER swift test -c release --filter FullParityTests

Writes vit-b.pth and mobile-sam.pth (state dicts, as the official files are) and a golden of each: FOLDER needs half a
gigabyte. Takes some minutes; ViT-B needs 5 GB of memory.
"""

import argparse
import pathlib

import models
import nets
import torch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sam", required=True)
    parser.add_argument("--mobilesam", required=True)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    models.add_checkouts(arguments.sam, arguments.mobilesam)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, kind, build in (("mobile-sam", "tiny_vit", models.mobile_sam), ("vit-b", "vit", models.vit_b)):
        model = build()
        model.eval()
        models.randomise(model, seed=17)
        # TinyViT gathers its attention biases when it is switched to evaluation: after the weights are set.
        model.train()
        model.eval()
        torch.save(model.state_dict(), arguments.folder / f"{name}.pth")
        tensors = nets.save(
            model, kind, arguments.folder / f"{name}.golden.safetensors", encoder_stages=False, decoder_stages=False)
        print(name)
        nets.describe(tensors)


if __name__ == "__main__":
    main()

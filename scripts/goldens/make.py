"""Makes all fixtures that come from other software: the official PyTorch code, Pillow, pycocotools and PyTorch itself.

    python3 make.py --sam CHECKOUT --mobilesam CHECKOUT [--only nets|images|generator|containers]

Needs the packages of requirements.txt (onnx and onnxruntime are for scripts/bench-peers). The fixtures are committed;
this is for making them anew. Formats are described in Tests/Fixtures/README.md.
"""

import argparse
import pathlib

import models
import torch

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sam", required=True, help="checkout of facebookresearch/segment-anything")
    parser.add_argument("--mobilesam", required=True, help="checkout of ChaoningZhang/MobileSAM")
    parser.add_argument("--only", choices=["nets", "images", "generator", "containers"])
    arguments = parser.parse_args()
    models.add_checkouts(arguments.sam, arguments.mobilesam)
    torch.set_num_threads(1)
    checkpoints, goldens = FIXTURES / "checkpoints", FIXTURES / "goldens"

    if arguments.only in (None, "nets"):
        import nets
        import small

        for kind in ("vit", "tiny_vit"):
            model = small.build(kind)
            name = small.save(model, kind, checkpoints)
            tensors = nets.save(model, kind, goldens / f"{name}.safetensors", decoder_stages=kind == "vit")
            print(name)
            nets.describe(tensors)
    if arguments.only in (None, "images"):
        import images
        from segment_anything.modeling import Sam

        images.resize(goldens / "resize.safetensors")
        images.upscale(goldens / "upscale.safetensors", Sam)
        images.run_lengths(goldens / "run-lengths.json")
    if arguments.only in (None, "generator"):
        import generator

        generator.save(checkpoints / "small-vit.safetensors", goldens / "everything")
    if arguments.only in (None, "containers"):
        import containers

        containers.save(checkpoints)


if __name__ == "__main__":
    main()

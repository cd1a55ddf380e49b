"""Our checkpoint in the original PyTorch code: its blocks, prompt encoder and mask decoder, unchanged.

    python -m vipsam_train.official CHECKOUT MODEL.safetensors     compares our code with the original's

CHECKOUT is a clone of ChaoningZhang/MobileSAM. The original TinyViT fixes a 1024 px input, a neck of 256 channels and
the stride of its last downsampling; `Encoder` reads the three from the file's metadata instead.
"""
from __future__ import annotations

import argparse
import importlib
import sys
import warnings

import numpy as np
import torch
from safetensors import safe_open
from torch import nn

from .config import ModelConfig
from .dense_prompts import rasterise

TOLERANCE = 2e-4


def build(checkout: str, path: str):
    """The original `Sam`, in eval mode, holding the weights of `path`; and its configuration."""
    warnings.filterwarnings("ignore")
    sys.path.insert(0, checkout)
    modeling = importlib.import_module("mobile_sam.modeling")
    tiny_vit = importlib.import_module("mobile_sam.modeling.tiny_vit_sam")
    transformer = importlib.import_module("mobile_sam.modeling.transformer")
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        state = {key: file.get_tensor(key).float() for key in file.keys()}
    config = ModelConfig.from_metadata(metadata, {k: tuple(v.shape) for k, v in state.items()})

    class Encoder(tiny_vit.TinyViT):
        """The original's layers at the strides, resolutions and neck width of the file."""

        def __init__(self):
            nn.Module.__init__(self)
            self.img_size, self.grid = config.image_size, config.grid
            self.patch_embed = tiny_vit.PatchEmbed(3, config.embed_dims[0], config.image_size, nn.GELU)
            self.layers = nn.ModuleList()
            side = config.image_size // 4
            for i, width in enumerate(config.embed_dims):
                last = i == len(config.embed_dims) - 1
                common = dict(
                    dim=width, input_resolution=(side, side), depth=config.depths[i], activation=nn.GELU,
                    downsample=None if last else tiny_vit.PatchMerging,
                    out_dim=config.embed_dims[min(i + 1, len(config.embed_dims) - 1)],
                )
                if i == 0:
                    layer = tiny_vit.ConvLayer(**common)
                else:
                    layer = tiny_vit.BasicLayer(
                        num_heads=config.num_heads[i], window_size=config.window_sizes[i], **common
                    )
                if not last:
                    layer.downsample.conv2.c.stride = (config.strides[i],) * 2
                    side //= config.strides[i]
                self.layers.append(layer)
            width = config.decoder_dim
            self.neck = nn.Sequential(
                nn.Conv2d(config.embed_dims[-1], width, 1, bias=False), tiny_vit.LayerNorm2d(width),
                nn.Conv2d(width, width, 3, padding=1, bias=False), tiny_vit.LayerNorm2d(width),
            )

        def forward(self, x):
            x = self.patch_embed(x)
            for layer in self.layers:
                x = layer(x)
            return self.neck(x.transpose(1, 2).unflatten(2, (self.grid, self.grid)))

    sam = modeling.Sam(
        image_encoder=Encoder(),
        prompt_encoder=modeling.PromptEncoder(
            embed_dim=config.decoder_dim, image_embedding_size=(config.grid, config.grid),
            input_image_size=(config.image_size, config.image_size), mask_in_chans=16,
        ),
        mask_decoder=modeling.MaskDecoder(
            transformer_dim=config.decoder_dim,
            transformer=transformer.TwoWayTransformer(2, config.decoder_dim, config.decoder_heads, config.decoder_mlp),
            iou_head_hidden_dim=config.iou_head_hidden,
        ),
    )
    missing, unexpected = sam.load_state_dict(state, strict=False)
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"'{path}': missing {missing[:5]}, unexpected {unexpected[:5]}")
    return sam.eval(), config


def decode(sam, config: ModelConfig, embedding, points=None, labels=None, boxes=None, masks=None):
    """All four masks' logits and predicted IoU; dense prompts are rasterised as the engine does.

    Points [n, k, 2], labels [n, k], boxes [n, 4] in the padded model frame."""
    if masks is None and config.dense_prompts and (points is not None or boxes is not None):
        masks = rasterise(points, labels, boxes, config.image_size, config.mask_size)
    given = None if points is None else (points, labels)
    sparse, dense = sam.prompt_encoder(given, boxes, masks)
    return sam.mask_decoder.predict_masks(embedding, sam.prompt_encoder.get_dense_pe(), sparse, dense)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout")
    parser.add_argument("model")
    arguments = parser.parse_args()
    from .model import load

    sam, config = build(arguments.checkout, arguments.model)
    ours, _ = load(arguments.model)
    random = np.random.default_rng(0)
    size = config.image_size
    image = torch.from_numpy(random.integers(0, 256, (1, 3, size, size)).astype(np.float32))
    points = torch.from_numpy(random.uniform(0, size, (3, 2, 2)).astype(np.float32))
    labels = torch.tensor([[1, 0], [1, 1], [0, 1]])
    boxes = torch.tensor([[10.0, 20, 110, 90], [0, 0, size, size], [100.5, 33.25, 180.75, 200]])
    masks = torch.from_numpy(random.normal(0, 4, (3, 1, config.mask_size, config.mask_size)).astype(np.float32))
    prompts = {
        "clicks": (points, labels, None, None), "one click": (points[:, :1], labels[:, :1], None, None),
        "box": (None, None, boxes, None), "box and clicks": (points, labels, boxes, None),
        "click and mask": (points[:, :1], labels[:, :1], None, masks), "nothing": (None, None, None, None),
    }
    worst = 0.0
    with torch.no_grad():
        theirs = sam.image_encoder((image - sam.pixel_mean) / sam.pixel_std)
        mine = ours.encode(image)
        worst = max(worst, show("embedding", theirs, mine))
        for name, (p, l, b, m) in prompts.items():
            expected = decode(sam, config, theirs, p, l, b, m)
            n = len(expected[1])
            if b is not None and p is None:
                p, l = torch.zeros(n, 0, 2), torch.zeros(n, 0, dtype=torch.long)
            found = ours.decode(mine.expand(n, -1, -1, -1), p, l, b, m)
            worst = max(worst, show(name, expected[0], found[0]), show(name + ", IoU", expected[1], found[1]))
    if worst > TOLERANCE:
        sys.exit(f"differs by {worst:.1e}, allowed {TOLERANCE:.0e}")
    print("same results")


def show(name: str, expected, found) -> float:
    difference = float((expected - found).abs().max())
    print(f"{name:24} range {float(expected.abs().max()):8.2f}  difference {difference:.1e}")
    return difference


if __name__ == "__main__":
    main()

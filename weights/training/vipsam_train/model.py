"""The whole promptable model, and loading it from a safetensors file."""
from __future__ import annotations

import torch
from safetensors import safe_open
from torch import nn

from .config import ModelConfig
from .dense_prompts import rasterise
from .encoder import ImageEncoder
from .mask_decoder import MaskDecoder
from .prompt_encoder import PADDING, TOP_LEFT, PromptEncoder

PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_STD = (58.395, 57.12, 57.375)


class Sam(nn.Module):
    """TinyViT encoder, prompt encoder and mask decoder under the official key names."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        self.image_encoder = ImageEncoder(config)
        self.prompt_encoder = PromptEncoder(config)
        self.mask_decoder = MaskDecoder(config)
        self.register_buffer("pixel_mean", torch.tensor(PIXEL_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("pixel_std", torch.tensor(PIXEL_STD).view(1, 3, 1, 1), persistent=False)

    def encode(self, images, sizes=None):
        """Images [n, 3, S, S] of 0...255; sizes [n, 2] (height, width) of the part that is not padding."""
        x = (images.float() - self.pixel_mean) / self.pixel_std
        if sizes is not None:
            at = torch.arange(x.shape[-1], device=x.device)
            inside = (at[None, :, None] < sizes[:, 0, None, None]) & (at[None, None, :] < sizes[:, 1, None, None])
            x = x * inside[:, None]
        return self.image_encoder(x)

    def decode(self, embedding, points, labels, boxes=None, mask=None):
        """One prompt per row of `embedding`.

        Points [n, k, 2] and labels [n, k]; boxes [n, 4] or None; mask logits [n, 1, m, m] or None.
        Padding follows SAM: points without a box get one padding point at their end."""
        n = len(embedding)
        coordinates, kinds = self.assemble(points, labels, boxes, n)
        if mask is None and self.config.dense_prompts and coordinates.shape[1]:
            mask = rasterise(points, labels, boxes, self.config.image_size, self.config.mask_size)
        tokens = self.prompt_encoder.tokens(coordinates, kinds)
        dense = self.prompt_encoder.dense(mask, n)
        return self.mask_decoder(embedding, self.prompt_encoder.dense_position(), tokens, dense)

    def assemble(self, points, labels, boxes, n: int):
        """Token coordinates and labels: clicks, then the padding point or the two corners."""
        device = self.pixel_mean.device
        if points is None:
            points = torch.zeros(n, 0, 2, device=device)
            labels = torch.zeros(n, 0, dtype=torch.long, device=device)
        if boxes is None:
            if points.shape[1] == 0:
                return points, labels
            return (
                torch.cat([points, torch.zeros(n, 1, 2, device=device)], dim=1),
                torch.cat([labels, torch.full((n, 1), PADDING, device=device)], dim=1),
            )
        corners = torch.tensor([TOP_LEFT, TOP_LEFT + 1], device=device).expand(n, 2)
        return (
            torch.cat([points, boxes.view(n, 2, 2)], dim=1),
            torch.cat([labels, corners], dim=1),
        )


def load(path: str) -> tuple[Sam, dict[str, str]]:
    """Model in eval mode and the file's metadata."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
        state = {key: file.get_tensor(key).float() for key in file.keys()}
    config = ModelConfig.from_metadata(metadata, {k: tuple(v.shape) for k, v in state.items()})
    model = Sam(config)
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [k for k in missing if not k.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"'{path}': missing {missing[:5]}, unexpected {unexpected[:5]}")
    return model.eval(), metadata

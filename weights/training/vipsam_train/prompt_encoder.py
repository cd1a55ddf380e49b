"""SAM's prompt encoder: clicks and boxes to tokens, a mask prompt to a dense embedding."""
from __future__ import annotations

import math

import torch
from torch import nn

from .config import ModelConfig
from .encoder import LayerNorm2d

PADDING, BACKGROUND, FOREGROUND, TOP_LEFT, BOTTOM_RIGHT = -1, 0, 1, 2, 3


class RandomFourier(nn.Module):
    """Sines and cosines of random projections of a position in [0, 1]^2."""

    def __init__(self, width: int):
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, width // 2))

    def forward(self, position):
        phase = 2 * math.pi * ((2 * position - 1) @ self.positional_encoding_gaussian_matrix)
        return torch.cat([phase.sin(), phase.cos()], dim=-1)


class PromptEncoder(nn.Module):
    """Positions are in pixels of the padded square input, x before y."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        width = config.decoder_dim
        self.image_size, self.grid = config.image_size, config.grid
        self.pe_layer = RandomFourier(width)
        self.point_embeddings = nn.ModuleList(nn.Embedding(1, width) for _ in range(4))
        self.not_a_point_embed = nn.Embedding(1, width)
        self.no_mask_embed = nn.Embedding(1, width)
        self.mask_downscaling = nn.Sequential(
            nn.Conv2d(1, 4, 2, 2), LayerNorm2d(4), nn.GELU(),
            nn.Conv2d(4, 16, 2, 2), LayerNorm2d(16), nn.GELU(),
            nn.Conv2d(16, width, 1),
        )

    def dense_position(self) -> torch.Tensor:
        """Encoding of the centres of the grid's cells, [width, grid, grid]."""
        device = self.no_mask_embed.weight.device
        at = (torch.arange(self.grid, device=device, dtype=torch.float32) + 0.5) / self.grid
        y, x = torch.meshgrid(at, at, indexing="ij")
        return self.pe_layer(torch.stack([x, y], dim=-1)).permute(2, 0, 1)

    def tokens(self, coordinates, labels) -> torch.Tensor:
        """Coordinates [n, k, 2] and labels [n, k] (PADDING ... BOTTOM_RIGHT) to [n, k, width]."""
        encoding = self.pe_layer((coordinates.float() + 0.5) / self.image_size)
        table = torch.cat([e.weight for e in self.point_embeddings])
        real = encoding + table[labels.clamp(min=0)]
        return torch.where((labels == PADDING)[..., None], self.not_a_point_embed.weight, real)

    def dense(self, mask, count: int) -> torch.Tensor:
        """Mask logits [n, 1, m, m], or None, to a dense embedding [n, width, grid, grid]."""
        if mask is None:
            return self.no_mask_embed.weight.view(1, -1, 1, 1).expand(count, -1, self.grid, self.grid)
        return self.mask_downscaling(mask)

"""SAM's two-way transformer and mask decoder, any width."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from .config import ModelConfig
from .encoder import LayerNorm2d

MASKS = 4


class Attention(nn.Module):
    """Multi-head attention with an inner width of its own."""

    def __init__(self, width: int, heads: int, downsample: int = 1):
        super().__init__()
        inner = width // downsample
        self.heads = heads
        self.q_proj = nn.Linear(width, inner)
        self.k_proj = nn.Linear(width, inner)
        self.v_proj = nn.Linear(width, inner)
        self.out_proj = nn.Linear(inner, width)

    def forward(self, q, k, v):
        q, k, v = (self.split(p(x)) for p, x in ((self.q_proj, q), (self.k_proj, k), (self.v_proj, v)))
        x = F.scaled_dot_product_attention(q, k, v)
        return self.out_proj(x.transpose(1, 2).flatten(2))

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class TokenMlp(nn.Module):
    """Widen, ReLU, narrow."""

    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.lin1 = nn.Linear(width, hidden)
        self.lin2 = nn.Linear(hidden, width)

    def forward(self, x):
        return self.lin2(F.relu(self.lin1(x)))


class TwoWayLayer(nn.Module):
    """Tokens look at themselves and the image, then the image looks at the tokens."""

    def __init__(self, width: int, heads: int, hidden: int, first: bool):
        super().__init__()
        self.first = first
        self.self_attn = Attention(width, heads)
        self.cross_attn_token_to_image = Attention(width, heads, 2)
        self.mlp = TokenMlp(width, hidden)
        self.cross_attn_image_to_token = Attention(width, heads, 2)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.norm3, self.norm4 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, tokens, image, token_position, image_position):
        if self.first:
            tokens = self.self_attn(tokens, tokens, tokens)
        else:
            placed = tokens + token_position
            tokens = tokens + self.self_attn(placed, placed, tokens)
        tokens = self.norm1(tokens)
        placed_image = image + image_position
        tokens = self.norm2(tokens + self.cross_attn_token_to_image(tokens + token_position, placed_image, image))
        tokens = self.norm3(tokens + self.mlp(tokens))
        image = self.norm4(image + self.cross_attn_image_to_token(placed_image, tokens + token_position, tokens))
        return tokens, image


class TwoWayTransformer(nn.Module):
    """Two layers and a last look of the tokens at the image."""

    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        self.layers = nn.ModuleList(TwoWayLayer(width, heads, hidden, i == 0) for i in range(2))
        self.final_attn_token_to_image = Attention(width, heads, 2)
        self.norm_final_attn = nn.LayerNorm(width)

    def forward(self, tokens, image, image_position):
        start = tokens
        for layer in self.layers:
            tokens, image = layer(tokens, image, start, image_position)
        last = self.final_attn_token_to_image(tokens + start, image + image_position, image)
        return self.norm_final_attn(tokens + last), image


class Perceptron(nn.Module):
    """Three linear layers with ReLU between."""

    def __init__(self, inputs: int, hidden: int, outputs: int):
        super().__init__()
        widths = [inputs, hidden, hidden, outputs]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


class MaskDecoder(nn.Module):
    """Image embedding and prompts to four masks' logits and their predicted IoU."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        width = config.decoder_dim
        self.transformer = TwoWayTransformer(width, config.decoder_heads, config.decoder_mlp)
        self.iou_token = nn.Embedding(1, width)
        self.mask_tokens = nn.Embedding(MASKS, width)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(width, width // 4, 2, 2), LayerNorm2d(width // 4), nn.GELU(),
            nn.ConvTranspose2d(width // 4, width // 8, 2, 2), nn.GELU(),
        )
        self.output_hypernetworks_mlps = nn.ModuleList(Perceptron(width, width, width // 8) for _ in range(MASKS))
        self.iou_prediction_head = Perceptron(width, config.iou_head_hidden, MASKS)

    def forward(self, image, image_position, prompts, dense):
        """Embeddings [n, width, g, g] (one per prompt), tokens [n, k, width], dense like the embeddings.

        Returns logits [n, 4, 4g, 4g] and predicted IoU [n, 4]."""
        n, width, grid, _ = dense.shape
        fixed = torch.cat([self.iou_token.weight, self.mask_tokens.weight])
        tokens = torch.cat([fixed.expand(n, -1, -1), prompts], dim=1)
        keys = (image + dense).flatten(2).transpose(1, 2)
        position = image_position.flatten(1).t()
        tokens, keys = self.transformer(tokens, keys, position)
        upscaled = self.output_upscaling(keys.transpose(1, 2).reshape(n, width, grid, grid))
        hyper = torch.stack([m(tokens[:, 1 + i]) for i, m in enumerate(self.output_hypernetworks_mlps)], dim=1)
        masks = (hyper @ upscaled.flatten(2)).view(n, MASKS, 4 * grid, 4 * grid)
        return masks, self.iou_prediction_head(tokens[:, 0])

"""TinyViT image encoder for any square input, with the key names of MobileSAM's checkpoints.

Differences from the classifier it comes from: strides and neck width are parameters, there is no
classification head, and every layer reads its resolution from its input.
"""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from .config import ModelConfig


class ConvBN(nn.Module):
    """Convolution without bias, then batch norm."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1):
        super().__init__()
        self.c = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.bn(self.c(x))


class PatchEmbed(nn.Module):
    """Two strided convolutions: a quarter of the input resolution."""

    def __init__(self, width: int):
        super().__init__()
        self.seq = nn.Sequential(ConvBN(3, width // 2, 3, 2), nn.GELU(), ConvBN(width // 2, width, 3, 2))

    def forward(self, x):
        return self.seq(x)


class MBConv(nn.Module):
    """Inverted bottleneck whose last activation follows the shortcut."""

    def __init__(self, width: int, expand: int = 4):
        super().__init__()
        hidden = width * expand
        self.conv1 = ConvBN(width, hidden)
        self.conv2 = ConvBN(hidden, hidden, 3, groups=hidden)
        self.conv3 = ConvBN(hidden, width)

    def forward(self, x):
        y = F.gelu(self.conv2(F.gelu(self.conv1(x))))
        return F.gelu(self.conv3(y) + x)


class Downsample(nn.Module):
    """Widens, and shrinks when its stride says so."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = ConvBN(inputs, outputs)
        self.conv2 = ConvBN(outputs, outputs, 3, stride, groups=outputs)
        self.conv3 = ConvBN(outputs, outputs)

    def forward(self, x):
        return self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x)))))


class WindowAttention(nn.Module):
    """Attention inside one window with a bias per head and absolute offset."""

    def __init__(self, width: int, heads: int, window: int):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.attention_biases = nn.Parameter(torch.zeros(heads, window * window))
        y, x = torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")
        y, x = y.flatten(), x.flatten()
        index = (y[:, None] - y[None]).abs() * window + (x[:, None] - x[None]).abs()
        self.register_buffer("index", index, persistent=False)

    def forward(self, x):
        n, tokens, width = x.shape
        qkv = self.qkv(self.norm(x)).view(n, tokens, self.heads, 3, width // self.heads)
        q, k, v = qkv.permute(3, 0, 2, 1, 4)
        bias = self.attention_biases[:, self.index]
        x = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        return self.proj(x.transpose(1, 2).reshape(n, tokens, width))


class Mlp(nn.Module):
    """Norm, widen by four, narrow."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(self.norm(x))))


class Block(nn.Module):
    """Windowed attention, a depthwise convolution and an MLP. Channels last in and out."""

    def __init__(self, width: int, heads: int, window: int):
        super().__init__()
        self.window = window
        self.attn = WindowAttention(width, heads, window)
        self.local_conv = ConvBN(width, width, 3, groups=width)
        self.mlp = Mlp(width)

    def forward(self, x):
        x = x + self.attend(x)
        x = self.local_conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return x + self.mlp(x)

    def attend(self, x):
        n, height, width, channels = x.shape
        w = self.window
        down, right = -height % w, -width % w
        if down or right:
            x = F.pad(x, (0, 0, 0, right, 0, down))
        rows, columns = (height + down) // w, (width + right) // w
        x = x.view(n, rows, w, columns, w, channels).transpose(2, 3).reshape(-1, w * w, channels)
        x = self.attn(x)
        x = x.view(n, rows, columns, w, w, channels).transpose(2, 3)
        return x.reshape(n, height + down, width + right, channels)[:, :height, :width]


class Stage(nn.Module):
    """Blocks of one width, then the way to the next width. Channels first in and out."""

    def __init__(self, config: ModelConfig, index: int):
        super().__init__()
        width = config.embed_dims[index]
        self.convolutional = index == 0
        if self.convolutional:
            blocks = [MBConv(width) for _ in range(config.depths[index])]
        else:
            heads, window = config.num_heads[index], config.window_sizes[index]
            blocks = [Block(width, heads, window) for _ in range(config.depths[index])]
        self.blocks = nn.ModuleList(blocks)
        last = index == len(config.embed_dims) - 1
        self.downsample = None if last else Downsample(width, config.embed_dims[index + 1], config.strides[index])

    def forward(self, x):
        if not self.convolutional:
            x = x.permute(0, 2, 3, 1)
        for block in self.blocks:
            x = block(x)
        if not self.convolutional:
            x = x.permute(0, 3, 1, 2)
        return x if self.downsample is None else self.downsample(x)


class LayerNorm2d(nn.Module):
    """Layer norm over the channels of a channels-first map, epsilon 1e-6."""

    def __init__(self, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        y = F.layer_norm(x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, 1e-6)
        return y.permute(0, 3, 1, 2)


class ImageEncoder(nn.Module):
    """Normalised image [n, 3, S, S] to embedding [n, decoder_dim, grid, grid]."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.patch_embed = PatchEmbed(config.embed_dims[0])
        self.layers = nn.ModuleList(Stage(config, i) for i in range(len(config.embed_dims)))
        self.neck = nn.Sequential(
            nn.Conv2d(config.embed_dims[-1], config.decoder_dim, 1, bias=False),
            LayerNorm2d(config.decoder_dim),
            nn.Conv2d(config.decoder_dim, config.decoder_dim, 3, padding=1, bias=False),
            LayerNorm2d(config.decoder_dim),
        )

    def forward(self, x):
        x = self.patch_embed(x)
        for layer in self.layers:
            x = layer(x)
        return self.neck(x)

"""Configuration of a model and of its training, read from one YAML file."""
from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

import yaml


@dataclass
class ModelConfig:
    """Shapes of a TinyViT encoder and a SAM prompt encoder and mask decoder."""

    image_size: int = 256
    embed_dims: list[int] = field(default_factory=lambda: [32, 64, 128, 192])
    depths: list[int] = field(default_factory=lambda: [2, 2, 4, 2])
    num_heads: list[int] = field(default_factory=lambda: [1, 2, 4, 6])
    window_sizes: list[int] = field(default_factory=lambda: [7, 7, 14, 7])
    strides: list[int] = field(default_factory=lambda: [2, 2, 1])
    decoder_dim: int = 128
    decoder_heads: int = 8
    decoder_mlp: int = 512
    iou_head_hidden: int = 256
    dense_prompts: str = ""

    @property
    def grid(self) -> int:
        """Side of the image embedding in cells."""
        side = self.image_size // 4
        for stride in self.strides:
            side //= stride
        return side

    @property
    def mask_size(self) -> int:
        """Side of the low-resolution logits in cells."""
        return 4 * self.grid

    def metadata(self) -> dict[str, str]:
        """The entries that let an engine rebuild the model from the file alone."""
        lists = {k: ",".join(map(str, v)) for k, v in asdict(self).items() if isinstance(v, list)}
        entries = {
            "architecture": "sam",
            "image_encoder": "tiny_vit",
            "image_size": str(self.image_size),
            "decoder_heads": str(self.decoder_heads),
            **lists,
        }
        if self.dense_prompts:
            entries["dense_prompts"] = self.dense_prompts
        return entries

    @classmethod
    def from_metadata(cls, metadata: dict[str, str], shapes: dict[str, tuple[int, ...]]) -> "ModelConfig":
        """Read the configuration back from a safetensors header."""

        def numbers(key: str) -> list[int]:
            return [int(x) for x in metadata[key].split(",")]

        return cls(
            image_size=int(metadata["image_size"]),
            embed_dims=numbers("embed_dims"),
            depths=numbers("depths"),
            num_heads=numbers("num_heads"),
            window_sizes=numbers("window_sizes"),
            strides=numbers("strides"),
            decoder_dim=shapes["mask_decoder.iou_token.weight"][1],
            decoder_heads=int(metadata["decoder_heads"]),
            decoder_mlp=shapes["mask_decoder.transformer.layers.0.mlp.lin1.weight"][0],
            iou_head_hidden=shapes["mask_decoder.iou_prediction_head.layers.0.weight"][0],
            dense_prompts=metadata.get("dense_prompts", ""),
        )


@dataclass
class TrainConfig:
    """How one run trains: batch, schedule and the mixture of data."""

    batch: int = 8
    prompts: int = 6
    rounds: list[float] = field(default_factory=lambda: [0.5, 0.3, 0.2])
    optimiser: str = "adamw"
    learning_rate: float = 6e-4
    final_rate: float = 0.01
    warmup: float = 0.02
    weight_decay: float = 0.03
    clip: float = 1.0
    ema_time: float = 0.02
    freeze_batchnorm: bool = False
    frozen: list[str] = field(default_factory=list)
    mask_loss: str = "bce"
    synthetic: float = 0.25
    mixture: dict[str, float] = field(default_factory=dict)
    seed: int = 1


@dataclass
class Config:
    """Everything a run needs, as written in `configs/*.yaml`."""

    model: ModelConfig = field(default_factory=ModelConfig)
    train: TrainConfig = field(default_factory=TrainConfig)

    @classmethod
    def load(cls, path: str | Path) -> "Config":
        raw = yaml.safe_load(Path(path).read_text())
        return cls(ModelConfig(**raw.get("model", {})), TrainConfig(**raw.get("train", {})))

    def as_dict(self) -> dict:
        return asdict(self)

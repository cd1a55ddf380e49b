"""Opens a model for measuring, whether exported or still in training."""
from __future__ import annotations

from . import checkpoint
from .config import ModelConfig
from .model import Sam, load


def open_model(path: str) -> tuple[Sam, dict[str, str]]:
    """A safetensors file, or the average of a run."""
    if path.endswith(".safetensors"):
        return load(path)
    state = checkpoint.load(path)
    model = Sam(ModelConfig(**state["config"]["model"]))
    model.load_state_dict(state["average"])
    print(f"step {state['step']}, {state['images']} images, {state['seconds'] / 60:.1f} minutes")
    return model.eval(), {}

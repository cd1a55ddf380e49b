"""The two small models of the fixtures. Everything that tests them builds or loads them from here."""

import models
import torch
from safetensors.torch import save_file

VIT = dict(image_size=192, width=32, depth=4, heads=2, window=5, global_blocks=(1, 3), dim=64, mlp=96, hidden=40)
TINY_VIT = dict(
    image_size=128, widths=[8, 16, 24, 32], depths=[1, 1, 2, 1], heads=[1, 2, 3, 4], windows=[3, 3, 5, 3],
    dim=32, mlp=64, hidden=24)

# Radii of the discs that the ViT model's decoder learns to draw, as shares of the image's side.
RADII = (0.08, 0.14, 0.22)


def build(kind):
    """`kind` is "vit" or "tiny_vit". Deterministic: the same weights on every run of the same PyTorch."""
    torch.manual_seed(7)
    model = models.vit(**VIT) if kind == "vit" else models.tiny_vit(**TINY_VIT)
    models.randomise(model, seed=11 if kind == "vit" else 12)
    model.eval()
    if kind == "vit":
        with torch.no_grad():
            models.see_places(model)
        radii = [share * VIT["image_size"] for share in RADII]
        models.teach_discs(model, radii, steps=300, batch=16, seed=5, report=100)
    models.round_to_half(model)
    # TinyViT gathers its attention biases when it is switched to evaluation: only now are they final.
    model.train()
    return model.eval()


def metadata(kind):
    """What a checkpoint says about itself beside shapes."""
    if kind == "vit":
        return {"architecture": "sam", "image_encoder": "vit", "image_size": str(VIT["image_size"]),
                "num_heads": str(VIT["heads"]), "decoder_heads": "8"}
    joined = {name: ",".join(map(str, TINY_VIT[key])) for name, key in (
        ("embed_dims", "widths"), ("depths", "depths"), ("num_heads", "heads"), ("window_sizes", "windows"))}
    return {"architecture": "sam", "image_encoder": "tiny_vit", "image_size": str(TINY_VIT["image_size"]),
            "strides": "2,2,1", "decoder_heads": "8", **joined}


def save(model, kind, folder):
    """Writes the model in half precision, which holds its weights exactly."""
    name = "small-" + kind.replace("_", "-")
    state = {key: (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
             for key, tensor in model.state_dict().items()}
    save_file(state, folder / f"{name}.safetensors", metadata(kind))
    return name

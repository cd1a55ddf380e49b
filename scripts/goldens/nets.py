"""Expected tensors after each stage of the small models, from the official PyTorch code."""

import json

import numpy as np
import pattern
import torch
from safetensors.torch import save_file

# Points are x, y, label (1 foreground, 0 background), boxes x0, y0, x1, y1, as shares of the image's side.
PROMPTS = [
    dict(name="none", points=[], box=None, mask=False),
    dict(name="point", points=[(0.31, 0.62, 1)], box=None, mask=False),
    dict(name="box", points=[], box=(0.2, 0.1, 0.77, 0.93), mask=False),
    dict(name="box_point", points=[(0.5, 0.25, 0)], box=(0.2, 0.1, 0.77, 0.93), mask=False),
    dict(name="eight_points", points=[(0.1 * i + 0.05, (0.37 * i) % 1, i % 2) for i in range(8)], box=None, mask=False),
    dict(name="mask", points=[], box=None, mask=True),
    dict(name="point_mask", points=[(0.31, 0.62, 1)], box=None, mask=True),
]


def channels_last(tensor, channels):
    """One image as [pixels, channels], from [1,C,H,W], [1,H,W,C] or [1,L,C]."""
    tensor = tensor[0]
    if tensor.dim() == 3 and tensor.shape[0] == channels and tensor.shape[-1] != channels:
        tensor = tensor.permute(1, 2, 0)
    return tensor.reshape(-1, channels)


def stages(kind, encoder):
    """Modules to watch, with their output channels."""
    if kind == "vit":
        width = encoder.pos_embed.shape[-1]
        return {"patch_embed": (encoder.patch_embed, width),
                **{f"blocks.{i}": (block, width) for i, block in enumerate(encoder.blocks)}}
    watched = {"patch_embed": (encoder.patch_embed, encoder.patch_embed.seq[2].c.out_channels)}
    for i, layer in enumerate(encoder.layers):
        width = getattr(layer, "dim")
        watched |= {f"layers.{i}.blocks.{j}": (block, width) for j, block in enumerate(layer.blocks)}
        if layer.downsample is not None:
            watched[f"layers.{i}.downsample"] = (layer.downsample, layer.downsample.out_dim)
    return watched


# Prompts whose masks are kept; of the others tokens and scores are.
WITH_MASKS = ("point", "box_point", "point_mask")


def expected(model, kind, encoder_stages, decoder_stages):
    """Tensors by stage, and the prompts in pixels. Without stages only embedding, prompts' tokens, scores and masks."""
    size, grid = model.image_encoder.img_size, model.prompt_encoder.image_embedding_size[0]
    dim = model.prompt_encoder.embed_dim
    out, hooks = {}, []

    def watch(name, module, channels):
        hooks.append(module.register_forward_hook(
            lambda _, __, result: out.__setitem__(name, channels_last(result, channels))))

    if encoder_stages:
        for name, (module, channels) in stages(kind, model.image_encoder).items():
            watch(f"image_encoder.{name}", module, channels)
    image = torch.from_numpy(pattern.floats(1, 3, size, size))
    embedding = model.image_encoder(image)
    for hook in hooks:
        hook.remove()
    out["embedding"] = channels_last(embedding, dim)
    dense_pe = model.prompt_encoder.get_dense_pe()
    if decoder_stages:
        out["dense_pe"] = channels_last(dense_pe, dim)

    prompts = []
    for number, share in enumerate(PROMPTS):
        name = share["name"]
        points = [(x * size, y * size, label) for x, y, label in share["points"]]
        box = [c * size for c in share["box"]] if share["box"] else None
        prompts.append({"name": name, "points": points, "box": box, "mask": share["mask"]})
        mask = torch.from_numpy(4 * pattern.floats(1, 1, 4 * grid, 4 * grid, seed=1)) if share["mask"] else None
        coordinates = torch.tensor([[p[:2] for p in points]], dtype=torch.float32) if points else None
        labels = torch.tensor([[p[2] for p in points]]) if points else None
        sparse, dense = model.prompt_encoder(
            points=(coordinates, labels) if points else None,
            boxes=torch.tensor([box], dtype=torch.float32) if box else None, masks=mask)
        transformer = model.mask_decoder.transformer
        queries, hooks = {}, []
        for i, layer in enumerate(transformer.layers):
            hooks.append(layer.register_forward_hook(lambda _, __, result, i=i: queries.__setitem__(i, result)))
        hooks.append(transformer.register_forward_hook(lambda _, __, result: queries.__setitem__("end", result)))
        hooks.append(model.mask_decoder.output_upscaling.register_forward_hook(
            lambda _, __, result: queries.__setitem__("upscaled", result)))
        logits, scores = model.mask_decoder.predict_masks(
            image_embeddings=embedding, image_pe=dense_pe, sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense)
        for hook in hooks:
            hook.remove()
        out[f"{name}.sparse"] = sparse[0]
        if share["mask"] and name == "mask" and decoder_stages:
            out[f"{name}.dense"] = channels_last(dense, dim)
        if decoder_stages:
            for i in range(len(transformer.layers)):
                out[f"{name}.queries.{i}"] = queries[i][0][0]
            out[f"{name}.queries"] = queries["end"][0][0]
            if name in ("point", "point_mask"):
                out[f"{name}.keys.0"] = queries[0][1][0]
                out[f"{name}.keys"] = queries["end"][1][0]
            if name == "point":
                out[f"{name}.upscaled"] = channels_last(queries["upscaled"], dim // 8)
        out[f"{name}.iou"] = scores[0]
        if name in WITH_MASKS:
            out[f"{name}.masks"] = logits[0]
    return {key: tensor.detach().float().contiguous() for key, tensor in out.items()}, prompts


def save(model, kind, path, encoder_stages=True, decoder_stages=True):
    with torch.no_grad():
        tensors, prompts = expected(model, kind, encoder_stages, decoder_stages)
    # Hooks may hand out the same memory twice, which the format does not allow.
    save_file({key: tensor.clone() for key, tensor in tensors.items()}, path, {"prompts": json.dumps(prompts)})
    return tensors


def describe(tensors):
    for key, tensor in tensors.items():
        spread = np.abs(tensor.numpy()).max() if tensor.numel() else 0
        print(f"  {key:40} {str(list(tensor.shape)):18} max |x| {spread:.3f}")

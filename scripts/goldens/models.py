"""Builds Segment Anything models of any size from the official classes, with random weights.

The official code is imported from checkouts given by path; nothing of it is copied here.
"""

import sys
from functools import partial

import torch
from torch import nn


def add_checkouts(sam, mobilesam):
    """Makes `segment_anything` and `mobile_sam` importable from their checkouts."""
    for path in (sam, mobilesam):
        if path and path not in sys.path:
            sys.path.insert(0, path)


def decoder_parts(dim, mlp, hidden, image_size, grid, heads=8):
    from segment_anything.modeling import MaskDecoder, PromptEncoder, TwoWayTransformer

    prompt_encoder = PromptEncoder(
        embed_dim=dim, image_embedding_size=(grid, grid), input_image_size=(image_size, image_size), mask_in_chans=16)
    mask_decoder = MaskDecoder(
        num_multimask_outputs=3,
        transformer=TwoWayTransformer(depth=2, embedding_dim=dim, mlp_dim=mlp, num_heads=heads),
        transformer_dim=dim, iou_head_depth=3, iou_head_hidden_dim=hidden)
    return prompt_encoder, mask_decoder


def vit(image_size, width, depth, heads, window, global_blocks, dim, mlp, hidden, patch=16, decoder_heads=8):
    """A model with the plain ViT encoder."""
    from segment_anything.modeling import ImageEncoderViT, Sam

    encoder = ImageEncoderViT(
        img_size=image_size, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=4,
        out_chans=dim, qkv_bias=True, norm_layer=partial(nn.LayerNorm, eps=1e-6), use_rel_pos=True,
        window_size=window, global_attn_indexes=global_blocks)
    return Sam(encoder, *decoder_parts(dim, mlp, hidden, image_size, image_size // patch, decoder_heads))


def tiny_vit(image_size, widths, depths, heads, windows, dim, mlp, hidden, classes=10):
    """A model with the TinyViT encoder, strides 2, 2, 1.

    The official class fixes a neck of 256 channels and a grid of 64 and knows the last stride by its width: around the
    unchanged blocks these three are made to follow the arguments.
    """
    from mobile_sam.modeling.tiny_vit_sam import LayerNorm2d, TinyViT
    from segment_anything.modeling import Sam

    class AnySizeTinyViT(TinyViT):
        def forward(self, x):
            x = self.layers[0](self.patch_embed(x))
            for layer in self.layers[1:]:
                x = layer(x)
            batch, _, channels = x.shape
            side = self.layers[-1].input_resolution[0]
            return self.neck(x.view(batch, side, side, channels).permute(0, 3, 1, 2))

    encoder = AnySizeTinyViT(
        img_size=image_size, in_chans=3, num_classes=classes, embed_dims=widths, depths=depths, num_heads=heads,
        window_sizes=windows, mlp_ratio=4.0, drop_rate=0.0, drop_path_rate=0.0, use_checkpoint=False,
        mbconv_expand_ratio=4.0, local_conv_size=3, layer_lr_decay=0.8)
    encoder.layers[2].downsample.conv2.c.stride = (1, 1)
    if dim != 256:
        encoder.neck = nn.Sequential(
            nn.Conv2d(widths[-1], dim, kernel_size=1, bias=False), LayerNorm2d(dim),
            nn.Conv2d(dim, dim, kernel_size=3, padding=1, bias=False), LayerNorm2d(dim))
    return Sam(encoder, *decoder_parts(dim, mlp, hidden, image_size, image_size // 16))


def mobile_sam():
    """MobileSAM at its own size."""
    return tiny_vit(1024, [64, 128, 160, 320], [2, 2, 6, 2], [2, 4, 5, 10], [7, 7, 14, 7], 256, 2048, 256, 1000)


def vit_b():
    """ViT-B at its own size."""
    return vit(1024, 768, 12, 12, 14, (2, 5, 8, 11), 256, 2048, 256)


def randomise(model, seed):
    """Gives every parameter and buffer a random value of a size that keeps activations of order 1."""
    generator = torch.Generator().manual_seed(seed)

    def normal(like, scale, offset=0.0):
        return offset + scale * torch.randn(like.shape, generator=generator)

    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        if name.endswith("running_var"):
            value = 0.5 + torch.rand(tensor.shape, generator=generator)
        elif name.endswith("running_mean") or name.endswith("bias"):
            value = normal(tensor, 0.1)
        elif "gaussian_matrix" in name:
            value = normal(tensor, 1.0)
        elif tensor.dim() == 1:
            value = normal(tensor, 0.2, 1.0)
        elif "embed" in name and tensor.dim() == 2 or "token" in name and tensor.shape[0] in (1, 4):
            value = normal(tensor, 0.5)
        elif "rel_pos" in name or "attention_biases" in name or "pos_embed" in name:
            value = normal(tensor, 0.3)
        elif "output_upscaling" in name:
            value = normal(tensor, 1.3 * tensor.shape[0] ** -0.5)
        else:
            value = normal(tensor, 1.3 * tensor[0].numel() ** -0.5)
        tensor.copy_(value)


def round_to_half(model):
    """Rounds all weights to half precision, so that a half precision file holds them exactly."""
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(tensor.half().float())


def see_places(model, frequency=0.5, gain=3.0, quiet=0.1, loud=6.0):
    """Starts the decoder off with pixels that attend to the point tokens near them.

    Each head of image-to-token attention compares sine and cosine of some of the frequencies of the positional
    encoding; where phases agree, the pixel is near the point. What else is added to tokens and pixels is made quiet.
    Without this start, training stays with constant masks.
    """
    prompts, decoder = model.prompt_encoder, model.mask_decoder
    prompts.pe_layer.positional_encoding_gaussian_matrix.mul_(frequency)
    frequencies = prompts.embed_dim // 2
    for table in (decoder.iou_token, decoder.mask_tokens, prompts.not_a_point_embed, prompts.no_mask_embed,
                  *prompts.point_embeddings):
        table.weight.mul_(0.3)
    model.image_encoder.neck[3].weight.mul_(quiet)
    model.image_encoder.neck[3].bias.mul_(quiet)
    for layer in decoder.transformer.layers:
        attention = layer.cross_attn_image_to_token
        for projection in (attention.q_proj, attention.k_proj):
            projection.bias.zero_()
            projection.weight.mul_(quiet)
            for pair in range(projection.out_features // 2):
                projection.weight[2 * pair, pair % frequencies] += gain ** 0.5
                projection.weight[2 * pair + 1, frequencies + pair % frequencies] += gain ** 0.5
        attention.out_proj.weight.mul_(loud)
        # Each token minds itself, or the layers make all tokens, and so all values, alike.
        for projection in (layer.self_attn.q_proj, layer.self_attn.k_proj):
            projection.weight.mul_(quiet)
            projection.weight.diagonal().add_(2.0)
    decoder.transformer.layers[0].norm4.weight.mul_(quiet)


def teach_discs(model, radii, steps, batch, seed, rate=3e-3, report=None):
    """Trains prompt encoder and mask decoder to draw discs around the clicked point.

    A random decoder answers every point with the same speckle. The mask generator is only put to the test by masks
    that lie in different places; discs of three radii (pixels of the model's frame) are such masks, and their ragged
    edges on random embeddings give scores of all sizes. Embeddings are those of noise; the encoder is not trained.
    """
    generator = torch.Generator().manual_seed(seed)
    size = model.image_encoder.img_size
    side = 4 * model.prompt_encoder.image_embedding_size[0]
    centres = (torch.arange(side) + 0.5) * (size / side)
    with torch.no_grad():
        image = torch.nn.functional.interpolate(
            torch.randn(1, 3, size // 16, size // 16, generator=generator), size=(size, size), mode="bilinear")
        embedding = model.image_encoder(image + 0.5 * torch.randn(1, 3, size, size, generator=generator))
    parameters = [*model.prompt_encoder.parameters(), *model.mask_decoder.parameters()]
    optimiser = torch.optim.Adam(parameters, rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    for step in range(steps):
        points = torch.rand(batch, 1, 2, generator=generator) * size
        sparse, dense = model.prompt_encoder(points=(points, torch.ones(batch, 1)), boxes=None, masks=None)
        logits, scores = model.mask_decoder(
            embedding, model.prompt_encoder.get_dense_pe(), sparse, dense, multimask_output=True)
        distance = ((centres[None, None, :] - points[:, :, :1]) ** 2
                    + (centres[None, :, None] - points[:, :, 1:]) ** 2)[:, None].sqrt()
        target = (distance < torch.tensor(radii)[None, :, None, None]).float()
        inside = target.mean((2, 3), keepdim=True).clamp(min=1e-3)
        weight = torch.where(target > 0, 0.5 / inside, 0.5 / (1 - inside))
        loss = (weight * nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")).mean()
        with torch.no_grad():
            found = logits > 0
            common = (found & (target > 0)).sum((2, 3))
            iou = common / (found | (target > 0)).sum((2, 3)).clamp(min=1)
        loss = loss + nn.functional.mse_loss(scores, iou)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if report and (step % report == 0 or step == steps - 1):
            print(f"step {step}: loss {loss.item():.3f}, mean IoU {iou.mean(0).tolist()}", flush=True)
    for parameter in parameters:
        parameter.grad = None

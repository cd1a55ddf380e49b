"""Makes the models that are measured: one set of random weights as state dict, safetensors and ONNX."""

import models as official
import pattern
import scene
import torch
from safetensors.torch import save_file

BUILDERS = {"vit-b": official.vit_b, "mobile-sam": official.mobile_sam}


def build(name):
    model = BUILDERS[name]()
    model.eval()
    official.randomise(model, seed=17)
    # TinyViT gathers its attention biases when it is switched to evaluation: after the weights are set.
    model.train()
    return model.eval()


def load(name, folder):
    model = BUILDERS[name]()
    model.load_state_dict(torch.load(folder / f"{name}.pth"))
    model.train()
    return model.eval()


class Decoder(torch.nn.Module):
    """One point prompt to three masks and their scores: the official ONNX wrapper without its upscaling of masks."""

    def __init__(self, sam):
        super().__init__()
        from segment_anything.utils.onnx import SamOnnxModel

        self.wrapped = SamOnnxModel(sam, return_single_mask=False)
        self.wrapped.mask_postprocessing = lambda masks, size: masks

    def forward(self, embedding, points, labels, mask, has_mask):
        masks, scores, _ = self.wrapped(embedding, points, labels, mask, has_mask, torch.tensor([1024.0, 1024.0]))
        return masks, scores


def decoder_inputs(embedding):
    """A point and its padding point, no mask."""
    return (embedding, torch.tensor([[[400.0, 300.0], [0.0, 0.0]]]), torch.tensor([[1.0, -1.0]]),
            torch.zeros(1, 1, 256, 256), torch.zeros(1))


def image():
    return torch.from_numpy(pattern.floats(1, 3, 1024, 1024))


def models(arguments, names):
    """Makes what is missing of the models of these names, and the picture."""
    official.add_checkouts(arguments.sam, arguments.mobilesam)
    arguments.work.mkdir(parents=True, exist_ok=True)
    picture = arguments.work / "picture.png"
    if not picture.exists():
        scene.textured(1800, 1200, shapes=120, seed=21).save(picture)
    for name in names:
        if all((arguments.work / f"{name}{end}").exists() for end in (".pth", ".safetensors", "-decoder.onnx")):
            continue
        model = build(name)
        torch.save(model.state_dict(), arguments.work / f"{name}.pth")
        save_file({key: tensor.contiguous() for key, tensor in model.state_dict().items()},
                  arguments.work / f"{name}.safetensors")
        export(model, arguments.work, name)


def export(model, folder, name):
    """The tracing exporter needs no package beside onnx. The graph has fixed sizes, but takes any number of prompts."""
    with torch.no_grad():
        torch.onnx.export(
            model.image_encoder, (image(),), folder / f"{name}-encoder.onnx", dynamo=False, opset_version=17,
            input_names=["image"], output_names=["embedding"])
        # In evaluation mode: the exporter puts a module back into the mode it had, and this one contains the model.
        torch.onnx.export(
            Decoder(model).eval(), decoder_inputs(torch.zeros(1, 256, 64, 64)), folder / f"{name}-decoder.onnx",
            dynamo=False, opset_version=17, input_names=["embedding", "points", "labels", "mask", "has_mask"],
            output_names=["masks", "scores"], dynamic_axes={"points": {0: "prompts"}, "labels": {0: "prompts"}})

"""One measurement by one peer in a process of its own; prints milliseconds as JSON.

    python3 worker.py torch|onnx encode|decode|prompts|generator MODEL FOLDER THREADS SAM MOBILESAM [EVERYTHING]
"""

import json
import pathlib
import sys
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "goldens"))

# Runs that are not counted: ONNX Runtime's memory settles in the second, which takes up to half as long again.
WARMING = 2
# Runs within a process that are counted, by their median; only one where it takes longer than so many seconds.
REPEATS = {"encode": 3, "decode": 9, "prompts": 3}
LONG = 10
BATCH = 64


def timed(work, run):
    for _ in range(WARMING):
        start = time.perf_counter()
        run()
    times = []
    for _ in range(1 if time.perf_counter() - start > LONG else REPEATS[work]):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return times


def with_torch(work, model, folder, threads):
    import prepare
    import torch

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    sam = prepare.load(model, folder)
    if work == "encode":
        image = prepare.image()
        return timed(work, lambda: sam.image_encoder(image))
    embedding = torch.randn(1, 256, 64, 64)
    count = 1 if work == "decode" else BATCH
    points = torch.rand(count, 1, 2) * 1024

    def decode():
        sparse, dense = sam.prompt_encoder(points=(points, torch.ones(count, 1)), boxes=None, masks=None)
        sam.mask_decoder(embedding, sam.prompt_encoder.get_dense_pe(), sparse, dense, multimask_output=True)

    return timed(work, decode)


def with_onnx(work, model, folder, threads):
    import onnxruntime
    import pattern

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    part = "encoder" if work == "encode" else "decoder"
    session = onnxruntime.InferenceSession(folder / f"{model}-{part}.onnx", options, providers=["CPUExecutionProvider"])
    if work == "encode":
        feed = {"image": pattern.floats(1, 3, 1024, 1024)}
    else:
        count = 1 if work == "decode" else BATCH
        generator = np.random.default_rng(0)
        points = np.zeros((count, 2, 2), np.float32)
        points[:, 0] = generator.random((count, 2)) * 1024
        feed = {"embedding": generator.standard_normal((1, 256, 64, 64), np.float32), "points": points,
                "labels": np.tile(np.array([[1, -1]], np.float32), (count, 1)),
                "mask": np.zeros((1, 1, 256, 256), np.float32), "has_mask": np.zeros(1, np.float32)}
    # What the export found to be of no influence is no input of the graph.
    names = {entry.name for entry in session.get_inputs()}
    feed = {key: value for key, value in feed.items() if key in names}
    return timed(work, lambda: session.run(None, feed))


def generator(folder, threads):
    """One of the 16 batches of the official generator on the picture of `folder`: 64 points of its grid of 32×32, every
    16th of them, so that they lie all over the picture; the thresholds and all that follows belong to it."""
    import models
    import torch
    from PIL import Image
    from safetensors.torch import load_file
    from segment_anything import SamAutomaticMaskGenerator
    from segment_anything.utils.amg import build_point_grid

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    sam = models.mobile_sam()
    sam.load_state_dict(load_file(folder / "model.safetensors"))
    sam.train()
    sam.eval()
    settings = json.loads((folder / "chosen.json").read_text())["settings"]
    pixels = np.asarray(Image.open(folder / "picture.png"))
    points = build_point_grid(32)[5::16]
    made = SamAutomaticMaskGenerator(
        sam, output_mode="coco_rle", points_per_side=None, point_grids=[points], points_per_batch=BATCH, **settings)
    made.predictor.set_image(pixels)
    # The encode is not counted: the picture is set already.
    made.predictor.set_image = lambda image: None
    made.predictor.reset_image = lambda: None
    made.generate(pixels)
    start = time.perf_counter()
    records = made.generate(pixels)
    return [1000 * (time.perf_counter() - start)], len(records)


def main():
    peer, work, model, folder, threads, sam, mobilesam = sys.argv[1:8]
    import models

    models.add_checkouts(sam, mobilesam)
    if work == "generator":
        times, masks = generator(pathlib.Path(sys.argv[8]), int(threads))
        print(json.dumps({"ms": times, "masks": masks}))
        return
    run = with_torch if peer == "torch" else with_onnx
    print(json.dumps({"ms": run(work, model, pathlib.Path(folder), int(threads))}))


if __name__ == "__main__":
    main()

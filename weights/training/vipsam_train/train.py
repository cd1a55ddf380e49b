"""Trains a model; stops and goes on where it was.

    python -m vipsam_train.train CONFIG.yaml PHOTOS.pack RUN [--from FILE.safetensors]
        [--minutes TOTAL | --until 2026-01-31T18:50] [--session MINUTES] [--processes 2] [--threads 1] [--workers 0]

The schedule runs over TOTAL minutes of training time (or ends at a moment, UTC). `--session` ends this call earlier;
the next call goes on. RUN/state.pt holds everything, RUN/log.txt a line every 100 steps.
"""
from __future__ import annotations

import argparse
import datetime
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader

from . import checkpoint, losses, muon, workers
from .clicks import next_click
from .config import Config, TrainConfig
from .dataset import Samples
from .model import Sam, load
from .resize_windows import adapt
from .schedule import rate

SAVE_SECONDS = 120
LOG_STEPS = 100
SINGLE_MASK_OF_ONE_CLICK = 0.3
SUBJECT_WEIGHT = 0.3


class Run:
    """Model, average, optimiser and how far they are."""

    def __init__(self, config: Config, folder: Path, start: str | None, device: str):
        self.config, self.folder, self.device = config, folder, device
        self.path = folder / "state.pt"
        self.step, self.seconds, self.images = 0, 0.0, 0
        self.model = Sam(config.model)
        prepare_mask_prompts(self.model)
        self.resumed = self.path.exists()
        state = checkpoint.load(self.path) if self.resumed else None
        if state is None and start:
            warm_start(self.model, start)
        self.model.to(device, memory_format=torch.channels_last)
        self.average = checkpoint.new_average(self.model)
        self.optimisers = optimisers(self.model, config.train)
        if state:
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            for optimiser, earlier in zip(self.optimisers, state["optimisers"], strict=True):
                optimiser.load_state_dict(earlier)
            self.step, self.seconds, self.images = state["step"], state["seconds"], state["images"]

    def save(self) -> None:
        checkpoint.save(
            self.path, model=self.model.state_dict(), average=self.average.state_dict(),
            optimisers=[optimiser.state_dict() for optimiser in self.optimisers], step=self.step,
            seconds=self.seconds, images=self.images, config=self.config.as_dict(),
        )


def main() -> None:
    arguments = parse()
    if arguments.processes == 1:
        work(0, arguments)
    else:
        workers.choose_port()
        torch.multiprocessing.spawn(work, (arguments,), arguments.processes)


def work(rank: int, arguments: argparse.Namespace) -> None:
    """One of the processes; the first one writes state and log."""
    torch.set_num_threads(arguments.threads)
    workers.join(rank, arguments.processes)
    config = Config.load(arguments.config)
    folder = Path(arguments.run)
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config.train.seed)
    run = Run(config, folder, arguments.start, arguments.device)
    torch.manual_seed(config.train.seed + 1000 * rank + run.step)
    total = 60 * arguments.minutes
    if arguments.until:
        end = datetime.datetime.fromisoformat(arguments.until).replace(tzinfo=datetime.timezone.utc)
        total = run.seconds + end.timestamp() - time.time()
    session_end = time.time() + 60 * arguments.session if arguments.session else float("inf")
    samples = Samples(arguments.pack, config, salt=1_000_003 * rank + run.step)
    loader = DataLoader(samples, config.train.batch // arguments.processes, num_workers=arguments.workers,
                        prefetch_factor=4 if arguments.workers else None, pin_memory=arguments.device == "cuda")
    if rank == 0:
        report(folder, f"start at step {run.step}, {run.seconds / 60:.1f} of {total / 60:.1f} minutes")
    loop(run, loader, total, session_end, writes=rank == 0)
    if rank == 0:
        run.save()
        report(folder, f"stop at step {run.step}, {run.seconds / 60:.1f} of {total / 60:.1f} minutes")


def loop(run: Run, loader, total: float, session_end: float, writes: bool) -> None:
    config = run.config.train
    freeze(run.model, config.frozen)
    parameters = [p for p in run.model.parameters() if p.requires_grad]
    saved = last = time.time()
    sums: dict[str, tuple[float, int]] = {}
    set_train(run.model, config)
    for batch in loader:
        batch = {k: v.to(run.device, non_blocking=True) for k, v in batch.items()}
        rounds = 1 + int(np.random.default_rng(run.step).choice(len(config.rounds), p=config.rounds))
        with torch.autocast("cuda", torch.bfloat16, enabled=run.device == "cuda"):
            loss, facts = step(run.model, batch, run.config, rounds)
        run.model.zero_grad(set_to_none=True)
        loss.backward()
        now = time.time()
        run.seconds += now - last
        last = now
        clock = torch.tensor([run.seconds / total, float(now >= session_end)])
        progress, stop = workers.share_gradients(parameters, clock).tolist()
        factor = rate(progress, config.warmup, config.final_rate)
        norm = torch.nn.utils.clip_grad_norm_(parameters, config.clip)
        for optimiser in run.optimisers if torch.isfinite(norm) else ():
            for group in optimiser.param_groups:
                group["lr"] = config.learning_rate * factor
            optimiser.step()
        run.step += 1
        run.images += config.batch
        if writes:
            checkpoint.follow(run.average, run.model, decay(run.step, progress, config.ema_time))
        for key, value in facts.items():
            total_, count = sums.get(key, (0.0, 0))
            sums[key] = (total_ + float(value), count + 1)
        if run.step % LOG_STEPS == 0:
            text = " ".join(f"{k} {v / n:.3f}" for k, (v, n) in sums.items())
            line = f"{run.step} {100 * progress:.1f} % rate {factor:.3f} s/image {run.seconds / run.images:.4f} {text}"
            if writes:
                report(run.folder, line)
            sums = {}
        if writes and now - saved > SAVE_SECONDS:
            run.save()
            saved = now
        if progress >= 1 or stop > 0:
            return


def step(model: Sam, batch, config: Config, rounds: int):
    """Loss of one batch over `rounds` rounds of clicks, and facts for the log."""
    train, shape = config.train, config.model
    images, prompts = batch["image"], batch["target"].shape[1]
    embedding = model.encode(images, batch["size"])
    rows = embedding.repeat_interleave(prompts, 0)
    target = batch["target"].flatten(0, 1).float() / 255
    boxes, clicks = batch["box"].flatten(0, 1), batch["click"].flatten(0, 1)[:, None]
    weights = losses.attention_weights(boxes, shape.mask_size, shape.image_size)
    by_box = torch.rand(len(target), device=target.device) < 0.55
    ones = torch.ones(len(target), 1, dtype=torch.long, device=target.device)
    loss, facts = 0.0, {}
    for name, rows_of in (("box", by_box.nonzero()[:, 0]), ("click", (~by_box).nonzero()[:, 0])):
        if not len(rows_of):
            continue
        box = boxes[rows_of] if name == "box" else None
        points = clicks[rows_of, :0] if name == "box" else clicks[rows_of]
        labels = ones[rows_of, :0] if name == "box" else ones[rows_of]
        mask, share, truth = None, len(rows_of) / len(target), target[rows_of]
        for turn in range(rounds):
            logits, predicted = model.decode(rows[rows_of], points, labels, box, mask)
            logits, predicted = logits.float(), predicted.float()
            single = SINGLE_MASK_OF_ONE_CLICK if name == "click" and turn == 0 else 1.0
            part, iou = losses.total(logits, predicted, truth, weights[rows_of], single, train.mask_loss)
            loss = loss + share * part / rounds
            if turn == 0:
                facts[name] = part.detach()
                facts[name + "_iou0"] = iou[:, 0].mean()
                facts[name + "_best3"] = iou[:, 1:].max(dim=1).values.mean()
                facts[name + "_miou_error"] = (predicted.detach() - iou).abs().mean()
            if turn + 1 < rounds:
                best = predicted.detach().argmax(dim=1)
                previous = logits.detach()[torch.arange(len(truth), device=truth.device), best]
                point, label = next_click(previous, truth, shape.image_size)
                points, labels = torch.cat([points, point], 1), torch.cat([labels, label], 1)
                mask = previous[:, None] if torch.rand(()) < 0.6 else None
    known = batch["has_subject"].nonzero()[:, 0]
    if len(known):
        truth = batch["subject"][known].float() / 255
        even = torch.ones_like(truth)
        logits, predicted = model.decode(embedding[known], None, None)
        part, iou = losses.total(logits.float(), predicted.float(), truth, even, 1.0, train.mask_loss)
        loss = loss + SUBJECT_WEIGHT * part * len(known) / len(images)
        facts["subject_iou0"] = iou[:, 0].mean()
    facts["loss"] = loss.detach()
    return loss, facts


def freeze(model: Sam, names: list[str]) -> None:
    """Parts of the encoder that are not trained, for instance `patch_embed` and `layers.0`."""
    for name in names:
        model.image_encoder.get_submodule(name).requires_grad_(False)


def set_train(model: Sam, train: TrainConfig) -> None:
    """Train mode, except for batch norms that keep their statistics."""
    model.train()
    still = [model] if train.freeze_batchnorm else [model.image_encoder.get_submodule(n) for n in train.frozen]
    for part in still:
        for module in part.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eval()


def decay(step: int, progress: float, time_share: float) -> float:
    """Decay of the average: it looks back over `time_share` of the run so far, at least a few steps."""
    horizon = max(10.0, step * time_share / max(progress, time_share))
    return 1 - 1 / min(horizon, step + 1)


def prepare_mask_prompts(model: Sam) -> None:
    """Start of the mask path: biases that keep the magnitude of a logit visible through the norms."""
    path = model.prompt_encoder.mask_downscaling
    for module, weight, bias in ((path[0], 0.15, 0.7), (path[3], 0.25, 0.3), (path[6], 0.05, 0.0)):
        torch.nn.init.normal_(module.weight, std=weight)
        torch.nn.init.normal_(module.bias, std=bias)
    torch.nn.init.normal_(path[1].bias, std=0.3)
    torch.nn.init.normal_(path[4].bias, std=0.3)


def warm_start(model: Sam, path: str) -> None:
    """Weights of an earlier model; windows may differ, an untrained mask path is left as it is here."""
    earlier, metadata = load(path)
    state = adapt(earlier.state_dict(), model.config.window_sizes)
    if not metadata.get("dense_prompts"):
        state = {k: v for k, v in state.items() if "mask_downscaling" not in k}
        state["prompt_encoder.mask_downscaling.6.bias"] = state["prompt_encoder.no_mask_embed.weight"][0]
    model.load_state_dict(state, strict=False)


def optimisers(model: Sam, train: TrainConfig) -> list[torch.optim.Optimizer]:
    """AdamW, or Muon for matrices and AdamW for the rest. Matrices decay, vectors and embeddings do not."""
    matrices = [p for p in model.parameters() if p.ndim >= 2 and p.shape[0] > 1 and p.numel() > 1024]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    maps = []
    if train.optimiser == "muon":
        apart = ("embed", "output_upscaling")
        maps = [p for n, p in model.named_parameters()
                if id(p) in chosen and muon.fits(p) and not any(name in n for name in apart)]
        chosen = {id(p) for p in maps}
        matrices = [p for p in matrices if id(p) not in chosen]
    groups = [{"params": matrices, "weight_decay": train.weight_decay}, {"params": others, "weight_decay": 0.0}]
    adamw = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    return [adamw, muon.Muon(maps, train.weight_decay)] if maps else [adamw]


def report(folder: Path, text: str) -> None:
    line = f"{datetime.datetime.now(datetime.timezone.utc):%H:%M:%S} {text}"
    print(line, flush=True)
    with open(folder / "log.txt", "a") as log:
        log.write(line + "\n")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config")
    parser.add_argument("pack")
    parser.add_argument("run")
    parser.add_argument("--from", dest="start", help="safetensors file to start from")
    parser.add_argument("--minutes", type=float, default=60, help="length of the schedule")
    parser.add_argument("--until", help="end of the schedule, UTC, e.g. 2026-01-31T18:50")
    parser.add_argument("--session", type=float, default=0, help="minutes of this call, 0 for no limit")
    parser.add_argument("--processes", type=int, default=1, help="that share a batch (CPU only)")
    parser.add_argument("--threads", type=int, default=2, help="of each process")
    parser.add_argument("--workers", type=int, default=1, help="that prepare data, for each process")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


if __name__ == "__main__":
    main()

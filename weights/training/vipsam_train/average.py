"""The mean of several runs' weights, which began at the same file: often better than each ("model soups", Wortsman et al. 2022).

    python -m vipsam_train.average OUT.pt photos.pack RUN1/state.pt RUN2/state.pt ... [--batches 120]

The batch norms' statistics belong to each run's own weights, so they are measured again for the mean, on training
photos (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better Generalization"). OUT is a state
that `export` and `calibrate` read; images and seconds are those of all runs together.
"""
from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from . import checkpoint
from .config import Config, ModelConfig, TrainConfig
from .dataset import Samples
from .model import Sam

SALT = 77_000_003
"""Another stream of samples than the runs had."""


def main() -> None:
    arguments = parse()
    states = [checkpoint.load(path) for path in arguments.states]
    config = Config(ModelConfig(**states[-1]["config"]["model"]), TrainConfig(**states[-1]["config"]["train"]))
    model = Sam(config.model)
    model.load_state_dict(mean([state["average"] for state in states]))
    measure(model, DataLoader(Samples(arguments.pack, config, salt=SALT), config.train.batch), arguments.batches)
    checkpoint.save(
        arguments.out, average=model.state_dict(), config=states[-1]["config"],
        step=sum(state["step"] for state in states), images=sum(state["images"] for state in states),
        seconds=sum(state["seconds"] for state in states))


def mean(weights: list[dict]) -> dict:
    """Number by number; what counts batches is the first's."""
    return {
        key: torch.stack([each[key].double() for each in weights]).mean(0).to(first.dtype)
        if first.is_floating_point() else first
        for key, first in weights[0].items()
    }


@torch.no_grad()
def measure(model: Sam, batches, count: int) -> None:
    """Statistics of the batch norms as plain means over so many batches; nothing else changes."""
    norms = [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    model.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        norm.train()
    for _, batch in zip(range(count), batches):
        model.encode(batch["image"], batch["size"])
    model.eval()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("pack")
    parser.add_argument("states", nargs="+")
    parser.add_argument("--batches", type=int, default=120, help="for the statistics of the batch norms")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""One small state dict in each container that PyTorch writes, plus files that want to run something.

The values are `pattern.floats`, so that tests know them without a second file.
"""

import collections
import pickle
import warnings

import pattern
import torch
from torch import nn


def state():
    """Tensors of every kind that state dicts hold, views of shared storages among them."""
    base = torch.from_numpy(pattern.floats(6, 8))
    entries = collections.OrderedDict()
    entries["dense"] = base
    entries["transposed"] = base.t()
    entries["rows"] = base[2:4]
    entries["column"] = base[:, 3]
    entries["scalar"] = torch.tensor(2.5)
    entries["empty"] = torch.zeros(0, 3)
    entries["parameter"] = nn.Parameter(base[0].clone())
    entries["double"] = base.double()
    entries["half"] = base.half()
    entries["bfloat16"] = (base * 0.5).bfloat16()
    entries["count"] = torch.tensor(-7)
    entries["ints"] = torch.arange(-3, 3, dtype=torch.int32)
    entries["shorts"] = torch.arange(-3, 3, dtype=torch.int16)
    entries["chars"] = torch.arange(-3, 3, dtype=torch.int8)
    entries["bytes"] = torch.arange(250, 256, dtype=torch.uint8)
    entries["flags"] = torch.tensor([True, False, True])
    return entries


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(pattern.floats(2, 3)))
        self.register_buffer("mean", torch.from_numpy(pattern.floats(3, seed=1)))

    def forward(self, x):
        return x @ self.weight.t() + self.mean.sum()


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Inner(), Inner()])
        self.scale = nn.Parameter(torch.tensor(0.5))

    def forward(self, x):
        return self.scale * (self.blocks[0](x).sum() + self.blocks[1](x).sum())


class Caller:
    """Asks the one who unpickles it to run a harmless command."""

    def __reduce__(self):
        import os

        return os.system, ("true",)


def save(folder):
    torch.save(state(), folder / "torch-zip.pth")
    torch.save({"epoch": 3, "best": 0.25, "big": 1 << 40, "note": "x", "steps": [1, 2, (3, None, True)],
                "model": {f"module.{k}": v for k, v in state().items()}}, folder / "torch-zip-model.pth")
    torch.save({"state_dict": state(), "optimizer": {"param_groups": [{"lr": 1e-3}]}},
               folder / "torch-zip-state-dict.pth")
    torch.save(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).state_dict(), folder / "torch-zip-module.pth")
    torch.save(state(), folder / "torch-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({"model": Caller()}, folder / "torch-zip-caller.pth")
    torch.save({"model": Caller()}, folder / "torch-legacy-caller.pth", _use_new_zipfile_serialization=False)
    with open(folder / "plain-pickle.pth", "wb") as file:
        pickle.dump({"model": [1.0, 2.0]}, file, protocol=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.trace(Outer(), torch.ones(1, 3)).save(str(folder / "torch-script.pt"))

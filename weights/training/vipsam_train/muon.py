"""Muon for matrices: momentum made orthogonal (Jordan et al. 2024), scaled to the size of an AdamW update (Liu et al. 2025).

A convolution is a matrix of output channels by everything else. Depthwise and transposed convolutions, vectors and
embeddings stay with AdamW.
"""
from __future__ import annotations

from collections import defaultdict

import torch

from . import workers

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
SHORTEST = 16
SIZE = 0.2


def fits(parameter: torch.nn.Parameter) -> bool:
    """Whether the parameter is a map between two sets of channels."""
    return parameter.ndim >= 2 and min(parameter.shape[0], parameter[0].numel()) >= SHORTEST


def orthogonal(stack: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """Newton-Schulz iteration on B x rows x columns: all singular values move to about 1."""
    a, b, c = COEFFICIENTS
    tall = stack.shape[1] > stack.shape[2]
    x = stack.transpose(1, 2) if tall else stack
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        square = x @ x.transpose(1, 2)
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x.transpose(1, 2) if tall else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonal updates of root mean square `SIZE`, decoupled weight decay."""

    def __init__(self, parameters, weight_decay: float, momentum: float = 0.95):
        super().__init__(parameters, {"lr": 0.0, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            alike: dict[tuple[int, int], list[torch.nn.Parameter]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    alike[parameter.shape[0], parameter[0].numel()].append(parameter)
            updates = [self.updates(parameters, shape, group["momentum"]) for shape, parameters in alike.items()]
            workers.combine(updates)
            for (rows, columns), stack in zip(alike, updates):
                rate = group["lr"] * SIZE * max(rows, columns) ** 0.5
                for parameter, update in zip(alike[rows, columns], stack):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update.view(parameter.shape), alpha=-rate)

    def updates(self, parameters: list[torch.nn.Parameter], shape: tuple[int, int], momentum: float) -> torch.Tensor:
        """Orthogonal updates of matrices of one shape; zeros where another process makes them."""
        ahead = torch.stack([self.push(parameter, momentum).reshape(shape) for parameter in parameters])
        share, result = list(workers.mine(len(parameters))), torch.zeros_like(ahead)
        if share:
            result[share] = orthogonal(ahead[share])
        return result

    def push(self, parameter: torch.nn.Parameter, momentum: float) -> torch.Tensor:
        """The gradient with the momentum ahead of it."""
        buffer = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
        buffer.lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(buffer, momentum)

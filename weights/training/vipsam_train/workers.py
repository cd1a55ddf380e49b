"""Several training processes on one machine that average their gradients after every step.

On CPUs that others use too, processes of one thread lose far less time than threads that wait for each other
in every operation.
"""
from __future__ import annotations

import os

import torch
import torch.distributed as dist


def join(rank: int, count: int) -> None:
    """Meet the other processes; nothing to do when there is only one."""
    if count > 1:
        dist.init_process_group("gloo", rank=rank, world_size=count)


def choose_port() -> None:
    """Where the processes meet, on this machine only."""
    os.environ["MASTER_ADDR"] = "127.0.0.1"
    os.environ.setdefault("MASTER_PORT", str(20000 + os.getpid() % 20000))


@torch.no_grad()
def share_gradients(parameters: list, flags: torch.Tensor) -> torch.Tensor:
    """Average gradients over all processes, and return the average of `flags` too."""
    if not dist.is_initialized():
        return flags
    parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    vector = torch.cat([p.reshape(-1) for p in parts] + [flags])
    dist.all_reduce(vector)
    vector /= dist.get_world_size()
    at = 0
    for parameter in parameters:
        size = parameter.numel()
        parameter.grad = vector[at : at + size].view(parameter.shape).to(memory_format=torch.preserve_format)
        at += size
    return vector[at:]


def mine(count: int) -> range:
    """Which of `count` pieces of work are this process's."""
    if not dist.is_initialized():
        return range(count)
    return range(dist.get_rank(), count, dist.get_world_size())


def combine(parts: list[torch.Tensor]) -> None:
    """Add up what the processes have, in place; each has zeros where the work is another's."""
    if not dist.is_initialized():
        return
    vector = torch.cat([part.reshape(-1) for part in parts])
    dist.all_reduce(vector)
    for part, sum_ in zip(parts, vector.split([part.numel() for part in parts])):
        part.copy_(sum_.view_as(part))

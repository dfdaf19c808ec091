"""What a stage minimises: the flow's velocity (here), or the steps of a guided teacher (trajectories.py).

An objective is called with (run, x0, ids): run(x, ids, sigma) is the student's velocity, x0 float [N, T, 4C] clean
normalised tokens, ids int64 [N, L] prompts. It returns (total to differentiate, loss to report).
"""
from __future__ import annotations

from typing import Callable

import torch

from .models import Seedling

Run = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


def draw_sigmas(n: int, mean: float, spread: float, device: str) -> torch.Tensor:
    """float [n]: sigmoid of a normal variable, stratified over the batch so that losses of batches compare."""
    u = (torch.arange(n) + torch.rand(n)) / n
    z = torch.special.ndtri(u.clamp(1e-3, 1 - 1e-3))
    return torch.sigmoid(z * spread + mean)[torch.randperm(n)].to(device)


class Flow:
    """Velocity noise - x0 at a random sigma; `share` of the loss compares with a teacher's velocity instead."""

    def __init__(self, mean: float, spread: float, teacher: Seedling | None = None, share: float = 0.0):
        self.mean, self.spread, self.teacher, self.share = mean, spread, teacher, share

    def __call__(self, run: Run, x0: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        sigma = draw_sigmas(len(x0), self.mean, self.spread, x0.device)
        noise = torch.randn_like(x0)
        xt = torch.lerp(x0, noise, sigma[:, None, None])
        v = run(xt, ids, sigma).float()
        loss = (v - (noise - x0)).square().mean()
        if self.teacher is None:
            return loss, loss
        with torch.no_grad():
            target = self.teacher(xt, ids, sigma).float()
        return (1 - self.share) * loss + self.share * (v - target).square().mean(), loss

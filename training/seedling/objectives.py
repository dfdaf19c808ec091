"""What a stage minimises: the flow's velocity, or the steps of a guided teacher.

An objective is called with (run, x0, ids): run(x, ids, sigma) is the student's velocity, x0 float [N, T, 4C] clean
normalised tokens, ids int64 [N, L] prompts. It returns (total to differentiate, loss to report).
"""
from __future__ import annotations

from typing import Callable

import torch

from .models import Seedling, empty_prompt
from .sampler import sigmas

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


class FewSteps:
    """Distillation into `steps` Euler steps without guidance (progressive distillation of Salimans & Ho, 2022, with the
    teacher's guidance folded in as in Meng et al., 2023).

    The student's velocity at sigma_i must carry x to where the guided teacher gets from sigma_i to sigma_(i+1) in
    `substeps` Euler steps, for the sigmas of the student's own schedule.
    """

    def __init__(self, teacher: Seedling, steps: int, substeps: int, shift: float, guidance: float, device: str):
        self.teacher, self.steps, self.guidance = teacher, steps, guidance
        coarse = sigmas(steps, shift)
        t = torch.linspace(0, 1, substeps + 1)
        self.path = torch.lerp(coarse[:-1, None], coarse[1:, None], t[None]).to(device)  # [steps, substeps + 1]
        self.empty = empty_prompt(len(teacher.text_ids)).to(device)

    @torch.no_grad()
    def target(self, x: torch.Tensor, ids: torch.Tensor, path: torch.Tensor) -> torch.Tensor:
        """The mean velocity of the guided teacher along path [N, substeps + 1], from x [N, T, 4C]."""
        n, start = len(x), x
        conditioning = self.teacher.encode(torch.cat([ids, self.empty.expand(n, -1)]))
        for a, b in zip(path.T[:-1], path.T[1:]):
            v = self.teacher.velocity(torch.cat([x, x]), conditioning, torch.cat([a, a])).float()
            with_prompt, without = v.chunk(2)
            x = x + (b - a)[:, None, None] * (without + self.guidance * (with_prompt - without))
        return (x - start) / (path[:, -1] - path[:, 0])[:, None, None]

    def __call__(self, run: Run, x0: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        path = self.path[torch.randint(self.steps, (len(x0),), device=x0.device)]
        xt = torch.lerp(x0, torch.randn_like(x0), path[:, :1, None])
        loss = (run(xt, ids, path[:, 0]).float() - self.target(xt, ids, path)).square().mean()
        return loss, loss

"""Distillation of a guided teacher's sampling into a student that needs one pass a step.

Guidance multiplies what a ternary model's two passes get wrong independently of each other: v_empty + g * (v_prompt -
v_empty) has up to g^2 + (g - 1)^2 times the squared error of one pass. A student that is taught the guided velocity itself
(Meng et al., 2023) has its own error once. It is taught where sampling goes, not between pictures and noise: many
trajectories are under way, a batch takes some of them one step further, and a share of them (`own`) go where the student
leads, so that it learns to mend its own errors (DAgger, Ross et al., 2011).
"""
from __future__ import annotations

import torch

from .models import Seedling, empty_prompt
from .objectives import Run
from .sampler import guide, sigmas


class Trajectories:
    """An objective (see objectives.py) over the `steps` Euler steps of a sampler.

    Its loss compares the student's velocity at sigma_i with the mean velocity of the guided teacher on its way from
    sigma_i to sigma_(i+1) in `substeps` steps (progressive distillation, Salimans & Ho, 2022, with guidance folded in).
    own: share of trajectories that the student's velocity carries on; the teacher's carries the others.
    inside: share that begin at a random step between a picture and noise, where image-to-image begins; the others from noise.
    size: how many are under way. All of them live on `device`; where they stand is not stored with checkpoints.
    """

    def __init__(self, teacher: Seedling, settings: dict, shift: float, device: str):
        self.teacher, self.device = teacher, device
        self.steps, self.guidance = settings["steps"], settings["guidance"]
        self.own, self.inside, self.size = settings["own"], settings["inside"], settings["trajectories"]
        coarse = sigmas(self.steps, shift)
        t = torch.linspace(0, 1, settings["substeps"] + 1)
        self.path = torch.lerp(coarse[:-1, None], coarse[1:, None], t[None]).to(device)  # [steps, substeps + 1]
        self.no_prompt = teacher.encode(empty_prompt(len(teacher.text_ids)).to(device)).detach()
        self.filled = 0

    @torch.no_grad()
    def target(self, x: torch.Tensor, conditioning: torch.Tensor, path: torch.Tensor) -> torch.Tensor:
        """The mean velocity of the guided teacher along path [N, substeps + 1], from x [N, T, 4C]."""
        n, start = len(x), x
        both = torch.cat([conditioning, self.no_prompt.expand(n, -1, -1)])
        for a, b in zip(path.T[:-1], path.T[1:]):
            v = self.teacher.velocity(torch.cat([x, x]), both, torch.cat([a, a])).float()
            x = x + (b - a)[:, None, None] * guide(v, self.guidance)
        return (x - start) / (path[:, -1] - path[:, 0])[:, None, None]

    def __call__(self, run: Run, x0: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        n = len(x0)
        if self.filled < self.size:
            self._join(x0, ids)
        rows = torch.randperm(self.filled, device=self.device)[:n]
        x, path = self.x[rows], self.path[self.at[rows]]
        target = self.target(x, self.conditioning[rows].float(), path)
        v = run(x, self.ids[rows], path[:, 0]).float()
        loss = (v - target).square().mean()
        with torch.no_grad():
            carrier = torch.where(self.mine[rows, None, None], v, target)
            self.x[rows] = x + (path[:, -1] - path[:, 0])[:, None, None] * carrier
            self.at[rows] += 1
            ended = rows[self.at[rows] == self.steps]
            inside = torch.rand(len(ended), device=self.device) < self.inside
            self._begin(ended, x0[:len(ended)], ids[:len(ended)], inside)
        return loss, loss

    def _join(self, x0: torch.Tensor, ids: torch.Tensor) -> None:
        """While there is room a whole batch begins, at random steps, so that all steps are seen from the first."""
        if not self.filled:
            self.x = torch.empty(self.size, *x0.shape[1:], device=self.device)
            self.ids = torch.empty(self.size, ids.shape[1], dtype=ids.dtype, device=self.device)
            self.conditioning = torch.empty(self.size, *self.no_prompt.shape[1:], dtype=torch.half, device=self.device)
            self.at = torch.empty(self.size, dtype=torch.long, device=self.device)
            self.mine = torch.empty(self.size, dtype=torch.bool, device=self.device)
        n = min(len(x0), self.size - self.filled)
        rows = torch.arange(self.filled, self.filled + n, device=self.device)
        self.filled += n
        self._begin(rows, x0[:n], ids[:n], torch.ones(n, dtype=torch.bool, device=self.device))

    @torch.no_grad()
    def _begin(self, rows: torch.Tensor, x0: torch.Tensor, ids: torch.Tensor, inside: torch.Tensor) -> None:
        """New trajectories in these rows, of prompts ids and, where `inside`, from their pictures x0."""
        if not len(rows):
            return
        at = torch.where(inside, torch.randint(self.steps, (len(rows),), device=self.device), 0)
        # sigma_0 is 1: nothing of x0 is left in those that begin at the first step.
        self.x[rows] = torch.lerp(x0, torch.randn_like(x0), self.path[at, 0][:, None, None])
        self.at[rows], self.ids[rows] = at, ids
        self.mine[rows] = torch.rand(len(rows), device=self.device) < self.own
        self.conditioning[rows] = self.teacher.encode(ids).half()

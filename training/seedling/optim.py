"""Muon: momentum, then an orthogonalised update for every weight matrix; AdamW for everything else.

The orthogonalisation is the quintic Newton-Schulz iteration of Jordan et al. (2024), batched over matrices of one shape. Convolution kernels count as matrices [out, in * kh * kw]. The update is scaled by 0.2 * sqrt(longer
side), so that its RMS matches AdamW's and both can share a learning rate.
"""
from __future__ import annotations

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(x: torch.Tensor, steps: int, bf16: bool = False) -> torch.Tensor:
    """[n, rows, columns], fp32: pushes the singular values of each matrix towards 1; `bf16`: in that precision."""
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    x = iterate(x.bfloat16().contiguous(), steps).float() if bf16 else iterate_on_gram(x, steps)
    return x.transpose(1, 2) if tall else x


def iterate(x: torch.Tensor, steps: int) -> torch.Tensor:
    """X <- (a + b G + c G^2) X, G = X X^T: in this form rounding errors of G are relative to a, so bf16 is enough."""
    a, b, c = COEFFICIENTS
    for _ in range(steps):
        g = x @ x.transpose(1, 2)
        x = torch.baddbmm(x, torch.baddbmm(g, g, g, beta=b, alpha=c), x, beta=a)
    return x


def iterate_on_gram(x: torch.Tensor, steps: int) -> torch.Tensor:
    """The same in fp32: the iteration X <- P(G) X, G = X X^T, is carried out on G (P and G commute) and applied to X once: for long matrices
    a third of the work. Directions below 3e-4 of the largest singular value are lost in G's rounding; none matters.
    """
    a, b, c = COEFFICIENTS
    g = x @ x.transpose(1, 2)
    identity = torch.eye(g.shape[1], dtype=g.dtype, device=g.device)
    whole = None
    for i in range(steps):
        p = torch.baddbmm(a * identity + b * g, g, g, alpha=c)
        whole = p if whole is None else p @ whole
        if i + 1 < steps:
            g = p @ g @ p
    return whole @ x


class Muon:
    """step(factor) multiplies both learning rates by factor (the schedule lives with the caller)."""

    def __init__(self, matrices: list, rest: list, lr: float, lr_adam: float, weight_decay: float = 0.0,
                 momentum: float = 0.95, steps: int = 5, betas: tuple[float, float] = (0.9, 0.98), bf16: bool = False):
        self.bf16 = bf16
        self.lr, self.lr_adam, self.weight_decay = lr, lr_adam, weight_decay
        self.momentum, self.steps = momentum, steps
        self.matrices, self.rest = matrices, rest
        self.buffers = [torch.zeros_like(p) for p in matrices]
        self.groups: dict[tuple[int, int], list[int]] = {}
        for i, p in enumerate(matrices):
            self.groups.setdefault((p.shape[0], p[0].numel()), []).append(i)
        self.adam = torch.optim.AdamW(rest, lr=lr_adam, betas=betas, weight_decay=0.0, fused=True)

    @torch.no_grad()
    def step(self, factor: float = 1.0, matrix_factor: float | None = None) -> None:
        """matrix_factor: of the matrices' rate, if it is another; at 0 they and their momentum stay as they are."""
        for g in self.adam.param_groups:
            g["lr"] = self.lr_adam * factor
        self.adam.step()
        rate = self.lr * (factor if matrix_factor is None else matrix_factor)
        if not rate:
            return
        for shape, members in self.groups.items():
            updates = []
            for i in members:
                grad, buffer = self.matrices[i].grad, self.buffers[i]
                buffer.lerp_(grad, 1 - self.momentum)
                updates.append(grad.lerp(buffer, self.momentum).reshape(shape))
            scale = 0.2 * max(shape) ** 0.5
            for i, u in zip(members, orthogonalise(torch.stack(updates), self.steps, self.bf16)):
                p = self.matrices[i]
                p.mul_(1 - rate * self.weight_decay).add_(u.reshape(p.shape), alpha=-rate * scale)

    def zero_grad(self) -> None:
        for p in self.matrices + self.rest:
            p.grad = None

    def state_dict(self) -> dict:
        return {"buffers": self.buffers, "adam": self.adam.state_dict()}

    def load_state_dict(self, state: dict) -> None:
        for mine, saved in zip(self.buffers, state["buffers"]):
            mine.copy_(saved)
        self.adam.load_state_dict(state["adam"])


def schedule(progress: float, cool_down: float, floor: float = 0.02) -> float:
    """1 until the last `cool_down` share of a stage, then linear to `floor`; progress 0..1."""
    return min(1.0, max(floor, (1 - progress) / cool_down))

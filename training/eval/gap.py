#!/usr/bin/env python3
"""What a ternary model's velocity lacks of its twin's, and of what kind: forgotten drawings or noise of the arithmetic.

    python -m eval.gap --work W --weights ternary.safetensors --twin full.safetensors     core and other subjects
                       ... --prompts eval/prompts-core.jsonl                              each of the judge's tasks

Both models see the same noisy tokens at each sigma, several noises for each scene. `constant` is the squared difference
that all noises of a subject share (at sigma 1 what is not known by heart), `varying` the variance over them; they sum to
the mean squared difference.
"""
from __future__ import annotations

from pathlib import Path

import torch

from seedling import config
from seedling.models import Seedling

from .losses import BATCH, Scenes, heading, parser, row

SIGMAS = (1.0, 0.7, 0.3)
NOISES = 6


@torch.no_grad()
def gap(student: Seedling, twin: Seedling, x0: torch.Tensor, ids: torch.Tensor) -> list[tuple[float, float]]:
    """(constant, varying) for each of SIGMAS; x0 float [N, T, 4C], normalised, ids int64 [N, L]. Both are estimated
    without bias, so a constant part near zero may come out below it."""
    out = []
    for sigma in SIGMAS:
        square, varying = 0.0, 0.0
        for x, i in zip(x0.split(BATCH), ids.split(BATCH)):
            random, s = torch.Generator().manual_seed(0), torch.full((len(x),), sigma, device=x.device)
            noisy = [torch.lerp(x, torch.randn(x.shape, generator=random).to(x.device), sigma) for _ in range(NOISES)]
            off = torch.stack([student(n, i, s).float() - twin(n, i, s).float() for n in noisy])
            square += float(off.square().mean()) * len(x) / len(x0)
            varying += float(off.var(0).mean()) * len(x) / len(x0)
        out.append((square - varying, varying))
    return out


def main() -> None:
    ap = parser(__doc__, count=60)
    ap.add_argument("--twin", type=Path, required=True)
    args = ap.parse_args()
    scenes = Scenes(config.start(args))
    student, twin = (scenes.load(path) for path in (args.weights, args.twin))
    print(heading(SIGMAS))
    for name, x0, ids in scenes.encoded(args.prompts, args.count):
        for part, numbers in zip(("constant", "varying"), zip(*gap(student, twin, x0, ids))):
            print(row(f"{name}, {part}", numbers), flush=True)


if __name__ == "__main__":
    main()

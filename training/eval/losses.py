#!/usr/bin/env python3
"""How well a model knows its drawings while it is still training: the flow's loss at fixed sigmas.

    python -m eval.losses --work W --weights W/full.pt                                       core and other subjects
    python -m eval.losses --work W --weights W/full.pt --prompts eval/prompts-core.jsonl     each of the judge's tasks

The subjects are breadth's, each once, alone on white with its style told. At sigma 1 nothing of the drawing is left in
the input, so that loss is what the model does not know of it by heart; at low sigma it is what any denoiser leaves.
A minute or two, where breadth and the judge need every picture drawn. Noise is the same in every run.
"""
from __future__ import annotations

import argparse
from pathlib import Path
from typing import Iterable, Iterator

import numpy as np
import torch

from seedling import config
from seedling.checkpoint import STAGES, load_average, read_progress
from seedling.models import Seedling
from seedling.scenes import Composer
from seedling.sprites import Sprites
from seedling.ternary import set_ternary
from seedling.tokenizer import Tokenizer
from seedling.vae import encode_tokens, load_frozen, to_float
from seedling.world import World

from . import breadth, prompts
from .prompts import Prompt

SIGMAS = (1.0, 0.9, 0.7, 0.5, 0.3, 0.15)
BATCH = 20


def some(world: World, core: bool, count: int) -> list[Prompt]:
    """At most `count` of breadth's prompts, of the core or of the other subjects, the same at every call."""
    mine = [p for p in breadth.every_subject(world) if world.subjects[p.truth.things[0].subject].core == core]
    return [mine[i] for i in sorted(np.random.default_rng(0).permutation(len(mine))[:count])]


@torch.no_grad()
def losses(model: Seedling, x0: torch.Tensor, ids: torch.Tensor) -> list[float]:
    """Mean squared error of the velocity at each of SIGMAS; x0 float [N, T, 4C], normalised, ids int64 [N, L]."""
    noise = torch.randn(x0.shape, generator=torch.Generator().manual_seed(0)).to(x0.device)
    out = []
    for sigma in SIGMAS:
        parts = zip(torch.lerp(x0, noise, sigma).split(BATCH), ids.split(BATCH))
        v = torch.cat([model(x, i, torch.full((len(x),), sigma, device=x.device)).float() for x, i in parts])
        out.append(float((v - (noise - x0)).square().mean()))
    return out


def groups(world: World, file: Path | None, count: int) -> dict[str, list[Prompt]]:
    """At most `count` each, by name: of core subjects and others, or of the tasks of a file of prompts."""
    if file is None:
        both = {"core": some(world, True, count), "others": some(world, False, count)}
        return {f"{len(wanted)} {name}": wanted for name, wanted in both.items()}
    wanted = prompts.first(prompts.read(file), count)
    return {task: mine for task in prompts.TASKS if (mine := [p for p in wanted if p.task == task])}


def parser(text: str, count: int) -> argparse.ArgumentParser:
    """What this script and gap.py are told: weights, and what to look at."""
    ap = config.parser(text)
    ap.add_argument("--weights", type=Path, required=True)
    ap.add_argument("--prompts", type=Path, help="look at the tasks of this file instead of core and other subjects")
    ap.add_argument("--count", type=int, default=count, help="of each kind or task")
    return ap


class Scenes:
    """What prompts describe, as clean tokens and ids, and the models to try on them."""

    def __init__(self, job: config.Job):
        self.job, self.world = job, World.open(job.world_path())
        self.composer = Composer(self.world, Sprites.open(job.work), job.cfg["picture"], job.cfg["data"], jitter=0)
        self.tokenizer = Tokenizer(job.work / "tokenizer.model", job.cfg["tokenizer"]["length"])
        self.vae = load_frozen(job.cfg, job.work / "vae" / "vae.pt", job.device)

    def load(self, weights: Path, stage: str | None = None) -> Seedling:
        """A model that knows whether it is ternary: by its stage, or by that of the file."""
        model = load_average(self.job.cfg, len(self.tokenizer), weights).to(self.job.device)
        set_ternary(model, (stage or read_progress(weights)["stage"]) != "full")
        return model

    @torch.no_grad()
    def encoded(self, file: Path | None, count: int) -> Iterator[tuple[str, torch.Tensor, torch.Tensor]]:
        """Of each of `groups`: (name, x0 float [N, T, 4C], normalised, ids int64 [N, L])."""
        for name, wanted in groups(self.world, file, count).items():
            pictures = [torch.from_numpy(self.composer.compose(np.random.default_rng(0), p.truth).picture) for p in wanted]
            batches = torch.stack(pictures).to(self.job.device).split(BATCH)
            x0 = torch.cat([encode_tokens(self.vae, to_float(p)) for p in batches])
            yield name, x0, self.tokenizer([p.prompt for p in wanted]).to(self.job.device)


def heading(sigmas: tuple[float, ...]) -> str:
    return "| sigma | " + " | ".join(f"{s:g}" for s in sigmas) + " |\n" + "|---" * (len(sigmas) + 1) + "|"


def row(name: str, numbers: Iterable[float]) -> str:
    return f"| {name} | " + " | ".join(f"{n:.4f}" for n in numbers) + " |"


def main() -> None:
    ap = parser(__doc__, count=120)
    ap.add_argument("--stage", choices=STAGES, help="of a .pt that is not named after its stage")
    args = ap.parse_args()
    scenes = Scenes(config.start(args))
    model = scenes.load(args.weights, args.stage)
    print(heading(SIGMAS))
    for name, x0, ids in scenes.encoded(args.prompts, args.count):
        print(row(name, losses(model, x0, ids)), flush=True)


if __name__ == "__main__":
    main()

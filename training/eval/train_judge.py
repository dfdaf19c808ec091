#!/usr/bin/env python3
"""Trains the judge on real drawings.

    python -m eval.train_judge --judge eval/configs/first.json --work build/training --output build/training/judge/judge.safetensors

A run's length is processor time, so a busy machine trains as long as a quiet one; --within ends it by the clock all the
same. Writes the weights every two minutes and at the end. To go on from earlier weights: --init W --seed OTHER.
"""
from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from seedling import config
from seedling.sprites import SIZE, Sprites
from seedling.world import World

from . import examples, prompts
from .judge import Judge

SAVE_SECONDS = 120
LOG_STEPS = 50


def subjects_of(world: World, pool: str) -> list[str]:
    return world.core() if pool == "core" else list(world.subjects)


def rate(progress: float, warm_up: float = 0.03) -> float:
    """Factor of the learning rate: up in the first 3 %, then a half cosine to 0.01."""
    if progress < warm_up:
        return max(0.02, progress / warm_up)
    return 0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * min(1.0, (progress - warm_up) / (1 - warm_up))))


class Pool:
    """Scenes drawn earlier are used again: each step draws `fresh` new ones in the place of the oldest."""

    def __init__(self, source: examples.Source, rng: np.random.Generator, size: int, fresh: int, batch: int):
        self.source, self.rng, self.size, self.fresh, self.batch = source, rng, size, fresh, batch
        self.chunks: list[examples.Examples] = []

    def next(self) -> examples.Examples:
        while True:
            self.chunks.append(self.source.draw(self.rng, self.fresh))
            if len(self.chunks) * self.fresh >= self.batch:
                break
        if len(self.chunks) * self.fresh > self.size:
            self.chunks.pop(0)
        take = self.batch // self.fresh
        # The newest chunk is always used, so every scene is used at least once.
        chosen = [len(self.chunks) - 1, *self.rng.choice(len(self.chunks) - 1, take - 1, replace=False)] \
            if take > 1 else [len(self.chunks) - 1]
        parts = [self.chunks[int(i)] for i in chosen]
        things = []
        for k, p in enumerate(parts):
            rows = p.things.clone()
            rows[:, 0] += k * self.fresh
            things.append(rows)
        return examples.Examples(torch.cat([p.pictures for p in parts]), torch.cat(things))


class Budget:
    """How much of a training is over: by processor time, by wall time or by steps, whichever is furthest."""

    def __init__(self, minutes: float, within: float, steps: int):
        self.cpu, self.wall = time.process_time(), time.monotonic()
        self.minutes, self.within, self.steps = minutes, within, steps

    def seconds(self) -> tuple[float, float]:
        """Processor seconds and wall seconds since the start."""
        return time.process_time() - self.cpu, time.monotonic() - self.wall

    def progress(self, step: int) -> float:
        cpu, wall = self.seconds()
        return max(cpu / (60 * self.minutes), wall / (60 * self.within), step / self.steps)


def train(judge: Judge, pool: Pool, cfg: dict, budget: Budget, device: str, log, output: Path | None) -> None:
    """Trains until the budget is spent; `output` gets the weights, if given."""
    net, rng = judge.network.to(device), torch.Generator().manual_seed(cfg["seed"])
    soften = examples.Softener(judge.side, rng)
    opt = torch.optim.AdamW(net.parameters(), lr=cfg["lr"], weight_decay=cfg["weight_decay"])
    saved = time.monotonic()
    right = {"subject": 0.0, "colour": 0.0}
    step = 0
    while True:
        progress = budget.progress(step)
        if progress >= 1:
            break
        for group in opt.param_groups:
            group["lr"] = cfg["lr"] * rate(progress)
        batch = pool.next()
        x = batch.pictures.float().div(127.5).sub(1)
        x, things = examples.moved(x, batch.things, rng)
        x = soften(x).to(device, memory_format=torch.channels_last)
        aims = examples.targets(things.to(device), judge.side)
        net.train()
        total, now = examples.loss(net(x), aims)
        opt.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        step += 1
        right = {k: right[k] + 0.04 * (now[k] - right[k]) for k in right}
        if step % LOG_STEPS == 0 or step == 1:
            cpu, wall = budget.seconds()
            log(f"step {step} loss {total.item():.3f} subject {right['subject']:.3f} colour {right['colour']:.3f} "
                f"{cpu:.0f} s of processor time, {wall:.0f} s, {progress:.0%}")
        if output and time.monotonic() - saved > SAVE_SECONDS:
            judge.save(output, {"steps": str(step)})
            saved = time.monotonic()
    if output:
        judge.save(output, {"steps": str(step)})


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--judge", type=Path, default=Path(__file__).parent / "configs/first.json")
    ap.add_argument("--prompts", type=Path, default=Path(__file__).parent / "prompts-core.jsonl",
                    help="whose scenes the judge must not see")
    ap.add_argument("--init", type=Path, help="weights of an earlier run of the same configuration")
    ap.add_argument("--seed", type=int, help="of the scenes (the configuration's)")
    ap.add_argument("--minutes", type=float, help="of processor time (the configuration's)")
    ap.add_argument("--within", type=float, default=float("inf"), help="minutes of wall time at most")
    ap.add_argument("--output", type=Path, required=True)
    args = ap.parse_args()
    job = config.start(args)
    cfg = json.loads(args.judge.read_text())
    cfg |= {k: v for k in ("seed", "minutes") if (v := getattr(args, k)) is not None}
    device = args.device or cfg["device"]
    torch.manual_seed(cfg["seed"])
    world = World.open(job.world_path())
    judge = Judge(subjects_of(world, cfg["pool"]), cfg["side"], cfg["widths"], cfg["depth"])
    if args.init:
        judge.network.load_state_dict(Judge.open(args.init).network.state_dict())
    sprites = Sprites.open(job.work)
    if cfg["side"] <= SIZE // 2:
        sprites = examples.Halved(sprites)
    composer = examples.Repainter(world, sprites, cfg["side"], job.cfg["data"] | cfg["mix"])
    source = examples.Source(composer, judge.subjects, examples.exam_of(world, prompts.read(args.prompts)))
    rng = np.random.default_rng(cfg["seed"])
    log = config.Log(args.output.with_suffix(".log"))
    budget = Budget(cfg["minutes"], args.within, cfg["steps"])
    train(judge, Pool(source, rng, cfg["scenes"], cfg["fresh"], cfg["batch"]), cfg, budget, device, log, args.output)
    log(f"{args.output.stat().st_size / 2**20:.2f} MiB in {args.output}")


if __name__ == "__main__":
    main()

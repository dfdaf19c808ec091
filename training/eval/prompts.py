#!/usr/bin/env python3
"""Writes held-out prompts of the six tasks with their truth, one JSON object a line.

    python -m eval.prompts --config configs/seedling-v1.json --each 120 --seed 20 --output eval/prompts-core.jsonl

A line: {"id", "task", "prompt", "seed", "truth": a spec.Spec as data, "held_out": the keys that training never shows}.
Every prompt has a held-out key of its own task's kind, so the combination that the task asks about is new to the model.
The same arguments give the same file.
"""
from __future__ import annotations

import argparse
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seedling.backgrounds import SCENES
from seedling.captions import Captions
from seedling.colours import NAMES
from seedling.spec import RELATIONS, Background, Spec, ThingSpec, held_out
from seedling.world import World

HERE = Path(__file__).resolve().parent.parent
# Task: the kind of the held-out key that it needs ("|"-separated beginnings of a key, any of them).
TASKS = {"single_object": ("background",), "two_objects": ("pair",), "counting": ("count",), "colours": ("colour",),
         "position": ("pair",), "colour_attribution": ("colour", "pair")}
TELL_STYLE = 0.65


@dataclass(frozen=True)
class Prompt:
    id: str
    task: str
    prompt: str
    seed: int
    truth: Spec
    held_out: tuple[str, ...]

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @staticmethod
    def from_json(line: str) -> "Prompt":
        d = json.loads(line)
        t = d["truth"]
        truth = Spec(tuple(ThingSpec(**thing) for thing in t["things"]), t["style"], Background(**t["background"]),
                     t["relation"])
        return Prompt(d["id"], d["task"], d["prompt"], d["seed"], truth, tuple(d["held_out"]))


def read(path: Path) -> list[Prompt]:
    return [Prompt.from_json(line) for line in path.read_text().splitlines() if line.strip()]


def first(prompts: list[Prompt], each: int | None) -> list[Prompt]:
    """The first `each` prompts of every task; all without it."""
    if each is None:
        return prompts
    return [p for task in TASKS for p in [q for q in prompts if q.task == task][:each]]


def choose(rng: np.random.Generator, options):
    return options[int(rng.integers(len(options)))]


class Generator:
    """Draws Specs of a task from the subjects of a pool until one has a held-out key of the task's kind."""

    def __init__(self, world: World, share: float, pool: str = "core"):
        self.world, self.share = world, share
        every = [s for s in world.subjects.values() if s.core or pool == "all"]
        self.single = every
        self.paired = [s for s in every if not s.unique]
        self.countable = [s for s in every if s.countable]
        self.painted = [s for s in every if s.recolours]
        self.styles = list(world.styles)
        self.captions = Captions(world, dict.fromkeys(world.styles, TELL_STYLE))

    def _background(self, rng: np.random.Generator, things: tuple[ThingSpec, ...], white: float) -> Background:
        """White, one of the scenes, or a colour that no thing has."""
        if rng.random() < white:
            return Background()
        if rng.random() < 0.5:
            return Background("scene", choose(rng, list(SCENES)))
        taken = {t.colour or self.world.subjects[t.subject].colour for t in things} | {"white"}
        return Background("plain", choose(rng, [c for c in NAMES if c not in taken]))

    def _things(self, rng: np.random.Generator, task: str) -> tuple[ThingSpec, ...]:
        if task == "single_object":
            return (ThingSpec(choose(rng, self.single).word),)
        if task == "counting":
            return (ThingSpec(choose(rng, self.countable).word, count=int(rng.integers(2, 5))),)
        if task == "colours":
            s = choose(rng, self.painted)
            return (ThingSpec(s.word, choose(rng, s.recolours)),)
        coloured = task == "colour_attribution"
        pool = [s for s in self.painted if not s.unique] if coloured else self.paired
        a, b = (pool[int(i)] for i in rng.choice(len(pool), 2, replace=False))
        if not coloured:
            return ThingSpec(a.word), ThingSpec(b.word)
        first = choose(rng, a.recolours)
        return ThingSpec(a.word, first), ThingSpec(b.word, choose(rng, [c for c in b.recolours if c != first]))

    def spec(self, rng: np.random.Generator, task: str) -> tuple[Spec, tuple[str, ...]]:
        """A Spec and its held-out keys."""
        while True:
            things = self._things(rng, task)
            background = self._background(rng, things, 0.0 if task == "single_object" else 0.6)
            relation = choose(rng, RELATIONS) if task == "position" else "and"
            spec = Spec(things, choose(rng, self.styles), background, relation)
            found = held_out(spec, self.share)
            if any(k.split("|")[0] in TASKS[task] for k in found):
                return spec, tuple(found)

    def prompts(self, rng: np.random.Generator, each: int) -> list[Prompt]:
        out, seen = [], set()
        for task in TASKS:
            n = 0
            while n < each:
                spec, found = self.spec(rng, task)
                text = self.captions.write(rng, spec)
                if text.lower() in seen or spec in seen:
                    continue
                seen |= {text.lower(), spec}
                out.append(Prompt(f"{task}-{n:03d}", task, text, int(rng.integers(2**31)), spec, found))
                n += 1
        return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--config", type=Path, default=HERE / "configs/seedling-v1.json",
                    help="of the model: names the world and the held-out share")
    ap.add_argument("--pool", choices=("core", "all"), default="core", help="which subjects")
    ap.add_argument("--each", type=int, default=120, help="prompts a task")
    ap.add_argument("--seed", type=int, default=20)
    ap.add_argument("--output", type=Path, required=True)
    args = ap.parse_args()
    cfg = json.loads(args.config.read_text())
    world = World.open(HERE / cfg["world"])
    prompts = Generator(world, cfg["data"]["held_out"], args.pool).prompts(np.random.default_rng(args.seed), args.each)
    args.output.write_text("".join(p.to_json() + "\n" for p in prompts))
    print(f"{len(prompts)} prompts in {args.output}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""How many subjects a model knows: every subject of the world is drawn once, alone on white, and looked up.

    python -m eval.breadth --write W/all.jsonl                                    a prompt for each subject
    python -m eval.draw --prompts W/all.jsonl ... --output W/judge/all            the model's pictures
    python -m eval.breadth --work W --prompts W/all.jsonl --pictures W/judge/all  what share is recognised
    python -m eval.breadth --work W --prompts W/all.jsonl --ceiling               of real ones through the autoencoder

A picture is recognised when, of all real drawings of the style asked for, the one of its subject is nearest, by mean
squared difference at 32 x 32 pixels. Chance is one in the number of subjects. This needs no trained judge, so it
covers the subjects that the judge does not know; it asks for the drawing that training showed, not for any good one.
"""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from seedling import config
from seedling.captions import describe_subject
from seedling.scenes import Composer
from seedling.spec import Spec, ThingSpec
from seedling.sprites import Sprites
from seedling.vae import load_frozen
from seedling.world import World

from . import ceiling, prompts
from .prompts import Prompt
from .run import open_pictures

TASK = "breadth"
SIDE = 32  # pixels at which pictures are compared: finer would measure sharpness
NEAR = 5


def every_subject(world: World) -> list[Prompt]:
    """A prompt for each subject, the styles in turn, always told."""
    styles = list(world.styles)
    return [Prompt(f"{TASK}-{i:04d}", TASK, f"{describe_subject(s)}, {styles[i % len(styles)]} style", 1000 + i,
                   Spec((ThingSpec(s.word),), styles[i % len(styles)]), ())
            for i, s in enumerate(world.subjects.values())]


def small(picture: Image.Image) -> np.ndarray:
    """float32 [SIDE * SIDE * 3], 0..1."""
    return np.asarray(picture.convert("RGB").resize((SIDE, SIDE), Image.BOX), np.float32).ravel() / 255


def ranks(pictures: np.ndarray, real: np.ndarray, own: np.ndarray) -> np.ndarray:
    """How many rows of real [M, D] are nearer to each row of pictures [N, D] than its own one, int [N]."""
    distance = (pictures**2).sum(1)[:, None] - 2 * pictures @ real.T + (real**2).sum(1)[None]
    return (distance < distance[np.arange(len(own)), own][:, None]).sum(1)


def known(composer: Composer, wanted: list[Prompt], pictures: list[Image.Image]) -> np.ndarray:
    """The rank of every picture's own subject among all subjects of the world in its style; 0: recognised."""
    words = {word: i for i, word in enumerate(composer.world.subjects)}
    out = np.empty(len(wanted), np.int64)
    for style in composer.world.styles:
        rows = [i for i, p in enumerate(wanted) if p.truth.style == style]
        real = np.stack([small(Image.fromarray(composer.compose(np.random.default_rng(0), Spec(
            (ThingSpec(word),), style)).picture)) for word in words])
        out[rows] = ranks(np.stack([small(pictures[i]) for i in rows]), real,
                          np.array([words[wanted[i].truth.things[0].subject] for i in rows]))
    return out


def table(world: World, wanted: list[Prompt], rank: np.ndarray) -> str:
    """Markdown: core, other and all subjects; share recognised, and share whose subject is among the NEAR nearest."""
    core = np.array([world.subjects[p.truth.things[0].subject].core for p in wanted])
    lines = [f"| subjects | recognised | among the {NEAR} nearest |", "|---|---|---|"]
    for name, mine in (("core", core), ("others", ~core), ("all", core | ~core)):
        if mine.any():
            lines.append(f"| {mine.sum()} {name} | {(rank[mine] == 0).mean():.3f} | {(rank[mine] < NEAR).mean():.3f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--prompts", type=Path)
    what = ap.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", type=Path, metavar="FILE", help="write the prompts and stop")
    what.add_argument("--pictures", type=Path, help="folder of <id>.png")
    what.add_argument("--ceiling", action="store_true", help="real pictures, encoded and decoded by W/vae/vae.pt")
    ap.add_argument("--missed", action="store_true", help="also name the subjects that are not recognised")
    args = ap.parse_args()
    job = config.start(args)
    world = World.open(job.world_path())
    if args.write:
        args.write.write_text("".join(p.to_json() + "\n" for p in every_subject(world)))
        return
    wanted = prompts.read(args.prompts) if args.prompts else every_subject(world)
    composer = Composer(world, Sprites.open(job.work), job.cfg["picture"], job.cfg["data"], jitter=0)
    if args.ceiling:
        vae = load_frozen(job.cfg, job.work / "vae" / "vae.pt", "cpu")
        pictures = ceiling.through(vae, ceiling.real(composer, wanted))
    else:
        pictures = open_pictures(args.pictures, wanted)
    rank = known(composer, wanted, pictures)
    print(table(world, wanted, rank))
    if args.missed:
        print(", ".join(p.truth.things[0].subject for p, r in zip(wanted, rank, strict=True) if r))


if __name__ == "__main__":
    main()

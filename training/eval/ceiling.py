"""What the judge says of real pictures: its ceiling, and the mistakes that it lets pass.

A real picture is composed of drawings from exactly what a prompt says. A spoiled one is composed from nearly that, and
judged by the unspoiled prompt: it is wrong, and what the judge accepts of it is the judge's own mistake.
"""
from __future__ import annotations

import dataclasses

import numpy as np
import torch
from PIL import Image

from seedling.scenes import Composer
from seedling.spec import INVERSE, Spec, ThingSpec
from seedling.vae import to_bytes, to_float
from seedling.world import World

from .prompts import Prompt, choose


def real(composer: Composer, prompts: list[Prompt]) -> list[Image.Image]:
    return [Image.fromarray(composer.compose(np.random.default_rng(p.seed), p.truth).picture) for p in prompts]


@torch.no_grad()
def through(vae, pictures: list[Image.Image], batch: int = 16) -> list[Image.Image]:
    """Pictures encoded and decoded again: the most that a transformer before this decoder could be drawing."""
    out = []
    for i in range(0, len(pictures), batch):
        x = to_float(torch.from_numpy(np.stack([np.asarray(p) for p in pictures[i:i + batch]])))
        out += [Image.fromarray(y) for y in to_bytes(vae.decode(vae.encode(x).latent_dist.mean).sample).numpy()]
    return out


def spoiled(world: World, p: Prompt) -> Spec:
    """The prompt's scene with the one thing wrong that its task asks about."""
    rng, things = np.random.default_rng(p.seed), list(p.truth.things)

    def another(thing: ThingSpec) -> ThingSpec:
        taken = {t.subject for t in things}
        words = [s.word for s in world.subjects.values() if s.core and s.word not in taken]
        return dataclasses.replace(thing, subject=choose(rng, words), colour=None)

    i = int(rng.integers(len(things)))
    if p.task in ("single_object", "two_objects"):
        things[i] = another(things[i])
    elif p.task == "counting":
        things[0] = dataclasses.replace(things[0], count=choose(rng, [n for n in (2, 3, 4) if n != things[0].count]))
    elif p.task == "position":
        return dataclasses.replace(p.truth, relation=INVERSE[p.truth.relation])
    else:
        own = world.subjects[things[i].subject].recolours
        colours = [c for c in own if c != things[i].colour]
        things[i] = dataclasses.replace(things[i], colour=choose(rng, colours))
    return dataclasses.replace(p.truth, things=tuple(things))


def spoil(world: World, prompts: list[Prompt]) -> list[Prompt]:
    """Prompts whose truth is spoiled: for composing only."""
    return [dataclasses.replace(p, truth=spoiled(world, p)) for p in prompts]

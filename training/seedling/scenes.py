"""Scenes: sprites composed on a background, with an exact caption and the box of every thing.

Composer.sample(rng) draws what training sees (never a held-out combination); Composer.compose(rng, spec) draws any
Spec. Entropy is kept low on purpose (little jitter in place and size): a small model has to see each drawing several
hundred times. Lengths are shares of the picture's side.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from . import backgrounds
from .captions import Captions
from .colours import NAMES, recolour
from .spec import RELATIONS, Background, Spec, ThingSpec, held_out
from .sprites import Sprites
from .world import World

# Longer side of one drawing. Means and places are such that, without jitter, a thing in company fills the same 4 x 4 tokens
# (of 32 pixels at 256) wherever it stands, and so does a small one alone: tokens learn a drawing once, not once a place.
SIDES = {"small": (0.4175, 0.4575), "medium": (0.6575, 0.7175), "large": (0.88, 0.92)}
PAIR_SIDES = {"small": (0.26, 0.29), "medium": (0.4175, 0.4575), "large": (0.48, 0.52)}
COUNT_SIDES = (0.4175, 0.4575)
COUNT_PLACES = {2: ((0.25, 0.5), (0.75, 0.5)), 3: ((0.5, 0.25), (0.25, 0.75), (0.75, 0.75)),
                4: ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))}
RELATION_PLACES = {"left": ((0.25, 0.5), (0.75, 0.5)), "right": ((0.75, 0.5), (0.25, 0.5)),
                   "above": ((0.5, 0.25), (0.5, 0.75)), "below": ((0.5, 0.75), (0.5, 0.25))}
GROUND = 0.125  # how much lower a single thing stands in a scene with a horizon: one token
JITTER = 0.012


@dataclass(frozen=True)
class Thing:
    """One drawing in the picture. box: x0, y0, x1, y1 in pixels, floats, inside the picture. colour as in ThingSpec."""
    subject: str
    style: str
    colour: str | None
    size: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Scene:
    picture: np.ndarray  # uint8 [S, S, 3]
    caption: str
    things: tuple[Thing, ...]
    spec: Spec


def place(canvas: np.ndarray, sprite: np.ndarray, side: float, cx: float, cy: float) -> tuple[float, ...]:
    """Blends a sprite, `side` pixels long and centred at (cx, cy), into float [S, S, 3]; returns its visible box."""
    n, s = max(8, round(side)), len(canvas)
    a = np.asarray(Image.fromarray(sprite).convert("RGBa").resize((n, n), Image.BICUBIC), np.float32)
    x, y = round(cx - n / 2), round(cy - n / 2)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(s, x + n), min(s, y + n)
    part = a[y0 - y:y1 - y, x0 - x:x1 - x]
    where = canvas[y0:y1, x0:x1]
    where *= 1 - part[..., 3:] / 255
    where += part[..., :3]
    seen = part[..., 3] > 40
    ys, xs = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    return (float(x0 + xs[0]), float(y0 + ys[0]), float(x0 + xs[-1] + 1), float(y0 + ys[-1] + 1))


class Composer:
    """`mix` is the configuration's "data": shares of what training shows (configs/*.json, README.md).

    judge_family: draw every style from the family that training never shows, where it has the subject.
    jitter: 1 for the places and sides above; with 0 a Spec has one arrangement.
    """

    def __init__(self, world: World, sprites: Sprites, size: int, mix: dict, judge_family: bool = False,
                 jitter: float = 1.0):
        self.world, self.sprites, self.size, self.mix = world, sprites, size, mix
        self.judge_family, self.jitter = judge_family, jitter
        self.captions = Captions(world, mix["tell_style"])
        every = list(world.subjects.values())
        core = [s for s in every if s.core]
        self.pools = {name: ([s for s in core if keep(s)], [s for s in every if keep(s)]) for name, keep in (
            ("any", lambda s: True), ("recoloured", lambda s: bool(s.recolours)), ("countable", lambda s: s.countable),
            ("paired", lambda s: not s.unique))}
        self.styles, self.style_shares = list(world.styles), [mix["styles"][name] for name in world.styles]
        self.scene_names = list(backgrounds.SCENES)

    def _subject(self, rng: np.random.Generator, pool: str):
        core, every = self.pools[pool]
        chosen = core if rng.random() < self.mix["core"] else every
        return chosen[int(rng.integers(len(chosen)))]

    def _thing(self, rng: np.random.Generator, pool: str, count: int = 1, size: str = "medium") -> ThingSpec:
        coloured = rng.random() < self.mix["coloured"]
        s = self._subject(rng, "recoloured" if coloured and pool in ("any", "paired") else pool)
        if coloured and s.recolours:
            return ThingSpec(s.word, s.recolours[int(rng.integers(len(s.recolours)))], count, size)
        own = s.colour if rng.random() < 0.3 else None
        return ThingSpec(s.word, own, count, size)

    def _background(self, rng: np.random.Generator, things: tuple[ThingSpec, ...]) -> Background:
        u, mix = rng.random(), self.mix
        if u < mix["white"]:
            return Background()
        if u < mix["white"] + mix["scenic"]:
            return Background("scene", self.scene_names[int(rng.integers(len(self.scene_names)))])
        own = {t.colour or self.world.subjects[t.subject].colour for t in things}
        name = NAMES[int(rng.integers(len(NAMES)))]
        if name in own or name == "white":
            return Background()
        return Background("gradient" if rng.random() < mix["gradient"] else "plain", name)

    def _size(self, rng: np.random.Generator) -> str:
        if rng.random() >= self.mix["sized"]:
            return "medium"
        return "small" if rng.random() < 0.5 else "large"

    def draw_spec(self, rng: np.random.Generator) -> Spec:
        """A random Spec, held out or not."""
        u, mix, relation = rng.random(), self.mix, "and"
        style = self.styles[int(rng.choice(len(self.styles), p=self.style_shares))]
        if u < mix["pairs"]:
            a = self._thing(rng, "paired")
            b = self._thing(rng, "paired")
            if a.subject == b.subject:
                return self.draw_spec(rng)
            if rng.random() < mix["related"]:
                relation = RELATIONS[int(rng.integers(4))]
            things = (a, b)
        elif u < mix["pairs"] + mix["counted"]:
            things = (self._thing(rng, "countable", int(rng.integers(2, 5))),)
        else:
            things = (self._thing(rng, "any", 1, self._size(rng)),)
        return Spec(things, style, self._background(rng, things), relation)

    def sample(self, rng: np.random.Generator) -> Scene:
        """One training scene."""
        while True:
            spec = self.draw_spec(rng)
            if not held_out(spec, self.mix["held_out"]):
                return self.compose(rng, spec)

    def _sprite(self, spec: Spec, thing: ThingSpec) -> np.ndarray:
        s = self.world.subjects[thing.subject]
        key = (self.world.styles[spec.style], s.code)
        if self.judge_family and (self.world.judge, s.code) in self.sprites:
            key = (self.world.judge, s.code)
        sprite = self.sprites[key]
        if thing.colour and thing.colour != s.colour:
            return recolour(sprite, thing.colour)
        return sprite

    def compose(self, rng: np.random.Generator, spec: Spec) -> Scene:
        """The picture of a Spec, its caption and boxes."""
        s = self.size
        canvas = backgrounds.draw(rng, s, spec.background.kind, spec.background.name)
        things: list[Thing] = []

        def put(thing: ThingSpec, sprite: np.ndarray, side: float, at: tuple[float, float]) -> None:
            cx, cy = (v + self.jitter * float(np.clip(rng.normal(0, JITTER), -2 * JITTER, 2 * JITTER)) for v in at)
            box = place(canvas, sprite, side * s, cx * s, cy * s)
            things.append(Thing(thing.subject, spec.style, thing.colour, thing.size, box))

        def vary(low: float, high: float) -> float:
            return (low + high) / 2 + self.jitter * (high - low) * (rng.random() - 0.5)

        first = spec.things[0]
        sprite = self._sprite(spec, first)
        if len(spec.things) == 2:
            for thing, at in zip(spec.things, RELATION_PLACES["left" if spec.relation == "and" else spec.relation]):
                put(thing, self._sprite(spec, thing), vary(*PAIR_SIDES[thing.size]), at)
        elif first.count > 1:
            side = vary(*COUNT_SIDES)
            for at in COUNT_PLACES[first.count]:
                put(first, sprite, side, at)
        else:
            lower = GROUND if spec.background.kind == "scene" and first.size != "large" else 0.0
            put(first, sprite, vary(*SIDES[first.size]), (0.5, 0.5 + lower))
        picture = np.clip(canvas + 0.5, 0, 255).astype(np.uint8)
        return Scene(picture, self.captions.write(rng, spec), tuple(things), spec)

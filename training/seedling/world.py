"""The world: which objects, colours, backgrounds and styles exist, and the captions that describe a scene exactly.

A world file (JSON) holds
  styles       names, in the order in which sprites are drawn
  colours      colour words that recolouring may use (a subset of sprites.HUES)
  backgrounds  {colour word: [r, g, b]}
  pairs        words that may appear in scenes of two objects
  objects      [{word, icon, code, synonyms?, colour?, recolour?, plural?}]
               icon: name in the flat set; code: file name in the 3d set; colour: the drawing's own, if it has one
"""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Thing:
    word: str
    icon: str
    code: str
    synonyms: tuple[str, ...] = ()
    colour: str | None = None
    recolour: bool = False
    plural: bool = False


@dataclass
class World:
    styles: list[str]
    colours: list[str]
    backgrounds: dict[str, tuple[int, int, int]]
    pairs: list[str]
    objects: dict[str, Thing]
    recolourable: list[str] = field(default_factory=list)

    @staticmethod
    def open(path: Path) -> "World":
        d = json.loads(path.read_text())
        objects = {o["word"]: Thing(**{**o, "synonyms": tuple(o.get("synonyms", ()))}) for o in d["objects"]}
        unknown = [w for w in d["pairs"] if w not in objects]
        if unknown:
            raise ValueError(f"{path}: pairs names unknown objects {unknown}")
        return World(d["styles"], d["colours"], {k: tuple(v) for k, v in d["backgrounds"].items()}, d["pairs"],
                     objects, [o.word for o in objects.values() if o.recolour])

    def subjects(self) -> dict[str, list[str]]:
        """{word: [word and synonyms, sorted]}: what a user may type."""
        return {o.word: sorted({o.word, *o.synonyms}) for o in self.objects.values()}

    def colour_words(self) -> list[str]:
        own = {o.colour for o in self.objects.values() if o.colour}
        return sorted(set(self.colours) | set(self.backgrounds) | own)


def with_article(phrase: str, thing: Thing) -> str:
    """'red apple' to 'a red apple', 'apple' to 'an apple'; plurals stay."""
    if thing.plural:
        return phrase
    vowel = phrase[0] in "aeiou" and not phrase.startswith("uni")
    return ("an " if vowel else "a ") + phrase


def _name(rng: np.random.Generator, thing: Thing, colour: str | None) -> str:
    """The object's word or, in one of eight captions, a synonym; with a colour word before it if given."""
    name = thing.word
    if thing.synonyms and rng.random() < 0.12:
        name = thing.synonyms[rng.integers(len(thing.synonyms))]
    return f"{colour} {name}" if colour else name


def caption(rng: np.random.Generator, world: World, told: list[tuple[str, str | None]], style: str, background: str,
            tell_style: bool, tell_background: bool) -> str:
    """One caption. `told`: (word, colour word or None) from left to right, one or two entries.

    The wording varies (article, place of the style, "a picture of", capital, full stop); the content is exact.
    """
    things = [world.objects[w] for w, _ in told]
    names = [_name(rng, t, c) for t, (_, c) in zip(things, told)]
    style_first = tell_style and rng.random() < 0.5
    if len(told) == 1:
        text = f"{style} {names[0]}" if style_first else names[0]
        if rng.random() < 0.75:
            text = with_article(text, things[0])
        u = rng.random()
        if u < 0.06:
            text = "a picture of " + text
        elif u < 0.12:
            text = "a drawing of " + text
    else:
        text = " and ".join(with_article(n, t) for n, t in zip(names, things))
        if style_first:
            text = f"{style} {text}" if rng.random() < 0.5 else f"{text}, {style}"
    if tell_background:
        text += (" on a %s background" if rng.random() < 0.7 else ", %s background") % background
    if tell_style and not style_first:
        text += f", {style} style"
    if rng.random() < 0.05:
        text = text[0].upper() + text[1:]
    if rng.random() < 0.05:
        text += "."
    return text

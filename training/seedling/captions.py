"""Captions: sentences that describe a Spec exactly.

What is not told is the default: white background, medium size, the drawing's own colours, and of the styles the one that
the configuration tells least often.
"""
from __future__ import annotations

import numpy as np

from .backgrounds import SCENES
from .spec import Spec, ThingSpec
from .world import Subject, World, plural_of

NUMBERS = {1: ("one",), 2: ("two",), 3: ("three",), 4: ("four",)}
SIZES = {"small": ("small", "little", "tiny"), "large": ("large", "big", "huge")}
STYLE_BEFORE = {"flat": ("flat", "flat style"), "3d": ("3d", "3d style"), "cartoon": ("cartoon", "cartoon style")}
STYLE_AFTER = {"flat": (", flat style", " in flat style", ", flat"), "3d": (", 3d style", " in 3d style", ", 3d"),
               "cartoon": (", cartoon style", " in cartoon style", ", cartoon")}
OPENINGS = ("a picture of", "a drawing of", "an image of", "an icon of", "a sticker of")
RELATION_WORDS = {"left": ("to the left of", "left of", "on the left of"),
                  "right": ("to the right of", "right of", "on the right of"),
                  "above": ("above", "over", "on top of"), "below": ("below", "under", "beneath")}
PLAIN_WORDS = (" on a {c} background", ", {c} background", " on {c}")
GRADIENT_WORDS = (" on a {c} gradient background", ", {c} gradient background")


def article(phrase: str) -> str:
    """'apple' to 'an apple'."""
    first = phrase.split(" ")[0].lower()
    silent = first in ("hourglass", "8", "x-ray", "suv")
    consonant = first.startswith(("uni", "ufo", "one", "uk", "eu"))
    vowel = (first[0] in "aeiou" or silent) and not consonant
    return ("an " if vowel else "a ") + phrase


def pick(rng: np.random.Generator, options):
    return options[int(rng.integers(len(options)))]


class Captions:
    """Writes captions of a world. `tell_style` is, for each style, the share of captions that name it."""

    def __init__(self, world: World, tell_style: dict[str, float]):
        self.world, self.tell_style = world, tell_style

    def noun(self, rng: np.random.Generator, thing: ThingSpec) -> str:
        """The subject's word or, in a quarter of the captions, a synonym; plural where there are several."""
        s = self.world.subjects[thing.subject]
        name = s.word
        if s.synonyms and rng.random() < 0.25:
            name = pick(rng, s.synonyms)
        if thing.count == 1:
            return name
        return s.plural if name == s.word else plural_of(name)

    def phrase(self, rng: np.random.Generator, thing: ThingSpec, before: str = "", bare: bool = False) -> str:
        """'two small red apples'; `before` goes in front of the noun's adjectives ('a flat red apple')."""
        s = self.world.subjects[thing.subject]
        words = [before] if before else []
        if thing.size != "medium":
            words.append(pick(rng, SIZES[thing.size]))
        if thing.colour and thing.tell:
            words.append("grey" if thing.colour == "gray" and rng.random() < 0.4 else thing.colour)
        words.append(self.noun(rng, thing))
        text = " ".join(words)
        if thing.count > 1:
            return f"{NUMBERS[thing.count][0]} {text}"
        if bare or s.only_plural or s.mass:
            return text
        if s.unique and not before and thing.size == "medium" and not (thing.colour and thing.tell):
            return "the " + text
        return article(text)

    def background(self, rng: np.random.Generator, spec: Spec) -> str:
        b = spec.background
        if b.kind == "scene":
            return pick(rng, ("", "", ",")) + " " + pick(rng, SCENES[b.name].phrases)
        if b.kind == "gradient":
            return pick(rng, GRADIENT_WORDS).format(c=b.name)
        if b.name == "white" and rng.random() < 0.8:
            return ""
        return pick(rng, PLAIN_WORDS[:2] if b.name == "white" else PLAIN_WORDS).format(c=b.name)

    def write(self, rng: np.random.Generator, spec: Spec) -> str:
        place = "none"
        if rng.random() < self.tell_style[spec.style]:
            place = "before" if rng.random() < 0.4 else "after"
        bare = rng.random() < 0.2
        before = pick(rng, STYLE_BEFORE[spec.style]) if place == "before" else ""
        if len(spec.things) == 1:
            text = self.phrase(rng, spec.things[0], before, bare)
        else:
            text = self._two(rng, spec, before, bare)
        if not bare and rng.random() < 0.1:
            text = f"{pick(rng, OPENINGS)} {text}"
        text += self.background(rng, spec)
        if place == "after":
            text += pick(rng, STYLE_AFTER[spec.style])
        if rng.random() < 0.08:
            text = text[0].upper() + text[1:]
        return text + "." if rng.random() < 0.06 else text

    def _two(self, rng: np.random.Generator, spec: Spec, before: str, bare: bool) -> str:
        a = self.phrase(rng, spec.things[0], "", bare)
        b = self.phrase(rng, spec.things[1], "", bare)
        if spec.relation == "and":
            text = f"{a} and {b}" if rng.random() < 0.8 else f"{a} next to {b}"
        elif spec.relation in ("left", "right") and rng.random() < 0.2:
            other = "right" if spec.relation == "left" else "left"
            text = f"{a} on the {spec.relation} and {b} on the {other}"
        else:
            text = f"{a} {pick(rng, RELATION_WORDS[spec.relation])} {b}"
        return f"{before}: {text}" if before else text


def describe_subject(s: Subject) -> str:
    """'an apple', 'scissors': for prompts that name one subject plainly."""
    return s.word if s.only_plural or s.mass else article(s.word)

"""What a scene shows, as plain data, and which combinations training never shows.

A held-out key is one of
  colour|SUBJECT|COLOUR     background|SUBJECT|BACKGROUND     count|SUBJECT|N (N from 2)
  pair|A|RELATION|B         (A and B in alphabetical order; the relation as seen from A; "and" for none told)
"""
from __future__ import annotations

from dataclasses import dataclass

RELATIONS = ("left", "right", "above", "below")
INVERSE = {"left": "right", "right": "left", "above": "below", "below": "above", "and": "and"}


@dataclass(frozen=True)
class ThingSpec:
    """`colour` None: as the drawing is. `tell`: the caption names the colour. `size`: small, medium or large."""
    subject: str
    colour: str | None = None
    count: int = 1
    size: str = "medium"
    tell: bool = True


@dataclass(frozen=True)
class Background:
    """kind "plain" or "gradient" with a colour word, or "scene" with a name of backgrounds.SCENES."""
    kind: str = "plain"
    name: str = "white"


@dataclass(frozen=True)
class Spec:
    """One thing (of any count), or two things: the first is `relation` of the second ("and": left of it, not told)."""
    things: tuple[ThingSpec, ...]
    style: str
    background: Background = Background()
    relation: str = "and"


def hashed(key: str) -> float:
    """FNV-1a of the key, as a number in 0..1."""
    h = 2166136261
    for byte in key.encode():
        h = ((h ^ byte) * 16777619) & 0xFFFFFFFF
    h ^= h >> 16  # the low digits of FNV-1a of similar keys are close
    h = (h * 0x85EBCA6B) & 0xFFFFFFFF
    return (h ^ h >> 13) / 2**32


def keys(spec: Spec) -> list[str]:
    """The keys of every combination in a scene that can be held out."""
    out = []
    for t in spec.things:
        if t.colour:
            out.append(f"colour|{t.subject}|{t.colour}")
        if t.count > 1:
            out.append(f"count|{t.subject}|{t.count}")
        if spec.background.name != "white":
            out.append(f"background|{t.subject}|{spec.background.name}")
    if len(spec.things) == 2:
        a, b = spec.things[0].subject, spec.things[1].subject
        relation = spec.relation
        if b < a:
            a, b, relation = b, a, INVERSE[relation]
        out.append(f"pair|{a}|{relation}|{b}")
    return out


def held_out(spec: Spec, share: float) -> list[str]:
    """The keys of a scene that training never shows; a fixed `share` of all keys is held out."""
    return [k for k in keys(spec) if hashed(k) < share]

"""The world: which subjects, styles, colours and backgrounds exist (world-v1.json, written by make_world.py).

  styles    {style word: drawing family}, e.g. "cartoon": "noto"
  judge     a family that training never shows
  subjects  [{word, code, core, synonyms?, plural?, only_plural?, mass?, unique?, colour?, recolours?}]
            code: code points, as emoji sets name their files; colour: the drawings' own, the same in all styles;
            recolours: the colour words that a recoloured drawing shows truly, in all styles
The list of subjects is frozen: training continues over many runs.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Subject:
    word: str
    code: str
    core: bool = False
    synonyms: tuple[str, ...] = ()
    plural: str = ""
    only_plural: bool = False
    mass: bool = False
    unique: bool = False
    colour: str | None = None
    recolours: tuple[str, ...] = ()

    @property
    def countable(self) -> bool:
        return not (self.only_plural or self.mass or self.unique)

    def colours(self) -> tuple[str, ...]:
        """The colour words that a caption may give it."""
        if self.recolours or not self.colour:
            return self.recolours
        return (self.colour,)


@dataclass(frozen=True)
class World:
    styles: dict[str, str]
    judge: str
    subjects: dict[str, Subject]

    @staticmethod
    def open(path: Path) -> "World":
        d = json.loads(path.read_text())
        subjects = {}
        for entry in d["subjects"]:
            s = Subject(**{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})
            subjects[s.word] = s
        return World(d["styles"], d["judge"], subjects)

    def families(self) -> list[str]:
        return [*self.styles.values(), self.judge]

    def core(self) -> list[str]:
        return [s.word for s in self.subjects.values() if s.core]

    def names(self, core_only: bool = False) -> dict[str, list[str]]:
        """{word: [word, its plural and synonyms, sorted]}: what a user may type."""
        return {s.word: sorted({s.word, *s.synonyms, *([s.plural] if s.plural else [])})
                for s in self.subjects.values() if s.core or not core_only}


IRREGULAR = {"mouse": "mice", "goose": "geese", "tooth": "teeth", "foot": "feet", "die": "dice", "knife": "knives",
             "leaf": "leaves", "wolf": "wolves", "man": "men", "woman": "women", "child": "children", "person": "people",
             "fish": "fish", "sheep": "sheep", "deer": "deer", "squid": "squid", "bison": "bison", "moose": "moose",
             "shrimp": "shrimp", "scarf": "scarves", "ox": "oxen", "buffalo": "buffalo", "elf": "elves", "snowman": "snowmen", "merman": "mermen"}


def plural_of(word: str) -> str:
    """English plural of a noun phrase: the last word changes ('four-leaf clover'), or the one before 'of' or 'with'."""
    for joint in (" of ", " with ", " in ", " behind ", " over ", " at ", " covering ", " pointing "):
        if joint in word:
            first, rest = word.split(joint, 1)
            return plural_of(first) + joint + rest
    head, _, last = word.rpartition(" ")
    if last in IRREGULAR:
        new = IRREGULAR[last]
    elif last.endswith(("s", "x", "z", "ch", "sh")):
        new = last + "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        new = last[:-1] + "ies"
    elif last in ("tomato", "potato", "mango", "volcano", "mosquito", "hero", "superhero"):
        new = last + "es"
    else:
        new = last + "s"
    return f"{head} {new}" if head else new

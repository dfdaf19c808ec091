#!/usr/bin/env python3
"""Draws all sprites and writes the world file from the curated list subjects.txt.

    python make_world.py                 <work>/data -> <work>/sprites.zip, and the world file if there is none
    python make_world.py --world         writes the world file anew (it is frozen once a model is trained on it)
    python make_world.py --sheets DIR    contact sheets of all drawings and recolourings, for looking
"""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from seedling import colours, config
from seedling.sprites import Family, Sprites, write_zip
from seedling.world import World, plural_of

STYLES = {"flat": "fluent-emoji-flat", "3d": "fluent-emoji-3d", "cartoon": "noto"}
JUDGE = "twemoji"
OWN_SHARE = 0.58     # of the opaque pixels, in every style, for a colour to be the subject's own
PAINTED_SHARE = 0.4  # the same for a recoloured drawing
WEBP_QUALITY = 90
SHRINK = 3  # colours are counted on every third pixel of every third row


def names_a_colour(words: str) -> bool:
    return any(w in colours.NAMES for w in words.split())


def read_subjects(path: Path) -> list[dict]:
    """Entries of subjects.txt as the world file has them, still without colours."""
    entries, core = [], False
    for line in path.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            core = line == "[core]"
            continue
        code, word, synonyms, flags = line.split("|")
        # 'red envelope' has a colour already; 'red apple' would be a lie about a blue one.
        entry: dict = {"word": word, "code": code, "core": core, "painted": not names_a_colour(word),
                       "recolour": "r" in flags and not names_a_colour(word)}
        kept = [s for s in synonyms.split(",") if s and not (entry["painted"] and names_a_colour(s))]
        if kept:
            entry["synonyms"] = kept
        for flag, name in (("p", "only_plural"), ("m", "mass"), ("u", "unique")):
            if flag in flags:
                entry[name] = True
        if not set(flags) & set("pmu"):
            entry["plural"] = plural_of(word)
        entries.append(entry)
    return entries


def draw_sprites(work: Path, codes: list[str]) -> None:
    """Draws every family and writes <work>/sprites.zip."""
    drawings = {}
    for name in [*STYLES.values(), JUDGE]:
        family = Family(name, work / "data")
        found = [code for code in codes if code in family]
        drawings |= {f"{name}/{code}": family.draw(code) for code in found}
        print(f"{name}: {len(found)} drawings", flush=True)
    write_zip(work / "sprites.zip", drawings, WEBP_QUALITY)


def own_colour(sprites: list[np.ndarray]) -> str | None:
    """The colour that dominates every one of the drawings."""
    least = np.min([colours.shares(s) for s in sprites], axis=0)
    best = int(least.argmax())
    return colours.NAMES[best] if least[best] >= OWN_SHARE else None


def true_recolours(sprites: list[np.ndarray]) -> list[str]:
    """The colour words that dominate every drawing after recolouring it so."""
    def shows(sprite: np.ndarray, name: str) -> bool:
        share = colours.shares(colours.recolour(sprite, name))
        return share[colours.INDEX[name]] >= PAINTED_SHARE and share.argmax() == colours.INDEX[name]

    return [name for name in colours.NAMES if all(shows(s, name) for s in sprites)]


def write_world(path: Path, entries: list[dict], drawings: Sprites) -> None:
    lines = []
    for entry in entries:
        sprites = [drawings[family, entry["code"]][::SHRINK, ::SHRINK] for family in STYLES.values()]
        own = own_colour(sprites)
        if entry.pop("painted") and own:
            entry["colour"] = own
        if entry.pop("recolour"):
            names = true_recolours(sprites)
            if len(names) >= 6:
                entry["recolours"] = names
        lines.append("  " + json.dumps(entry, ensure_ascii=False))
    head = json.dumps({"styles": STYLES, "judge": JUDGE})[1:-1]
    path.write_text("{\n " + head + ",\n \"subjects\": [\n" + ",\n".join(lines) + "\n ]\n}\n")


def write_sheets(folder: Path, world: World, drawings: Sprites) -> None:
    """<family>.png with every subject in the order of the list; recoloured.png with a row per subject and style."""
    folder.mkdir(parents=True, exist_ok=True)

    def tile(sprites: list[np.ndarray], columns: int, size: int, path: Path) -> None:
        sheet = Image.new("RGB", (columns * size, -(-len(sprites) // columns) * size), (225, 228, 232))
        for i, s in enumerate(sprites):
            small = Image.fromarray(s).resize((size, size), Image.BICUBIC)
            sheet.paste(small, (i % columns * size, i // columns * size), small)
        sheet.save(path)

    for family in world.families():
        tile([drawings[family, s.code] for s in world.subjects.values() if (family, s.code) in drawings], 34, 48,
             folder / f"{family}.png")
    rows = []
    for s in (s for s in world.subjects.values() if s.recolours):
        for family in world.styles.values():
            base = drawings[family, s.code]
            rows += [base] + [colours.recolour(base, c) if c in s.recolours else np.zeros_like(base)
                              for c in colours.NAMES]
    tile(rows, 3 * (len(colours.NAMES) + 1), 48, folder / "recoloured.png")


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--world", action="store_true")
    ap.add_argument("--sheets", type=Path)
    args = ap.parse_args()
    job = config.start(args)
    entries = read_subjects(config.HERE / "subjects.txt")
    if not (job.work / "sprites.zip").exists():
        draw_sprites(job.work, [e["code"] for e in entries])
    sprites = Sprites.open(job.work)
    path = config.HERE / job.cfg["world"]
    if args.world or not path.exists():
        write_world(path, entries, sprites)
    world = World.open(path)
    print(f"{len(world.subjects)} subjects, {len(world.core())} in the core, "
          f"{sum(bool(s.recolours) for s in world.subjects.values())} can be recoloured; "
          f"sprites.zip {(job.work / 'sprites.zip').stat().st_size / 2**20:.1f} MiB")
    if args.sheets:
        write_sheets(args.sheets, world, sprites)


if __name__ == "__main__":
    main()

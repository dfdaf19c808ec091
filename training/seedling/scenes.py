"""Scenes: sprites composed on a background, with an exact caption.

Entropy is kept low on purpose (little jitter in place and size): a small model has to see each drawing several
hundred times. All lengths below are for a picture of 96 pixels and scale with the picture.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from .sprites import load_3d, load_flat, recolour, trim
from .world import World, caption

Sprites = dict[tuple[str, str, str | None], np.ndarray]

UNIT = 96.0  # the picture size that the lengths of this file are given for


def draw_sprites(world: World, data: Path, raster: int, size: int) -> Sprites:
    """{(word, style, colour or None for its own): uint8 [size, size, 4]}, drawn at `raster` pixels, then trimmed."""
    things = list(world.objects.values())
    flat = load_flat(data / "iconify-json-fluent-emoji-flat/package/icons.json", [o.icon for o in things], raster)
    solid = load_3d(data / "lobehub-fluent-emoji-3d/package/assets", [o.code for o in things], raster)
    out: Sprites = {}
    for o in things:
        for style, source in (("flat", flat[o.icon]), ("3d", solid[o.code])):
            base = trim(source, size)
            out[o.word, style, None] = base
            if o.recolour:
                for colour in world.colours:
                    if colour != o.colour:
                        out[o.word, style, colour] = recolour(base, colour)
    return out


def place(canvas: np.ndarray, sprite: np.ndarray, side: int, cx: float, cy: float) -> None:
    """Blends a sprite, scaled to side x side pixels and centred at (cx, cy), into canvas float [S, S, 3] (0..255)."""
    small = Image.fromarray(sprite).convert("RGBa").resize((side, side), Image.LANCZOS)
    a = np.asarray(small, np.float32)
    s = canvas.shape[0]
    x, y = int(round(cx - side / 2)), int(round(cy - side / 2))
    x0, y0, x1, y1 = max(0, x), max(0, y), min(s, x + side), min(s, y + side)
    part = a[y0 - y:y1 - y, x0 - x:x1 - x]
    canvas[y0:y1, x0:x1] = canvas[y0:y1, x0:x1] * (1 - part[..., 3:] / 255) + part[..., :3]


def held_out(share: float, word: str, style: str, colour: str | None, background: str) -> bool:
    """True for a fixed `share` of the combinations with a coloured background; training never shows those."""
    if background == "white" or share <= 0:
        return False
    h = 2166136261
    for byte in f"{word}|{style}|{colour}|{background}".encode():
        h = ((h ^ byte) * 16777619) & 0xFFFFFFFF
    return h % 10000 < share * 10000


class Composer:
    """Draws random scenes. `mix` is the configuration's "data": white, pairs, recoloured, held_out (all shares)."""

    def __init__(self, world: World, sprites: Sprites, picture: int, mix: dict):
        self.world, self.sprites, self.picture, self.mix = world, sprites, picture, mix
        self.words = list(world.objects)
        self.background_words = list(world.backgrounds)

    def _pick(self, rng: np.random.Generator):
        """Chooses (style, background, [(word, colour)], [(word, colour to tell)])."""
        w, mix = self.world, self.mix
        style = w.styles[rng.integers(len(w.styles))]
        u = rng.random()
        background = "white"
        if rng.random() >= mix["white"]:
            background = self.background_words[rng.integers(len(self.background_words))]
        if u < mix["pairs"]:
            a, b = rng.choice(len(w.pairs), 2, replace=False)
            shown = [(w.pairs[a], None), (w.pairs[b], None)]
            return style, background, shown, shown
        if u < mix["pairs"] + mix["recoloured"]:
            word = w.recolourable[rng.integers(len(w.recolourable))]
            colour = w.colours[rng.integers(len(w.colours))]
            own = w.objects[word].colour
            return style, background, [(word, None if colour == own else colour)], [(word, colour)]
        word = self.words[rng.integers(len(self.words))]
        own = w.objects[word].colour
        told = own if own and rng.random() < 0.3 and own != word else None
        return style, background, [(word, None)], [(word, told)]

    def sample(self, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        """One scene: picture uint8 [S, S, 3] and caption."""
        while True:
            style, background, shown, told = self._pick(rng)
            if not any(held_out(self.mix.get("held_out", 0), w, style, c, background) for w, c in shown):
                break
        s = self.picture
        k = s / UNIT
        canvas = np.broadcast_to(np.array(self.world.backgrounds[background], np.float32), (s, s, 3)).copy()
        if len(shown) == 1:
            (word, colour), = shown
            side = int(rng.uniform(76, 82) * k)
            place(canvas, self.sprites[word, style, colour], side,
                  (48 + rng.normal(0, 1)) * k, (48 + rng.normal(0, 1)) * k)
        else:
            for (word, colour), cx in zip(shown, (24.5, 71.5)):
                side = int(rng.uniform(42, 45) * k)
                place(canvas, self.sprites[word, style, colour], side,
                      (cx + rng.normal(0, 0.7)) * k, (48 + rng.normal(0, 1)) * k)
        tell_style = rng.random() < 0.65
        tell_background = background != "white" or rng.random() < 0.25
        text = caption(rng, self.world, told, style, background, tell_style, tell_background)
        return np.clip(canvas, 0, 255).astype(np.uint8), text

"""Backgrounds: plain, gradient, and ten simple scenes drawn from layered curves.

Every function returns float32 [S, S, 3] in 0..255. Lengths are shares of the picture's side.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np

from .colours import RGB

Rng = np.random.Generator


def plain(rng: Rng, size: int, colour: str) -> np.ndarray:
    """White is exact; other colours vary a little."""
    c = np.array(RGB[colour], np.float32)
    c = np.full(3, 255, np.float32) if colour == "white" else np.clip(c + rng.normal(0, 3, 3), 0, 255)
    return np.broadcast_to(c.astype(np.float32), (size, size, 3)).copy()


def vertical(size: int, top, bottom) -> np.ndarray:
    """A smooth change from one RGB at the top to another at the bottom."""
    t = np.linspace(0, 1, size, dtype=np.float32)[:, None]
    rows = np.array(top, np.float32) * (1 - t) + np.array(bottom, np.float32) * t
    return np.broadcast_to(rows[:, None], (size, size, 3)).copy()


def gradient(rng: Rng, size: int, colour: str) -> np.ndarray:
    """From the colour at the bottom to a lighter tint of it at the top."""
    c = np.array(RGB[colour], np.float32)
    tint = c + (255 - c) * 0.6
    if colour in ("white", "gray"):
        tint, c = np.full(3, 255.0), c - 45
    return vertical(size, tint, c + rng.normal(0, 3, 3))


def curve(rng: Rng, size: int, height: float, amplitude: float, waves: float) -> np.ndarray:
    """A smooth horizon: the y (pixels) of every column, around `height`."""
    x = np.linspace(0, 2 * np.pi, size, dtype=np.float32)
    y = np.sin(x * waves + rng.uniform(0, 6.28)) + 0.5 * np.sin(x * waves * 2.1 + rng.uniform(0, 6.28))
    return ((height + amplitude * y) * size).astype(np.float32)


def fill_below(canvas: np.ndarray, y: np.ndarray, colour) -> None:
    """Paints everything below the curve, with a smooth edge."""
    rows = np.arange(len(canvas), dtype=np.float32)[:, None]
    cover = np.clip(rows - y[None] + 0.5, 0, 1)[..., None]
    canvas += (np.array(colour, np.float32) - canvas) * cover


def disc(canvas: np.ndarray, cx: float, cy: float, radius: float, colour) -> None:
    size = len(canvas)
    x0, x1 = max(0, int((cx - radius) * size) - 1), min(size, int((cx + radius) * size) + 2)
    y0, y1 = max(0, int((cy - radius) * size) - 1), min(size, int((cy + radius) * size) + 2)
    if x0 >= x1 or y0 >= y1:
        return
    yy, xx = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    cover = np.clip(radius * size - np.hypot(xx - cx * size, yy - cy * size) + 0.5, 0, 1)[..., None]
    part = canvas[y0:y1, x0:x1]
    part += (np.array(colour, np.float32) - part) * cover


def triangle(canvas: np.ndarray, cx: float, top: float, bottom: float, width: float, colour) -> None:
    """An upright triangle whose base lies at `bottom`."""
    size = len(canvas)
    y0, y1 = max(0, int(top * size)), min(size, int(bottom * size))
    x0, x1 = max(0, int((cx - width / 2) * size) - 1), min(size, int((cx + width / 2) * size) + 2)
    if x0 >= x1 or y0 >= y1:
        return
    yy, xx = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    half = (yy - top * size) / max(1.0, (bottom - top) * size) * width / 2 * size
    cover = np.clip(half - np.abs(xx - cx * size) + 0.5, 0, 1)[..., None]
    part = canvas[y0:y1, x0:x1]
    part += (np.array(colour, np.float32) - part) * cover


def box(canvas: np.ndarray, x0: float, y0: float, x1: float, y1: float, colour) -> None:
    size = len(canvas)
    canvas[max(0, int(y0 * size)):max(0, int(y1 * size)), max(0, int(x0 * size)):max(0, int(x1 * size))] = colour


def sky(size: int) -> np.ndarray:
    return vertical(size, (120, 186, 240), (206, 232, 250))


def cloud(canvas: np.ndarray, cx: float, cy: float, k: float) -> None:
    for dx, dy, r in ((-0.08, 0, 0.045), (0, -0.02, 0.06), (0.08, 0, 0.045)):
        disc(canvas, cx + dx * k, cy + dy * k, r * k, (246, 250, 253))


def hills(rng: Rng, size: int) -> np.ndarray:
    c = sky(size)
    cloud(c, rng.uniform(0.15, 0.85), rng.uniform(0.1, 0.25), 1)
    fill_below(c, curve(rng, size, 0.58, 0.03, 1), (134, 200, 110))
    fill_below(c, curve(rng, size, 0.70, 0.025, 0.7), (104, 178, 88))
    return c


def sea(rng: Rng, size: int) -> np.ndarray:
    c = sky(size)
    fill_below(c, np.full(size, 0.5 * size, np.float32), (58, 134, 200))
    for i, level in enumerate((0.6, 0.72, 0.86)):
        fill_below(c, curve(rng, size, level, 0.006, 4 - i), (52 - 8 * i, 124 - 12 * i, 192 - 14 * i))
    return c


def night(rng: Rng, size: int) -> np.ndarray:
    c = vertical(size, (16, 20, 52), (46, 52, 104))
    for x, y in rng.uniform(0.03, 0.97, (14, 2)):
        disc(c, x, y * 0.7, 0.006, (240, 240, 215))
    fill_below(c, curve(rng, size, 0.84, 0.02, 1), (24, 30, 54))
    return c


def desert(rng: Rng, size: int) -> np.ndarray:
    c = vertical(size, (150, 206, 240), (250, 232, 196))
    fill_below(c, curve(rng, size, 0.60, 0.03, 1), (236, 196, 122))
    fill_below(c, curve(rng, size, 0.74, 0.03, 0.8), (224, 176, 98))
    return c


def snow(rng: Rng, size: int) -> np.ndarray:
    c = vertical(size, (160, 194, 224), (216, 230, 242))
    fill_below(c, curve(rng, size, 0.60, 0.02, 1), (236, 243, 250))
    fill_below(c, curve(rng, size, 0.74, 0.02, 0.7), (248, 251, 254))
    for x, y in rng.uniform(0, 1, (16, 2)):
        disc(c, x, y * 0.6, 0.008, (252, 253, 255))
    return c


def forest(rng: Rng, size: int) -> np.ndarray:
    c = vertical(size, (176, 214, 206), (200, 228, 196))
    for row, (base, colour) in enumerate(((0.62, (84, 146, 104)), (0.72, (52, 118, 76)))):
        for i in range(7):
            x = (i + 0.5 + rng.uniform(-0.25, 0.25)) / 7 + row * 0.07
            triangle(c, x, base - rng.uniform(0.34, 0.46), base, 0.2, colour)
    fill_below(c, curve(rng, size, 0.70, 0.015, 0.8), (94, 150, 80))
    return c


def city(rng: Rng, size: int) -> np.ndarray:
    c = vertical(size, (170, 200, 230), (224, 232, 242))
    x = 0.0
    while x < 1:
        w, top = rng.uniform(0.1, 0.18), rng.uniform(0.2, 0.5)
        tone = rng.uniform(-10, 10)
        box(c, x, top, x + w, 0.78, (118 + tone, 134 + tone, 158 + tone))
        for wy in np.arange(top + 0.04, 0.7, 0.08):
            for wx in np.arange(x + 0.025, x + w - 0.03, 0.045):
                box(c, wx, wy, wx + 0.02, wy + 0.035, (226, 222, 190))
        x += w + 0.012
    box(c, 0, 0.78, 1, 1, (96, 100, 108))
    return c


def room(rng: Rng, size: int) -> np.ndarray:
    c = vertical(size, (240, 226, 204), (234, 216, 190))
    x = 0.14 if rng.random() < 0.5 else 0.66
    box(c, x - 0.015, 0.115, x + 0.215, 0.405, (250, 248, 242))
    box(c, x, 0.13, x + 0.2, 0.39, (166, 212, 242))
    box(c, x + 0.093, 0.13, x + 0.107, 0.39, (250, 248, 242))
    box(c, 0, 0.72, 1, 0.74, (248, 244, 236))
    box(c, 0, 0.74, 1, 1, (186, 136, 92))
    return c


def beach(rng: Rng, size: int) -> np.ndarray:
    c = sky(size)
    disc(c, rng.choice([0.16, 0.84]), 0.14, 0.07, (255, 226, 110))
    fill_below(c, np.full(size, 0.46 * size, np.float32), (70, 160, 210))
    fill_below(c, curve(rng, size, 0.64, 0.012, 1), (240, 248, 250))
    fill_below(c, curve(rng, size, 0.66, 0.012, 1), (242, 218, 162))
    return c


def mountains(rng: Rng, size: int) -> np.ndarray:
    c = sky(size)
    for x, top in ((0.2, 0.28), (0.8, 0.24), (0.5, 0.14)):
        x += rng.uniform(-0.05, 0.05)
        triangle(c, x, top, 0.72, 0.62, (128, 140, 166))
        triangle(c, x, top, top + 0.12, 0.62 * 0.12 / (0.72 - top), (246, 249, 253))
    fill_below(c, curve(rng, size, 0.70, 0.015, 1), (112, 168, 104))
    return c


@dataclass(frozen=True)
class Scene:
    draw: Callable[[Rng, int], np.ndarray]
    phrases: tuple[str, ...]


SCENES = {
    "hills": Scene(hills, ("on green hills", "on a green hill", "on a meadow")),
    "sea": Scene(sea, ("on the sea", "at sea", "on the ocean", "on the water")),
    "night": Scene(night, ("at night", "under a night sky", "under the stars")),
    "desert": Scene(desert, ("in the desert", "in a desert")),
    "snow": Scene(snow, ("in the snow", "on snow", "in a snowy landscape")),
    "forest": Scene(forest, ("in a forest", "in the forest", "in the woods")),
    "city": Scene(city, ("in the city", "in a city", "on a city street")),
    "room": Scene(room, ("in a room", "indoors", "in a living room")),
    "beach": Scene(beach, ("on a beach", "at the beach", "on the beach")),
    "mountains": Scene(mountains, ("in the mountains", "in front of mountains")),
}


def draw(rng: Rng, size: int, kind: str, name: str) -> np.ndarray:
    """The background of a spec.Background."""
    if kind == "scene":
        return SCENES[name].draw(rng, size)
    return (gradient if kind == "gradient" else plain)(rng, size, name)

"""The eleven basic colour words: their RGB, the name of a pixel's colour, and recolouring of a drawing.

Naming is a fixed rule in HSV; the same rule decides which recolourings the world admits, so a caption never claims a
colour that the picture does not show.
"""
from __future__ import annotations

import numpy as np

RGB = {
    "red": (222, 48, 48), "orange": (246, 140, 36), "yellow": (250, 212, 58), "green": (66, 170, 78),
    "blue": (56, 118, 228), "purple": (142, 78, 204), "pink": (246, 140, 188), "brown": (138, 88, 52),
    "black": (42, 42, 48), "white": (244, 244, 246), "gray": (150, 152, 156),
}
NAMES = tuple(RGB)
INDEX = {name: i for i, name in enumerate(NAMES)}
OPAQUE = 160  # alpha from which a pixel counts
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def rgb_to_hsv(rgb: np.ndarray) -> np.ndarray:
    """float [..., 3] in 0..1 to hue (degrees), saturation, value."""
    mx, mn = rgb.max(-1), rgb.min(-1)
    d = mx - mn
    safe = np.where(d == 0, 1, d)
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    h = np.where(mx == r, (g - b) / safe % 6, np.where(mx == g, (b - r) / safe + 2, (r - g) / safe + 4)) * 60
    return np.stack([np.where(d == 0, 0, h), d / np.where(mx == 0, 1, mx), mx], -1)


def name_index(rgb: np.ndarray) -> np.ndarray:
    """float [..., 3] in 0..1 to an index into NAMES."""
    h, s, v = np.moveaxis(rgb_to_hsv(rgb), -1, 0)
    i = INDEX
    out = np.full(h.shape, i["red"])
    out = np.where((h >= 14) & (h < 42), np.where((v > 0.78) & (s > 0.55), i["orange"], i["brown"]), out)
    out = np.where((h >= 42) & (h < 68), np.where((v > 0.6) | (s < 0.3), i["yellow"], i["brown"]), out)
    out = np.where((h >= 68) & (h < 168), i["green"], out)
    out = np.where((h >= 168) & (h < 252), i["blue"], out)
    out = np.where((h >= 252) & (h < 300), i["purple"], out)
    out = np.where((h >= 300) & (h < 346), np.where((v < 0.6) & (h < 325), i["purple"], i["pink"]), out)
    reddish = (h >= 346) | (h < 14)
    out = np.where(reddish & (v < 0.55) & (h >= 4) & (h < 14), i["brown"], out)
    out = np.where(reddish & (s < 0.52) & (v > 0.75), i["pink"], out)
    pale = (s < 0.13) | ((s < 0.22) & (v < 0.45))
    out = np.where(pale, np.where(v > 0.83, i["white"], np.where(v < 0.33, i["black"], i["gray"])), out)
    return np.where(v < 0.2, i["black"], out)


def shares(sprite: np.ndarray) -> np.ndarray:
    """Share of every colour name among the opaque pixels of uint8 [H, W, 4]; sums to 1."""
    opaque = sprite[..., 3] >= OPAQUE
    names = name_index(sprite[..., :3][opaque].astype(np.float32) / 255)
    return np.bincount(names, minlength=len(NAMES)) / max(1, names.size)


def main_part(sprite: np.ndarray) -> np.ndarray:
    """Weight 0..1 [H, W] of the pixels that have the drawing's main colour: its main hue, or its greys."""
    hsv = rgb_to_hsv(sprite[..., :3].astype(np.float32) / 255)
    opaque = sprite[..., 3] >= OPAQUE
    h, s, v = np.moveaxis(hsv, -1, 0)
    chromatic = opaque & (s > 0.2) & (v > 0.2)
    hist, edges = np.histogram(h[chromatic], bins=36, range=(0, 360), weights=(s * v)[chromatic])
    hist = hist + np.roll(hist, 1) + np.roll(hist, -1)
    hue = float(edges[hist.argmax()] + 5)
    near = np.abs((h - hue + 180) % 360 - 180)
    coloured = np.clip((42 - near) / 10, 0, 1) * np.clip((s - 0.12) * 8, 0, 1)
    neutral = np.clip((0.24 - s) * 10, 0, 1) * np.clip((v - 0.3) * 8, 0, 1)
    if (neutral * opaque).sum() > 1.2 * (coloured * opaque).sum():
        return neutral
    return coloured


def recolour(sprite: np.ndarray, colour: str) -> np.ndarray:
    """Paints the main part in a named colour and keeps its shading: darker stays darker, lighter stays lighter."""
    weight = main_part(sprite)
    rgb = sprite[..., :3].astype(np.float32) / 255
    luma = rgb @ LUMA
    chosen = (weight > 0.5) & (sprite[..., 3] >= OPAQUE)
    if not chosen.any():
        return sprite
    ratio = luma / max(0.05, float(np.median(luma[chosen])))
    target = np.array(RGB[colour], np.float32) / 255
    shade = np.clip(ratio, 0.45, 1)[..., None] ** 0.8
    light = (np.clip(ratio, 1, 2) - 1)[..., None] * 0.45
    painted = target * shade + (1 - target) * light
    out = sprite.copy()
    out[..., :3] = np.clip((rgb + (painted - rgb) * weight[..., None]) * 255 + 0.5, 0, 255).astype(np.uint8)
    return out

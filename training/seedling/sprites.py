"""Sprites: the drawings of the world as 128x128 RGBA arrays.

Two styles per object, both from Microsoft's Fluent emoji (MIT):
  flat  SVG bodies of the npm package @iconify-json/fluent-emoji-flat (32-unit box), rasterised by resvg
  3d    WebP pictures with alpha of the npm package @lobehub/fluent-emoji-3d

A sprite array is uint8 [S, S, 4], straight (not premultiplied) alpha, drawn to fill its box.
"""
from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

# Target hue in degrees of every colour word that recolouring may use.
HUES = {"red": 0.0, "orange": 28.0, "yellow": 48.0, "green": 130.0, "blue": 215.0, "purple": 275.0, "pink": 328.0}


def load_flat(icons_json: Path, names: list[str], size: int) -> dict[str, np.ndarray]:
    """Rasterises the named icons of an Iconify JSON file; returns {icon name: uint8 [size, size, 4]}."""
    import resvg_py

    data = json.loads(icons_json.read_text())
    box_w, box_h = data.get("width", 16), data.get("height", 16)
    out = {}
    for name in names:
        icon = data["icons"][name]
        w, h = icon.get("width", box_w), icon.get("height", box_h)
        svg = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
               f'width="{size}" height="{size}" viewBox="0 0 {w} {h}">{icon["body"]}</svg>')
        png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size))
        out[name] = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    return out


def load_3d(folder: Path, codes: list[str], size: int) -> dict[str, np.ndarray]:
    """Reads <code>.webp files; returns {code: uint8 [size, size, 4]}, resized with premultiplied alpha."""
    out = {}
    for code in codes:
        im = Image.open(folder / f"{code}.webp").convert("RGBa").resize((size, size), Image.LANCZOS)
        out[code] = np.asarray(im.convert("RGBA"))
    return out


def trim(sprite: np.ndarray, size: int) -> np.ndarray:
    """Crops to the visible box and scales it, keeping its shape, so that the longer side fills `size`."""
    alpha = sprite[..., 3] > 8
    ys, xs = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    im = Image.fromarray(sprite).crop((xs[0], ys[0], xs[-1] + 1, ys[-1] + 1)).convert("RGBa")
    k = size / max(im.size)
    w, h = max(1, round(im.width * k)), max(1, round(im.height * k))
    im = im.resize((w, h), Image.LANCZOS).convert("RGBA")
    canvas = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    canvas.paste(im, ((size - w) // 2, (size - h) // 2))
    return np.asarray(canvas)


def rgb_to_hsv(rgb: np.ndarray) -> np.ndarray:
    """float [..., 3] in 0..1 to hue (degrees), saturation, value."""
    mx, mn = rgb.max(-1), rgb.min(-1)
    d = mx - mn
    safe = np.where(d == 0, 1, d)
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    h = np.where(mx == r, (g - b) / safe % 6, np.where(mx == g, (b - r) / safe + 2, (r - g) / safe + 4)) * 60
    return np.stack([np.where(d == 0, 0, h), d / np.where(mx == 0, 1, mx), mx], -1)


def hsv_to_rgb(hsv: np.ndarray) -> np.ndarray:
    """Inverse of rgb_to_hsv."""
    h, s, v = hsv[..., 0] / 60, hsv[..., 1], hsv[..., 2]
    k = np.stack([(n + h) % 6 for n in (5, 3, 1)], -1)
    return v[..., None] - (v * s)[..., None] * np.clip(np.minimum(k, 4 - k), 0, 1)


def dominant_hue(sprite: np.ndarray) -> float:
    """The hue (degrees) that carries most saturation in a sprite."""
    hsv = rgb_to_hsv(sprite[..., :3].astype(np.float32) / 255)
    w = hsv[..., 1] * hsv[..., 2] * (sprite[..., 3] > 128)
    hist, edges = np.histogram(hsv[..., 0], bins=36, range=(0, 360), weights=w)
    hist = hist + np.roll(hist, 1) + np.roll(hist, -1)
    return float(edges[hist.argmax()] + 5)


def recolour(sprite: np.ndarray, colour: str, width: float = 50.0) -> np.ndarray:
    """Turns the dominant hue of a sprite into a named colour and keeps most of its luminance.

    Only pixels within `width` degrees of the dominant hue move, so a leaf stays green on a blue apple.
    """
    hue = dominant_hue(sprite)
    rgb = sprite[..., :3].astype(np.float32) / 255
    hsv = rgb_to_hsv(rgb)
    delta = (hsv[..., 0] - hue + 180) % 360 - 180
    mask = np.clip((width + 10 - np.abs(delta)) / 10, 0, 1) * np.clip(hsv[..., 1] * 6, 0, 1)
    new = hsv.copy()
    new[..., 0] = (HUES[colour] + delta * 0.3) % 360
    if colour == "pink":
        new[..., 1] *= 0.62
        new[..., 2] = new[..., 2] * 0.45 + 0.55
    moved = hsv_to_rgb(new)
    luma = np.array([0.299, 0.587, 0.114], np.float32)
    # Half way to the old luminance: entirely would turn yellow into mud and blue into pastel.
    old_l, new_l = rgb @ luma, moved @ luma
    target = 0.3 * old_l + 0.7 * new_l
    if colour in ("yellow", "orange"):
        target = np.maximum(target, new_l)
    if colour != "pink":
        moved = np.clip(moved * (target / np.maximum(new_l, 1e-3))[..., None], 0, 1)
    out = sprite.copy()
    out[..., :3] = np.round((rgb + (moved - rgb) * mask[..., None]) * 255).astype(np.uint8)
    return out

"""Sprites: every drawing of the world as a square RGBA array.

A family is one set of drawings; a sprite is uint8 [SIZE, SIZE, 4], straight alpha, drawn so that its longer side fills
the box. <work>/sprites.zip holds them as WebP ("family/code.webp"); the first Sprites.open unpacks it into
<work>/sprites.npy, which processes share by mapping it.
"""
from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 192
ICONIFY = {"fluent-emoji-flat": "iconify-json-fluent-emoji-flat", "noto": "iconify-json-noto",
           "twemoji": "iconify-json-twemoji"}
RASTER_3D = ("fluent-emoji-3d", "lobehub-fluent-emoji-3d")


def plain_code(code: str) -> str:
    """Code points without variation selectors, which sets use differently."""
    return "-".join(c for c in code.split("-") if c != "fe0f")


class Family:
    """Draws the pictures of one set by code point."""

    def __init__(self, name: str, data: Path):
        self.iconify = None
        if name in ICONIFY:
            folder = data / ICONIFY[name] / "package"
            self.iconify = json.loads((folder / "icons.json").read_text())
            icons = self.iconify["icons"]
            chars = json.loads((folder / "chars.json").read_text())
            self.files = {plain_code(code): icon for code, icon in chars.items() if icon in icons}
        elif name == RASTER_3D[0]:
            folder = data / RASTER_3D[1] / "package/assets"
            self.files = {plain_code(p.stem): p for p in folder.glob("*.webp")}
        else:
            raise ValueError(f"unknown family {name}")

    def __contains__(self, code: str) -> bool:
        return code in self.files

    def draw(self, code: str) -> np.ndarray:
        if self.iconify is None:
            return trim(Image.open(self.files[code]).convert("RGBA"))
        icon = self.iconify["icons"][self.files[code]]
        return trim(rasterise(icon["body"], icon.get("width", self.iconify.get("width", 16)),
                              icon.get("height", self.iconify.get("height", 16))))


def rasterise(body: str, width: float, height: float) -> Image.Image:
    """An SVG body in a box of width x height units, as a picture twice as large as a sprite."""
    import resvg_py

    size = 2 * SIZE
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
           f'width="{size}" height="{size}" viewBox="0 0 {width} {height}">{body}</svg>')
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size)))).convert("RGBA")


def trim(picture: Image.Image) -> np.ndarray:
    """Crops to what is visible and scales it, keeping its shape, so that the longer side fills a sprite."""
    alpha = np.asarray(picture)[..., 3] > 24
    if not alpha.any():
        raise ValueError("nothing is visible")
    ys, xs = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    part = picture.crop((xs[0], ys[0], xs[-1] + 1, ys[-1] + 1)).convert("RGBa")
    k = SIZE / max(part.size)
    w, h = max(1, round(part.width * k)), max(1, round(part.height * k))
    part = part.resize((w, h), Image.LANCZOS).convert("RGBA")
    canvas = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    canvas.paste(part, ((SIZE - w) // 2, (SIZE - h) // 2))
    return np.asarray(canvas)


def write_zip(path: Path, sprites: dict[str, np.ndarray], quality: int) -> None:
    """{"family/code": sprite} to one file; `quality` of WebP, alpha is lossless."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as z:
        for name, sprite in sprites.items():
            out = io.BytesIO()
            Image.fromarray(sprite).save(out, "WEBP", quality=quality, method=4)
            z.writestr(name + ".webp", out.getvalue())


class Sprites:
    """All sprites, mapped read-only: sprites["noto", "1f34e"] is uint8 [SIZE, SIZE, 4]."""

    def __init__(self, names: list[str], pixels: np.ndarray):
        self.row = {tuple(name.split("/")): i for i, name in enumerate(names)}
        self.pixels = pixels

    @staticmethod
    def open(work: Path) -> "Sprites":
        archive, unpacked = work / "sprites.zip", work / "sprites.npy"
        with zipfile.ZipFile(archive) as z:
            names = [n.removesuffix(".webp") for n in z.namelist()]
            if not unpacked.exists() or unpacked.stat().st_mtime < archive.stat().st_mtime:
                tmp = unpacked.with_suffix(".tmp")
                pixels = np.lib.format.open_memmap(tmp, "w+", np.uint8, (len(names), SIZE, SIZE, 4))
                for i, name in enumerate(names):
                    pixels[i] = np.asarray(Image.open(io.BytesIO(z.read(name + ".webp"))).convert("RGBA"))
                pixels.flush()
                tmp.replace(unpacked)
        return Sprites(names, np.load(unpacked, mmap_mode="r"))

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self.row

    def __getitem__(self, key: tuple[str, str]) -> np.ndarray:
        return self.pixels[self.row[key]]

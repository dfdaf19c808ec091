#!/usr/bin/env python3
"""Draws a sheet of random training scenes with their captions, for looking.

    python preview.py --output scenes.png --seed 1
"""
from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from seedling import config
from seedling.scenes import Composer
from seedling.sprites import Sprites
from seedling.world import World

COLUMNS, ROWS, LABEL = 8, 5, 34


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--output", type=Path, required=True)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--boxes", action="store_true", help="draw the box of every thing")
    args = ap.parse_args()
    job = config.start(args)
    composer = Composer(World.open(job.world_path()), Sprites.open(job.work), job.cfg["picture"], job.cfg["data"],
                        jitter=job.cfg["train"]["jitter"])
    rng, side = np.random.default_rng(args.seed), 192
    sheet = Image.new("RGB", (COLUMNS * side, ROWS * (side + LABEL)), "white")
    draw = ImageDraw.Draw(sheet)
    for i in range(COLUMNS * ROWS):
        scene = composer.sample(rng)
        picture = Image.fromarray(scene.picture)
        if args.boxes:
            for thing in scene.things:
                ImageDraw.Draw(picture).rectangle(thing.box, outline=(255, 0, 255))
        x, y = i % COLUMNS * side, i // COLUMNS * (side + LABEL)
        sheet.paste(picture.resize((side, side), Image.BICUBIC), (x, y))
        for k, line in enumerate(textwrap.wrap(scene.caption, 32)[:3]):
            draw.text((x + 2, y + side + k * 11), line, fill=(0, 0, 0))
    sheet.save(args.output)


if __name__ == "__main__":
    main()

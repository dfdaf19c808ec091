#!/usr/bin/env python3
"""Composes the training scenes.

Reads <work>/data, writes <work>/scenes/pictures.npy (uint8 [N, S, S, 3]), captions.json and preview.png.
The same seed and package versions give the same bytes.
"""
from __future__ import annotations

import json

import numpy as np
from PIL import Image

from seedling import config
from seedling.scenes import Composer, draw_sprites
from seedling.world import World


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--scenes", type=int, help="overrides data.scenes")
    args = ap.parse_args()
    job = config.start(args)
    data, size = job.cfg["data"], job.cfg["picture"]
    count = args.scenes or data["scenes"]
    world = World.open(job.world_path())
    sprites = draw_sprites(world, job.work / "data", data["raster"], data["sprite"])
    print(f"{len(world.objects)} objects, {len(sprites)} sprites", flush=True)
    composer = Composer(world, sprites, size, data)
    rng = np.random.default_rng(job.cfg["seed"])
    folder = job.work / "scenes"
    folder.mkdir(exist_ok=True)
    pictures = np.lib.format.open_memmap(folder / "pictures.npy", "w+", np.uint8, (count, size, size, 3))
    captions = []
    for i in range(count):
        pictures[i], text = composer.sample(rng)
        captions.append(text)
    pictures.flush()
    (folder / "captions.json").write_text(json.dumps(captions, indent=0))
    rows = min(48, count) // 8
    sheet = np.concatenate([np.concatenate(list(pictures[r * 8:r * 8 + 8]), 1) for r in range(rows)], 0)
    Image.fromarray(sheet).save(folder / "preview.png")
    print(f"{count} scenes in {folder}")


if __name__ == "__main__":
    main()

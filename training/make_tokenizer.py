#!/usr/bin/env python3
"""Trains the tokenizer on captions, the world's words and the English names and keywords of Unicode CLDR.

Reads <work>/sprites.zip and data, writes <work>/tokenizer.model. It is frozen with the first training run.
"""
from __future__ import annotations

import numpy as np

from seedling import config, tokenizer
from seedling.scenes import Composer
from seedling.sprites import Sprites
from seedling.world import World

CAPTIONS = 60000
# Times that every word of the world is repeated, so that it becomes one piece.
EMPHASIS = 30


def main() -> None:
    job = config.start(config.parser(__doc__).parse_args())
    world = World.open(job.world_path())
    composer = Composer(world, Sprites.open(job.work), job.cfg["picture"], job.cfg["data"])
    rng = np.random.default_rng(job.cfg["seed"])
    captions = [composer.captions.write(rng, composer.draw_spec(rng)) for _ in range(CAPTIONS)]
    words = tokenizer.english_words(
        job.work / "data/cldr-annotations-full/package/annotations/en/annotations.json")
    names = [name for every in world.names().values() for name in every]
    path = job.work / "tokenizer.model"
    path.write_bytes(tokenizer.train(captions + words + names * EMPHASIS, job.cfg["tokenizer"]["vocab_size"]))
    tok = tokenizer.Tokenizer(path, job.cfg["tokenizer"]["length"])
    lengths = sorted(len(tok.pieces.encode(c)) + 2 for c in captions)
    cut = sum(n > tok.length for n in lengths) / len(lengths)
    print(f"{len(tok)} pieces; captions have {lengths[len(lengths) // 2]} ids in the middle, {lengths[-1]} at most; "
          f"{100 * cut:.2f} % are longer than {tok.length}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Trains the tokenizer on the captions, the world's words and the English names and keywords of Unicode CLDR.

Reads <work>/scenes/captions.json and <work>/data, writes <work>/tokenizer.model.
"""
from __future__ import annotations

import json

from seedling import config, tokenizer
from seedling.world import World

# Times that every word of the world is repeated, so that it becomes one piece.
EMPHASIS = 30


def main() -> None:
    job = config.start(config.parser(__doc__).parse_args())
    captions = json.loads((job.work / "scenes" / "captions.json").read_text())
    world = World.open(job.world_path())
    words = tokenizer.english_words(
        job.work / "data/cldr-annotations-full/package/annotations/en/annotations.json")
    synonyms = [s for o in world.objects.values() for s in o.synonyms]
    lines = captions + words + synonyms * EMPHASIS + list(world.objects) * EMPHASIS
    model = tokenizer.train(lines, job.cfg["tokenizer"]["vocab_size"])
    path = job.work / "tokenizer.model"
    path.write_bytes(model)
    tok = tokenizer.Tokenizer(path, job.cfg["tokenizer"]["length"])
    longest = max(len(tok.pieces.encode(c)) + 2 for c in captions)
    print(f"{len(tok)} pieces; longest caption {longest} of {tok.length} ids")
    if longest > tok.length:
        print("warning: some captions are cut; raise tokenizer.length")


if __name__ == "__main__":
    main()

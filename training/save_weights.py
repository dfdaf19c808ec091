#!/usr/bin/env python3
"""Stores what a later run needs to continue: averaged weights and autoencoder in fp16, and the tokenizer.
Of a ternary stage every ternary value is kept.

    python save_weights.py --output weights.safetensors
    python save_weights.py --restore weights.safetensors     puts <work>/vae/vae.pt and tokenizer.model back

Continue with train.py --init weights.safetensors: the stage begins anew from these weights (its step count and the
optimiser's momentum are not stored). --without-autoencoder leaves it to another file, that of a stage before, where both
would be too large; --restore needs that one. The metadata say which stage they are from and how many samples they have seen.
"""
from __future__ import annotations

import json
from pathlib import Path

import torch

from seedling import config
from seedling.checkpoint import (newest, read_autoencoder, read_average, read_progress, read_tokenizer,
                                write_weights)
from seedling.models import Seedling


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--weights", type=Path, help="checkpoint to store; default: the newest of <work>")
    what = ap.add_mutually_exclusive_group(required=True)
    what.add_argument("--output", type=Path)
    what.add_argument("--restore", type=Path)
    ap.add_argument("--without-autoencoder", action="store_true")
    args = ap.parse_args()
    job = config.start(args)
    vae, tokenizer = job.work / "vae" / "vae.pt", job.work / "tokenizer.model"
    if args.restore:
        autoencoder = read_autoencoder(args.restore)
        if not autoencoder:
            raise SystemExit(f"{args.restore} was stored without the autoencoder")
        config.save_atomic(autoencoder, vae)
        tokenizer.write_bytes(read_tokenizer(args.restore))
        print(f"{args.restore} -> {vae}, {tokenizer}")
        return
    source = args.weights or newest(job.work)
    progress = read_progress(source)
    metadata = {**progress, "config": json.dumps(job.cfg)}
    autoencoder = {} if args.without_autoencoder else torch.load(vae, map_location="cpu")
    average = read_average(source)
    vocab = average["text_encoder.embed_tokens.weight"].shape[0]
    ternary = frozenset() if progress["stage"] == "full" else Seedling(job.cfg, vocab).matrix_names()
    write_weights(average, autoencoder, tokenizer.read_bytes(), args.output, metadata, ternary)
    print(f"{source} ({progress['seen']} samples) -> {args.output}: {args.output.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Draws a contact sheet, for looking.

    python sample.py --prompts ../assets/sample_prompts.txt --output sheet.png

Uses the newest checkpoint of <work> (or --weights: a checkpoint or a weights.safetensors).
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from seedling import config
from seedling.checkpoint import load_average, newest, read_progress
from seedling.sampler import defaults, sample
from seedling.ternary import set_ternary
from seedling.tokenizer import Tokenizer
from seedling.vae import decode_tokens, load_frozen, to_bytes


def contact_sheet(pictures: np.ndarray, columns: int) -> Image.Image:
    """uint8 [N, S, S, 3] to one picture; missing cells are white."""
    rows = -(-len(pictures) // columns)
    blank = np.full((rows * columns - len(pictures), *pictures.shape[1:]), 255, np.uint8)
    cells = np.concatenate([pictures, blank])
    return Image.fromarray(np.concatenate(
        [np.concatenate(list(cells[r * columns:(r + 1) * columns]), 1) for r in range(rows)], 0))


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--prompts", type=Path, help="text file, one prompt a line")
    ap.add_argument("--prompt", action="append", default=[])
    ap.add_argument("--output", type=Path, required=True)
    ap.add_argument("--weights", type=Path)
    ap.add_argument("--vae", type=Path)
    ap.add_argument("--full-precision", action="store_true", help="do not quantise the linears")
    ap.add_argument("--steps", type=int)
    ap.add_argument("--shift", type=float)
    ap.add_argument("--guidance", type=float)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--columns", type=int, default=10)
    args = ap.parse_args()
    job = config.start(args)
    prompts = args.prompt + ([p for p in args.prompts.read_text().splitlines() if p.strip()] if args.prompts else [])
    if not prompts:
        ap.error("give --prompt or --prompts")
    tok = Tokenizer(job.work / "tokenizer.model", job.cfg["tokenizer"]["length"])
    weights = args.weights or newest(job.work)
    stage = read_progress(weights)["stage"]
    d = defaults(job.cfg, stage)
    model = load_average(job.cfg, len(tok), weights).to(job.device)
    set_ternary(model, not args.full_precision and stage != "full")
    vae = load_frozen(job.cfg, args.vae or job.work / "vae" / "vae.pt", job.device)
    x = sample(model, tok(prompts).to(job.device), args.steps or d["steps"], args.shift or d["shift"],
               args.guidance or d["guidance"], args.seed)
    contact_sheet(to_bytes(decode_tokens(vae, x, job.grid)).numpy(), args.columns).save(args.output)
    print(f"{len(prompts)} pictures of {weights} in {args.output}")


if __name__ == "__main__":
    with torch.no_grad():
        main()

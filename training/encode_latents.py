#!/usr/bin/env python3
"""Freezes the autoencoder and encodes all scenes.

Reads <work>/vae/train.pt, scenes/ and tokenizer.model. Writes
  vae/vae.pt      the averaged weights with the latent statistics in bn.running_mean and bn.running_var
  vae/recon.png   pictures and their reconstructions, row by row
  latents.pt      {tokens: fp16 [N, T, 4C], normalised; ids: int32 [N, length]}
"""
from __future__ import annotations

import json

import numpy as np
import torch
from PIL import Image

from seedling import config
from seedling.tokenizer import Tokenizer
from seedling.vae import build_vae, decode_tokens, load_frozen, pack, spread, to_bytes, to_float


@torch.no_grad()
def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--batch", type=int, default=24)
    ap.add_argument("--frozen", action="store_true", help="keep vae/vae.pt and its statistics, only encode")
    args = ap.parse_args()
    job = config.start(args)
    frozen = job.work / "vae" / "vae.pt"
    if args.frozen:
        vae = load_frozen(job.cfg, frozen, job.device)
    else:
        vae = build_vae(job.cfg)
        vae.load_state_dict(torch.load(job.work / "vae" / "train.pt", map_location="cpu")["average"])
        vae.eval().to(job.device)
    pictures = np.load(job.work / "scenes" / "pictures.npy", mmap_mode="r")
    captions = json.loads((job.work / "scenes" / "captions.json").read_text())
    parts = []
    for i in range(0, len(pictures), args.batch):
        x = to_float(torch.from_numpy(pictures[i:i + args.batch].copy()).to(job.device))
        parts.append(pack(vae.encode(x).latent_dist.mean.contiguous()).cpu())
    tokens = torch.cat(parts)
    if not args.frozen:
        vae.bn.running_mean.copy_(tokens.mean((0, 1)))
        vae.bn.running_var.copy_(tokens.var((0, 1)))
        config.save_atomic(vae.state_dict(), frozen)
    tokens = (tokens - vae.bn.running_mean.cpu()) / spread(vae).cpu()
    tok = Tokenizer(job.work / "tokenizer.model", job.cfg["tokenizer"]["length"])
    config.save_atomic({"tokens": tokens.half(), "ids": tok(captions).int()}, job.work / "latents.pt")

    shown = min(24, len(pictures)) // 8 * 8
    back = to_bytes(decode_tokens(vae, tokens[:shown].to(job.device), job.grid)).numpy()
    rows = []
    for i in range(0, shown, 8):
        rows += [np.concatenate(list(pictures[i:i + 8]), 1), np.concatenate(list(back[i:i + 8]), 1)]
    Image.fromarray(np.concatenate(rows, 0)).save(job.work / "vae" / "recon.png")
    error = np.abs(back.astype(np.float32) - pictures[:shown]).mean()
    print(f"{len(tokens)} scenes; mean reconstruction error {error:.2f} of 255; latent spread "
          f"{float(spread(vae).min()):.3f}..{float(spread(vae).max()):.3f}")


if __name__ == "__main__":
    main()

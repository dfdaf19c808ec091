#!/usr/bin/env python3
"""Trains the autoencoder on crops of scenes (vae.train), then freezes it.

Reads <work>/sprites.zip, writes <work>/vae/train.pt (weights, average, optimiser, step), vae/train.log, vae/recon.png
(pictures and their reconstructions, row by row) and, when all steps are done, vae/vae.pt: the averaged weights with
the statistics of the tokens in bn.running_mean and bn.running_var. Start it again to continue where it stopped.
--decoder goes on with the decoder alone, on whole scenes (vae.train.decoder): the latents, and with them what a
transformer has learned, stay as they are. It is needed: the statistics of the decoder's norms are those of the whole
picture, and crops around things have others than a small thing on a plain ground.
"""
from __future__ import annotations

import time

import numpy as np
import torch
from PIL import Image

from seedling import config
from seedling.optim import Muon, schedule
from seedling.scenes import Composer
from seedling.sprites import Sprites
from seedling.vae import build_vae, decode_tokens, encode_tokens, forward, loss_terms, pack, spread, to_bytes, to_float
from seedling.world import World

# The average of the weights follows them by 3 % every fourth step.
AVERAGE_EVERY, AVERAGE_RATE = 4, 0.03
CROPS = 2  # of one scene
SHOWN = 8  # pictures in a row of recon.png


def split_parameters(parameters: list) -> tuple[list, list]:
    """(weights for Muon, the rest): matrices and kernels with at least 16 rows and 16 columns, and everything else."""
    matrices = [p for p in parameters if p.ndim >= 2 and min(p.shape[0], p[0].numel()) >= 16]
    chosen = {id(p) for p in matrices}
    return matrices, [p for p in parameters if id(p) not in chosen]


def crops(composer: Composer, rng: np.random.Generator, batch: int, size: int) -> torch.Tensor:
    """uint8 [batch, size, size, 3]: squares at random places, most of them around something."""
    out: list[np.ndarray] = []
    while len(out) < batch:
        scene = composer.sample(rng)
        limit = len(scene.picture) - size
        for _ in range(CROPS if limit else 1):
            x0, y0, x1, y1 = scene.things[int(rng.integers(len(scene.things)))].box
            x = int(np.clip(rng.uniform(x0, x1) - size / 2, 0, limit))
            y = int(np.clip(rng.uniform(y0, y1) - size / 2, 0, limit))
            out.append(scene.picture[y:y + size, x:x + size])
    return torch.from_numpy(np.stack(out[:batch]))


@torch.no_grad()
def freeze(vae, composer: Composer, rng: np.random.Generator, device: str, scenes: int) -> None:
    """Measures the statistics of the tokens of so many scenes."""
    tokens = [pack(vae.encode(to_float(torch.from_numpy(composer.sample(rng).picture[None]).to(device)))
                   .latent_dist.mean.contiguous()).cpu() for _ in range(scenes)]
    tokens = torch.cat(tokens)
    vae.bn.running_mean.copy_(tokens.mean((0, 1)))
    vae.bn.running_var.copy_(tokens.var((0, 1)))


@torch.no_grad()
def reconstructions(vae, composer: Composer, rng: np.random.Generator, device: str, grid: int) -> Image.Image:
    pictures = np.stack([composer.sample(rng).picture for _ in range(2 * SHOWN)])
    tokens = encode_tokens(vae, to_float(torch.from_numpy(pictures).to(device)))
    back = to_bytes(decode_tokens(vae, tokens, grid)).numpy()
    print(f"mean reconstruction error {np.abs(back.astype(np.float32) - pictures).mean():.2f} of 255; latent spread "
          f"{float(spread(vae).min()):.3f}..{float(spread(vae).max()):.3f}", flush=True)
    rows = [np.concatenate(list(part[i:i + SHOWN]), 1) for i in (0, SHOWN) for part in (pictures, back)]
    return Image.fromarray(np.concatenate(rows, 0))


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--decoder", type=int, metavar="STEPS", default=0, help="steps of the decoder alone")
    args = ap.parse_args()
    job = config.start(args)
    tc = job.cfg["vae"]["train"]
    composer = Composer(World.open(job.world_path()), Sprites.open(job.work), job.cfg["picture"], job.cfg["data"])
    vae = build_vae(job.cfg).to(job.device)
    path, frozen, step, saved = job.work / "vae" / "train.pt", job.work / "vae" / "vae.pt", 0, None
    if args.decoder:
        path = path.with_name("decoder.pt")
        vae.load_state_dict(torch.load(frozen, map_location=job.device))
        vae.encoder.requires_grad_(False)
        vae.quant_conv.requires_grad_(False)
    matrices, rest = split_parameters([p for p in vae.parameters() if p.requires_grad])
    rates = tc | tc["decoder"] if args.decoder else tc
    opt = Muon(matrices, rest, rates["lr_muon"], rates["lr_adam"], weight_decay=0.01, momentum=0.9, steps=3,
               betas=(0.9, 0.99))
    average = {k: v.clone() for k, v in vae.state_dict().items()}
    if path.exists():
        saved = torch.load(path, map_location=job.device)
        vae.load_state_dict(saved["model"])
        opt.load_state_dict(saved["optimizer"])
        average, step = saved["average"], saved["step"]
    log = config.Log(job.work / "vae" / "train.log")
    rng = np.random.default_rng(job.cfg["seed"] + step)
    phases = [{**tc["decoder"], "steps": args.decoder}] if args.decoder else tc["phases"]
    total = sum(p["steps"] for p in phases)

    def save() -> None:
        config.save_atomic({"model": vae.state_dict(), "optimizer": opt.state_dict(), "average": average,
                            "step": step}, path)

    l1_sum, count, begun = 0.0, 0, time.time()
    while step < total:
        first, phase = 0, phases[-1]
        for p in phases:
            if step < first + p["steps"]:
                phase = p
                break
            first += p["steps"]
        x = to_float(crops(composer, rng, phase["batch"], phase["crop"]).to(job.device))
        y, kl = forward(vae, x, tc["latent_noise"])
        loss, l1 = loss_terms(x, y, tc["edge_weight"])
        opt.zero_grad()
        (loss + phase.get("kl", 0.0) * kl).backward()
        opt.step(min(1.0, (step + 1) / tc["warmup"]) * schedule(step / total, tc["cool_down"], 0.03))
        if step % AVERAGE_EVERY == 0:
            rate = AVERAGE_RATE if step else 1.0
            for k, v in vae.state_dict().items():
                if v.dtype.is_floating_point:
                    average[k].lerp_(v, rate)
        step += 1
        l1_sum, count = l1_sum + float(l1.detach()), count + phase["batch"]
        if step % 25 == 0 or step == total:
            steps = count / phase["batch"]
            rate = count / (time.time() - begun)
            log(f"step {step} l1 {l1_sum / steps:.4f} kl {float(kl.detach()):.0f} {rate:.1f} crops/s")
            l1_sum, count, begun = 0.0, 0, time.time()
        if step % 100 == 0 or step == total:
            save()
    vae.load_state_dict(average)
    vae.eval()
    if not args.decoder:
        freeze(vae, composer, np.random.default_rng(job.cfg["seed"]), job.device, tc["statistics"])
    config.save_atomic(vae.state_dict(), frozen)
    reconstructions(vae, composer, np.random.default_rng(7), job.device, job.grid).save(job.work / "vae" / "recon.png")


if __name__ == "__main__":
    main()

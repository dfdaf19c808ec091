#!/usr/bin/env python3
"""Trains the autoencoder, first on shrunken, then on full pictures (the phases of vae.train).

Reads <work>/scenes/pictures.npy, writes <work>/vae/train.pt (weights, average, optimiser, step) and vae/train.log.
Start it again to continue where it stopped.
"""
from __future__ import annotations

import time

import numpy as np
import torch
import torch.nn.functional as F

from seedling import config
from seedling.optim import Muon, schedule
from seedling.vae import build_vae, forward, loss_terms, to_float

# The average of the weights follows them by 3 % every fourth step.
AVERAGE_EVERY, AVERAGE_RATE = 4, 0.03


def split_parameters(vae: torch.nn.Module) -> tuple[list, list]:
    """(weights for Muon, the rest): matrices and kernels with at least 16 rows and 16 columns, and everything else."""
    parameters = list(vae.parameters())
    matrices = [p for p in parameters if p.ndim >= 2 and min(p.shape[0], p[0].numel()) >= 16]
    chosen = {id(p) for p in matrices}
    return matrices, [p for p in parameters if id(p) not in chosen]


def main() -> None:
    job = config.start(config.parser(__doc__).parse_args())
    tc = job.cfg["vae"]["train"]
    pictures = np.load(job.work / "scenes" / "pictures.npy", mmap_mode="r")
    vae = build_vae(job.cfg).to(job.device)
    matrices, rest = split_parameters(vae)
    opt = Muon(matrices, rest, tc["lr_muon"], tc["lr_adam"], weight_decay=0.01, momentum=0.9, steps=3,
               betas=(0.9, 0.99))
    average = {k: v.clone() for k, v in vae.state_dict().items()}
    path, step = job.work / "vae" / "train.pt", 0
    if path.exists():
        saved = torch.load(path, map_location=job.device)
        vae.load_state_dict(saved["model"])
        opt.load_state_dict(saved["optimizer"])
        average, step = saved["average"], saved["step"]
    log = config.Log(job.work / "vae" / "train.log")
    rng = np.random.default_rng(job.cfg["seed"] + step)
    total = sum(p["steps"] for p in tc["phases"])

    def save() -> None:
        config.save_atomic({"model": vae.state_dict(), "optimizer": opt.state_dict(), "average": average,
                            "step": step}, path)

    l1_sum, count, begun = 0.0, 0, time.time()
    while step < total:
        first, phase = 0, tc["phases"][0]
        for p in tc["phases"]:
            if step < first + p["steps"]:
                phase = p
                break
            first += p["steps"]
        rows = np.sort(rng.integers(len(pictures), size=phase["batch"]))
        x = to_float(torch.from_numpy(pictures[rows]).to(job.device))
        if phase["shrink"] > 1:
            x = F.avg_pool2d(x, phase["shrink"]).contiguous(memory_format=torch.channels_last)
        y, kl = forward(vae, x, tc["latent_noise"])
        loss, l1 = loss_terms(x, y, tc["edge_weight"])
        opt.zero_grad()
        (loss + phase["kl"] * kl).backward()
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
            log(f"step {step} l1 {l1_sum / steps:.4f} kl {float(kl.detach()):.0f} {rate:.1f} pictures/s")
            l1_sum, count, begun = 0.0, 0, time.time()
        if step % 100 == 0 or step == total:
            save()


if __name__ == "__main__":
    main()

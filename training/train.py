#!/usr/bin/env python3
"""Trains text encoder and transformer together by flow matching; first `full` precision, then `ternary`.

    python train.py --stage full
    python train.py --stage ternary

Reads <work>/sprites.zip, tokenizer.model and vae/vae.pt; writes <work>/<stage>.pt and <stage>.log. A stage lasts
train.<stage>.minutes in all; start the command again to continue where it stopped. --init begins a stage from other
weights (a checkpoint or a weights.safetensors) instead of random ones (full) or of the full stage's average (ternary).
"""
from __future__ import annotations

import time
from pathlib import Path

import torch

from seedling import config
from seedling.checkpoint import STAGES, read_average
from seedling.data import Pool
from seedling.models import Seedling
from seedling.optim import Muon, schedule
from seedling.ternary import set_ternary
from seedling.tokenizer import Tokenizer


def draw_sigmas(n: int, mean: float, spread: float, device: str) -> torch.Tensor:
    """float [n]: sigmoid of a normal variable, stratified over the batch so that losses of batches compare."""
    u = (torch.arange(n) + torch.rand(n)) / n
    z = torch.special.ndtri(u.clamp(1e-3, 1 - 1e-3))
    return torch.sigmoid(z * spread + mean)[torch.randperm(n)].to(device)


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--stage", choices=STAGES, required=True)
    ap.add_argument("--init", type=Path, help="weights to begin from")
    ap.add_argument("--minutes", type=float, help="overrides the stage's minutes")
    args = ap.parse_args()
    job = config.start(args)
    tc, sc, device = job.cfg["train"], job.cfg["train"][args.stage], job.device
    minutes = args.minutes or sc["minutes"]
    vocab = len(Tokenizer(job.work / "tokenizer.model", job.cfg["tokenizer"]["length"]))
    model, average = (Seedling(job.cfg, vocab).to(device) for _ in range(2))
    path = job.work / f"{args.stage}.pt"
    step, seen, spent, saved, teacher = 0, 0, 0.0, None, None
    if path.exists():
        saved = torch.load(path, map_location="cpu")
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        step, seen, spent = saved["step"], saved["seen"], saved["minutes"]
        torch.manual_seed(job.cfg["seed"] + step)
    else:
        init = args.init or (job.work / "full.pt" if args.stage == "ternary" else None)
        if init:
            model.load_state_dict(read_average(init))
        average.load_state_dict(model.state_dict())
    if sc.get("teacher", 0) > 0:
        teacher = Seedling(job.cfg, vocab).to(device).eval().requires_grad_(False)
        teacher.load_state_dict(read_average(job.work / "full.pt"))
    average.requires_grad_(False)
    for m in (model, average):
        set_ternary(m, args.stage == "ternary")
    matrices = model.matrices()
    chosen = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    lr, memory = sc["lr"], sc["ema"]
    opt = Muon(matrices, rest, lr, lr, weight_decay=tc["weight_decay"], steps=tc["newton_schulz"])
    if saved:
        opt.load_state_dict(saved["optimizer"])
    run = torch.compile(model) if tc["compile"] else model
    half = job.cfg["precision"] == "bf16"

    def save() -> None:
        config.save_atomic({"model": model.state_dict(), "average": average.state_dict(), "optimizer": opt.state_dict(),
                            "step": step, "seen": seen, "minutes": spent}, path)

    batches = Pool(job.cfg, job.world_path(), job.work, device, job.cfg["seed"] + step)
    log = config.Log(job.work / f"{args.stage}.log")
    log(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, "
        f"from step {step}, {spent:.1f} of {minutes:.1f} minutes spent")
    n, first = tc["batch"], step
    loss_sum, count, begun, tick = 0.0, 0, time.time(), time.time()
    while spent < minutes:
        factor = min(1.0, (step - first + 1) / tc["warmup"]) * schedule(spent / minutes, sc["cool_down"])
        x0, ids = batches.next()
        sigma = draw_sigmas(n, tc["sigma_mean"], tc["sigma_spread"], device)
        noise = torch.randn_like(x0)
        xt = torch.lerp(x0, noise, sigma[:, None, None])
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=half):
            v = run(xt, ids, sigma).float()
            loss = (v - (noise - x0)).square().mean()
            total = loss
            if teacher is not None:
                with torch.no_grad():
                    target = teacher(xt, ids, sigma).float()
                total = (1 - sc["teacher"]) * loss + sc["teacher"] * (v - target).square().mean()
        opt.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        opt.step(factor)
        with torch.no_grad():
            # The average's memory grows from a few steps to its full length.
            decay = min(memory, 1 - 1 / (step + 10))
            torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)
        step, seen = step + 1, seen + n
        now = time.time()
        spent, tick = spent + (now - tick) / 60, now
        loss_sum, count = loss_sum + float(loss.detach()), count + 1
        if count == 25:
            log(f"{args.stage} step {step} seen {seen} loss {loss_sum / count:.4f} "
                f"{count * n / (now - begun):.1f} samples/s factor {factor:.2f} {spent:.1f} min")
            loss_sum, count, begun = 0.0, 0, now
        if step % tc["save_every"] == 0:
            save()
    save()
    log(f"{args.stage} done: step {step}, {seen} samples")


if __name__ == "__main__":
    main()

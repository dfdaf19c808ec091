#!/usr/bin/env python3
"""Brings the ternary text encoder back to its twin's: the same conditioning for the same caption (train.encoder).

    python train_encoder.py --weights ternary.safetensors --teacher full.safetensors --output encoder.safetensors

No picture is drawn and no transformer run, so a sample costs a third of one of `train.py --stage ternary`, and every one
says what each number of the conditioning should have been. Reads and writes weights as save_weights.py does, of which only
the text encoder changes; train.py --stage ternary --init goes on from them. Run again with its own output to continue.
"""
from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch

from seedling import config
from seedling.checkpoint import load_average, read_progress, write_weights
from seedling.objectives import Conditioning
from seedling.optim import Muon, schedule
from seedling.phases import Phases
from seedling.scenes import Composer
from seedling.sprites import Sprites
from seedling.ternary import set_ternary, split_parameters
from seedling.tokenizer import Tokenizer
from seedling.world import World

CAPTIONS = 100000
REPORT_EVERY = 100


def captions(job: config.Job, tokenizer: Tokenizer, count: int) -> torch.Tensor:
    """Ids int64 [count, length] of captions with the shares of the ternary stage."""
    data = Phases(job.cfg, "ternary").configuration(0)["data"]
    composer = Composer(World.open(job.world_path()), Sprites.open(job.work), job.cfg["picture"], data)
    rng = np.random.default_rng()
    return tokenizer([composer.captions.write(rng, composer.draw_spec(rng)) for _ in range(count)])


def fit(job: config.Job, student, teacher, ids: torch.Tensor, minutes: float, log: config.Log) -> int:
    """Trains student.text_encoder on the conditioning of teacher; returns the number of samples."""
    tc, ec = job.cfg["train"], job.cfg["train"]["encoder"]
    encoder = student.text_encoder.requires_grad_(True)
    matrices, rest = split_parameters(encoder)
    opt = Muon(matrices, rest, ec["lr"], ec["lr_adam"], weight_decay=tc["weight_decay"], steps=tc["newton_schulz"],
               bf16=job.bf16)
    run = torch.compile(student.encode) if tc["compile"] else student.encode
    objective = Conditioning(torch.compile(teacher.encode) if tc["compile"] else teacher.encode, len(teacher.out_layers))
    begun, step, sums, autocast = time.time(), 0, 0.0, job.autocast()
    while (spent := (time.time() - begun) / 60) < minutes:
        with autocast:
            losses = objective(run, ids[torch.randint(len(ids), (tc["batch"],))].to(job.device))
        opt.zero_grad()
        losses.sum().backward()
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        opt.step(min(1.0, (step + 1) / tc["warmup"]) * schedule(spent / minutes, ec["cool_down"]))
        step, sums = step + 1, sums + losses.detach()
        if step % REPORT_EVERY == 0:
            error = ", ".join(f"{float(e):.4f}" for e in (sums / REPORT_EVERY).sqrt())
            log(f"encoder step {step} error {error} {step * tc['batch'] / 60 / spent:.0f} samples/s {spent:.1f} min")
            sums = 0.0
    encoder.requires_grad_(False)
    return step * tc["batch"]


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--weights", type=Path, required=True, help="of the ternary stage")
    ap.add_argument("--teacher", type=Path, required=True, help="in full precision")
    ap.add_argument("--output", type=Path, required=True)
    ap.add_argument("--minutes", type=float, help="overrides train.encoder's minutes")
    args = ap.parse_args()
    job = config.start(args)
    progress = read_progress(args.weights)
    if progress["stage"] != "ternary":
        raise SystemExit(f"{args.weights} are of the stage {progress['stage']}, not ternary")
    model_file = job.work / "tokenizer.model"
    tokenizer = Tokenizer(model_file, job.cfg["tokenizer"]["length"])
    student, teacher = (load_average(job.cfg, len(tokenizer), path).to(job.device) for path in (args.weights, args.teacher))
    set_ternary(student, True)
    log = config.Log(job.work / "encoder.log")
    seen = fit(job, student, teacher, captions(job, tokenizer, CAPTIONS),
               args.minutes or job.cfg["train"]["encoder"]["minutes"], log)
    write_weights(student.state_dict(), {}, model_file.read_bytes(), args.output, progress, student.matrix_names())
    log(f"encoder: {seen} captions, {args.output}")


if __name__ == "__main__":
    main()

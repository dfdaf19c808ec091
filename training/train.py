#!/usr/bin/env python3
"""Trains text encoder and transformer together: `full` precision, then `ternary`, then `distill` (one pass a step).

    python train.py --stage full
    python train.py --stage ternary      weights -1, 0, +1 and int8 activations, from the average of the full stage
    python train.py --stage distill      without guidance, ternary; the full stage's average teaches, guided

Reads <work>/sprites.zip, tokenizer.model and vae/vae.pt; writes <work>/<stage>.pt and <stage>.log. A stage lasts
train.<stage>.minutes in all; start the command again to continue where it stopped. Its phases, where the configuration
names some, have sigmas and scenes of their own (seedling/phases.py). --init begins a stage from other weights (a
checkpoint or a weights.safetensors, also of a smaller model: seedling/grow.py) instead of random ones (full) or of the
stage before; --teacher names the full-precision weights if <work>/full.pt is not there. --slice ends the command, not
the stage, after some minutes.
"""
from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from seedling import config, grow
from seedling.checkpoint import STAGES, load_average, read_average, read_progress
from seedling.data import Pool
from seedling.models import Seedling, attention_for
from seedling.objectives import Flow
from seedling.optim import Muon, schedule
from seedling.phases import Phases
from seedling.ternary import set_int8, set_ternary, set_ternary_share, split_parameters
from seedling.tokenizer import Tokenizer
from seedling.trajectories import Trajectories

REPORT_EVERY = 25


def load_teacher(job: config.Job, stage: str, vocab: int, path: Path) -> Seedling | None:
    """The teacher in full precision, if the stage has one."""
    if stage != "distill" and not job.cfg["train"][stage].get("teacher"):
        return None
    teacher = load_average(job.cfg, vocab, path).to(job.device)
    if job.int8:
        set_int8(teacher)
    if job.cfg["train"]["compile"]:
        (teacher.transformer if stage == "distill" else teacher).compile()
    return teacher


def make_objective(cfg: dict, stage: str, teacher: Seedling | None, device: str):
    """The objective of a stage, or of the phase of it that `cfg` is of."""
    tc, sc = cfg["train"], cfg["train"][stage]
    if stage == "distill":
        return Trajectories(teacher, sc, cfg["defaults"]["shift"], device)
    return Flow(tc["sigma_mean"], tc["sigma_spread"], teacher, sc.get("teacher", 0))


class Training:
    """A stage's model, its average and optimiser, and where it stands.

    blend: over which share of the stage weights become ternary; 0: they are from the first step on.
    revived: how many dead feed-forwards the weights had that it began from.
    """

    def __init__(self, job: config.Job, stage: str, vocab: int, init: Path | None):
        self.path, device = job.work / f"{stage}.pt", job.device
        tc, sc = job.cfg["train"], job.cfg["train"][stage]
        self.model, self.average = (Seedling(job.cfg, vocab).to(device) for _ in range(2))
        self.step, self.seen, self.minutes, saved = 0, 0, 0.0, None
        self.blend = sc.get("blend", 0)
        self.revived = 0
        if self.path.exists():
            saved = torch.load(self.path, map_location="cpu")
            self.model.load_state_dict(saved["model"])
            self.average.load_state_dict(saved["average"])
            self.step, self.seen, self.minutes = saved["step"], saved["seen"], saved["minutes"]
            self.blend = saved["blend"]
            torch.manual_seed(job.cfg["seed"] + self.step)
        else:
            before = STAGES.index(stage) - 1
            init = init or (job.work / f"{STAGES[before]}.pt" if before >= 0 else None)
            if init:
                grow.load(self.model, read_average(init))
                self.revived = grow.revive(self.model)
                if read_progress(init)["stage"] == "ternary":
                    self.blend = 0  # they need not become ternary again
            self.average.load_state_dict(self.model.state_dict())
        self.average.requires_grad_(False)
        for m in (self.model, self.average):
            set_ternary(m, stage != "full")
        if job.int8:
            set_int8(self.model)
        matrices, self.rest = split_parameters(self.model)
        self.opt = Muon(matrices, self.rest, sc["lr"], sc.get("lr_adam", sc["lr"]), weight_decay=tc["weight_decay"],
                        steps=tc["newton_schulz"], bf16=job.bf16)
        if saved and saved["optimizer"]:
            self.opt.load_state_dict(saved["optimizer"])
        self.run = torch.compile(self.model) if tc["compile"] else self.model
        self.autocast = job.autocast()
        self.memory = sc["ema"]

    def advance(self, objective, x0: torch.Tensor, ids: torch.Tensor, factor: float,
                matrix_factor: float) -> torch.Tensor:
        """One step, the factors as of Muon.step; returns the loss to report."""
        with self.autocast:
            total, loss = objective(self.run, x0, ids)
        self.opt.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.rest, 1.0)
        self.opt.step(factor, matrix_factor)
        with torch.no_grad():
            # The average's memory grows from a few steps to its full length.
            decay = min(self.memory, 1 - 1 / (self.step + 10))
            torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - decay)
        self.step, self.seen = self.step + 1, self.seen + len(x0)
        return loss.detach()

    def save(self) -> None:
        config.save_atomic({"model": self.model.state_dict(), "average": self.average.state_dict(),
                            "optimizer": self.opt.state_dict(), "step": self.step, "seen": self.seen,
                            "minutes": self.minutes, "blend": self.blend}, self.path)


def factors(progress: float, stage: dict) -> tuple[float, float]:
    """Factors of the learning rates at progress 0..1: (of all other parameters, of the matrices).

    In the last `settle` share of a stage the matrices stay: what is ternary no longer flips, and scales and dense
    parameters come to rest around it.
    """
    settle = stage.get("settle", 0.0)
    if not settle:
        return (schedule(progress, stage["cool_down"]),) * 2
    before = progress / (1 - settle)
    return schedule(progress, settle), schedule(before, stage["cool_down"]) if before < 1 else 0.0


def arguments() -> argparse.Namespace:
    ap = config.parser(__doc__)
    ap.add_argument("--stage", choices=STAGES, required=True)
    ap.add_argument("--init", type=Path, help="weights to begin from")
    ap.add_argument("--teacher", type=Path, help="full-precision weights that teach; default: <work>/full.pt")
    ap.add_argument("--minutes", type=float, help="overrides the stage's minutes")
    ap.add_argument("--slice", type=float, help="minutes of this command; the stage goes on with the next")
    return ap.parse_args()


def main() -> None:
    args = arguments()
    job = config.start(args)
    attention_for(job.device)
    stage, tc, sc = args.stage, job.cfg["train"], job.cfg["train"][args.stage]
    minutes = args.minutes or sc["minutes"]
    vocab = len(Tokenizer(job.work / "tokenizer.model", job.cfg["tokenizer"]["length"]))
    t = Training(job, stage, vocab, args.init)
    teacher = load_teacher(job, stage, vocab, args.teacher or job.work / "full.pt")
    phases, phase = Phases(job.cfg, stage), None
    log = config.Log(job.work / f"{stage}.log")
    log(f"{sum(p.numel() for p in t.model.parameters()) / 1e6:.2f} M parameters, "
        f"from step {t.step}, {t.minutes:.1f} of {minutes:.1f} minutes spent")
    if t.revived:
        log(f"{t.revived} feed-forwards of the text encoder were dead and begin anew")
    first, until = t.step, min(minutes, t.minutes + (args.slice or minutes))
    loss_sum, count = 0.0, 0
    while t.minutes < until:
        if (current := phases.at(t.minutes / minutes)) != phase:
            phase = current
            cfg = phases.configuration(phase)
            objective = make_objective(cfg, stage, teacher, job.device)
            pool = Pool(cfg, job.world_path(), job.work, job.device, cfg["seed"] + t.step, t.autocast)
            log(f"{stage} step {t.step}: phase {phase + 1} of {len(phases)}")
            begun = tick = time.time()
        set_ternary_share(t.model, min(1.0, t.minutes / minutes / t.blend) if t.blend else 1.0)
        warm = min(1.0, (t.step - first + 1) / tc["warmup"])
        rates = [warm * f for f in factors(t.minutes / minutes, sc)]
        loss_sum, count = loss_sum + float(t.advance(objective, *pool.next(), *rates)), count + 1
        now = time.time()
        t.minutes, tick = t.minutes + min(now - tick, config.LONGEST_STEP) / 60, now
        if count == REPORT_EVERY:
            log(f"{stage} step {t.step} seen {t.seen} loss {loss_sum / count:.4f} "
                f"{count * tc['batch'] / (now - begun):.1f} samples/s factors {rates[0]:.2f} {rates[1]:.2f} "
                f"{t.minutes:.1f} min")
            loss_sum, count, begun = 0.0, 0, now
        if t.step % tc["save_every"] == 0:
            t.save()
    t.save()
    log(f"{stage} step {t.step}, {t.seen} samples: {'finished' if t.minutes >= minutes else 'goes on'}")


if __name__ == "__main__":
    main()

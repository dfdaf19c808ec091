#!/usr/bin/env python3
"""Draws the pictures of a prompts file, each with its own seed, as <id>.png.

    python -m eval.draw --work W --weights W/full.pt --output pictures/full              the full-precision twin
    python -m eval.draw --work W --weights W/ternary.pt --output pictures/ternary        ternary, in PyTorch
    python -m eval.draw --penjing BIN --model PACK --output pictures/program             ternary, in the program

W needs the tokenizer and vae/vae.pt (save_weights.py --restore writes them). Noise, steps, shift and guidance are the
program's in all cases, so the same weights draw the same picture up to rounding. drawn.json says what drew them.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
from pathlib import Path

import torch
from PIL import Image

from seedling import config
from seedling.checkpoint import STAGES, load_average, read_progress
from seedling.sampler import defaults, denoise, noise_of
from seedling.ternary import set_ternary
from seedling.tokenizer import Tokenizer
from seedling.vae import decode_tokens, load_frozen, to_bytes

from . import prompts
from .prompts import Prompt

NOTES = "drawn.json"


def sha256(path: Path) -> str:
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def settings(given: argparse.Namespace, usual: dict) -> dict:
    """{steps, shift, guidance}: the arguments where given, else the usual ones."""
    asked = {"steps": given.steps, "guidance": given.guidance}
    return usual | {k: v for k, v in asked.items() if v is not None}


@torch.no_grad()
def draw_with_torch(job: config.Job, args: argparse.Namespace, wanted: list[Prompt]) -> dict:
    """Draws in batches; returns the notes."""
    stage = args.stage or read_progress(args.weights)["stage"]
    tokenizer = Tokenizer(job.work / "tokenizer.model", job.cfg["tokenizer"]["length"])
    model = load_average(job.cfg, len(tokenizer), args.weights).to(job.device)
    set_ternary(model, stage != "full")
    vae = load_frozen(job.cfg, args.vae or job.work / "vae" / "vae.pt", job.device)
    how = settings(args, defaults(job.cfg, stage))
    for i in range(0, len(wanted), args.batch):
        part = wanted[i:i + args.batch]
        noise = noise_of([p.seed for p in part], model.transformer.config.in_channels, job.grid)
        x = denoise(model, tokenizer([p.prompt for p in part]).to(job.device), noise, **how)
        for p, picture in zip(part, to_bytes(decode_tokens(vae, x, job.grid)).numpy()):
            Image.fromarray(picture).save(args.output / f"{p.id}.png")
        print(f"{i + len(part)} of {len(wanted)}", flush=True)
    return {"by": "PyTorch", "stage": stage, "weights": args.weights.name, "sha256": sha256(args.weights), **how}


def requests(wanted: list[Prompt], folder: Path, how: dict) -> str:
    """Lines for `penjing generate --batch`."""
    return "".join(json.dumps({"prompt": p.prompt, "seed": p.seed, "out": str(folder.resolve() / f"{p.id}.png"), **how})
                   + "\n" for p in wanted)


def draw_with_program(args: argparse.Namespace, wanted: list[Prompt]) -> dict:
    """One run of the program; what it says goes to program.jsonl. Raises if it could not draw all."""
    how = settings(args, {})
    model = ["--model", str(args.model)] if args.model else []
    threads = ["--threads", str(args.threads)] if args.threads else []
    done = subprocess.run([str(args.penjing), "generate", "--batch", "-", *model, *threads], text=True,
                          input=requests(wanted, args.output, how), stdout=subprocess.PIPE)
    (args.output / "program.jsonl").write_text(done.stdout)
    if done.returncode:
        raise SystemExit(f"{args.penjing} ended with {done.returncode}; see {args.output}/program.jsonl")
    version = subprocess.run([str(args.penjing), "--version"], text=True, stdout=subprocess.PIPE).stdout.strip()
    notes = {"by": version or "penjing", **how}
    return notes | ({"weights": args.model.name, "sha256": sha256(args.model)} if args.model else {})


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--prompts", type=Path, default=Path(__file__).parent / "prompts-core.jsonl")
    ap.add_argument("--output", type=Path, required=True, help="folder; pictures in it are replaced")
    ap.add_argument("--first", type=int, help="only that many prompts of each task")
    ap.add_argument("--steps", type=int)
    ap.add_argument("--guidance", type=float)
    by = ap.add_mutually_exclusive_group(required=True)
    by.add_argument("--weights", type=Path, help="a checkpoint of train.py or a weights.safetensors")
    by.add_argument("--penjing", type=Path, help="the program")
    ap.add_argument("--stage", choices=STAGES, help="of the weights (as they say): full precision or ternary, steps")
    ap.add_argument("--vae", type=Path)
    ap.add_argument("--batch", type=int, default=24)
    ap.add_argument("--model", type=Path, help="the program's pack (the bundled one)")
    ap.add_argument("--threads", type=int, help="of the program")
    args = ap.parse_args()
    wanted = prompts.first(prompts.read(args.prompts), args.first)
    args.output.mkdir(parents=True, exist_ok=True)
    (args.output / NOTES).unlink(missing_ok=True)
    notes = draw_with_torch(config.start(args), args, wanted) if args.weights else draw_with_program(args, wanted)
    (args.output / NOTES).write_text(json.dumps(notes | {"prompts": sha256(args.prompts)}, indent=1) + "\n")
    print(f"{len(wanted)} pictures in {args.output}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Judges the pictures of a prompts file, from any source.

    python -m eval.run --ceiling --work W --output DIR                              first: real pictures
    python -m eval.run --pictures DIR --ceiling-file C/scores.json --output DIR     <id>.png of every prompt

Writes scores.json, scores.md, best.png and worst.png. --ceiling judges five rows: real pictures of the drawings that
training shows, the same encoded and decoded by W/vae/vae.pt, real pictures of the held-out family, and for both families
the spoiled ones (ceiling.py), where lower is better.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from PIL import Image

from seedling import config
from seedling.scenes import Composer
from seedling.sprites import Sprites
from seedling.vae import load_frozen
from seedling.world import World

from . import ceiling, prompts, report, score
from .draw import NOTES, sha256
from .judge import Judge
from .prompts import Prompt
from .score import Verdict

LOWEST = 0.02  # detections below this score are never looked at, not even for ranking
TRAINED, UNSEEN = "real, families of training", "real, held-out family"
DECODED = "real, through the autoencoder"


def judged(judge: Judge, pictures: list[Image.Image], wanted: list[Prompt]) -> list[Verdict]:
    return [score.verdict(p.task, p.truth, found)
            for p, found in zip(wanted, judge.detect(pictures, LOWEST), strict=True)]


def open_pictures(folder: Path, wanted: list[Prompt]) -> list[Image.Image]:
    """Raises if one is missing: a mean over the drawn ones alone would flatter."""
    missing = [p.id for p in wanted if not (folder / f"{p.id}.png").exists()]
    if missing:
        raise SystemExit(f"{folder}: {len(missing)} pictures are missing, the first is {missing[0]}.png")
    return [Image.open(folder / f"{p.id}.png").convert("RGB") for p in wanted]


def write(folder: Path, result: dict, rows: dict, shown: tuple) -> None:
    """`shown`: pictures, prompts, verdicts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scores.json").write_text(json.dumps(result, indent=1) + "\n")
    (folder / "scores.md").write_text(report.table(rows))
    for name, picture in zip(("best.png", "worst.png"), report.best_and_worst(*shown)):
        picture.save(folder / name)
    print(report.table(rows))


def each(wanted: list[Prompt], verdicts: list[Verdict]) -> list[dict]:
    return [{"id": p.id, "prompt": p.prompt, "seed": p.seed, "right": v.right, "why": v.why,
             "evidence": round(v.evidence, 4)} for p, v in zip(wanted, verdicts, strict=True)]


def run_ceiling(args: argparse.Namespace, judge: Judge, wanted: list[Prompt], said: dict) -> None:
    job = config.start(args)
    world, sprites = World.open(job.world_path()), Sprites.open(job.work)
    spoiled, rows, shown, wrong = ceiling.spoil(world, wanted), {}, (), {}
    for name, unseen in ((TRAINED, False), (UNSEEN, True)):
        composer = Composer(world, sprites, job.cfg["picture"], job.cfg["data"], judge_family=unseen)
        pictures = ceiling.real(composer, wanted)
        verdicts = judged(judge, pictures, wanted)
        rows[name] = report.scores(wanted, verdicts)
        wrong[name] = [e for e in each(wanted, verdicts) if not e["right"]]
        if not unseen:
            shown = (pictures, wanted, verdicts)
            vae = load_frozen(job.cfg, job.work / "vae" / "vae.pt", "cpu")
            rows[DECODED] = report.scores(wanted, judged(judge, ceiling.through(vae, pictures), wanted))
        accepted = judged(judge, ceiling.real(composer, spoiled), wanted)
        rows[f"spoiled ones accepted, {name.split(', ')[1]}"] = report.scores(wanted, accepted)
    have = sum((world.judge, world.subjects[t.subject].code) in sprites for p in wanted for t in p.truth.things)
    said["things with a drawing of the held-out family"] = f"{have} of {sum(len(p.truth.things) for p in wanted)}"
    write(args.output, said | {"scores": rows[TRAINED], "rows": rows, "wrong": wrong}, rows, shown)


def run_pictures(args: argparse.Namespace, judge: Judge, wanted: list[Prompt], said: dict) -> None:
    pictures = open_pictures(args.pictures, wanted)
    verdicts = judged(judge, pictures, wanted)
    rows = {args.pictures.name: report.scores(wanted, verdicts)}
    if args.ceiling_file:
        top = json.loads(args.ceiling_file.read_text())
        if any(top[k] != said[k] for k in ("judge", "prompts", "thresholds")):
            raise SystemExit(f"{args.ceiling_file} is the ceiling of another judge, other prompts or other thresholds")
        mine = rows[args.pictures.name]
        rows["share of the ceiling"] = {k: mine[k] / top["scores"][k] for k in mine if top["scores"].get(k)}
        rows["ceiling"] = top["scores"]
    notes = args.pictures / NOTES
    said |= {"drawn": json.loads(notes.read_text())} if notes.exists() else {}
    write(args.output, said | {"scores": rows[args.pictures.name], "rows": rows, "verdicts": each(wanted, verdicts)}, rows,
          (pictures, wanted, verdicts))


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--judge", type=Path, default=Path(__file__).parent / "judge.safetensors")
    ap.add_argument("--prompts", type=Path, default=Path(__file__).parent / "prompts-core.jsonl")
    ap.add_argument("--first", type=int, help="only that many prompts of each task")
    what = ap.add_mutually_exclusive_group(required=True)
    what.add_argument("--pictures", type=Path, help="folder of <id>.png")
    what.add_argument("--ceiling", action="store_true", help="real pictures, composed from --work's drawings")
    ap.add_argument("--ceiling-file", type=Path, help="scores.json of a --ceiling run")
    ap.add_argument("--output", type=Path, required=True)
    args = ap.parse_args()
    wanted = prompts.first(prompts.read(args.prompts), args.first)
    said = {"judge": sha256(args.judge), "prompts": sha256(args.prompts), "each": args.first,
            "thresholds": [score.SCORE, score.CERTAINTY]}
    (run_ceiling if args.ceiling else run_pictures)(args, Judge.open(args.judge), wanted, said)


if __name__ == "__main__":
    main()

"""Verdicts to six scores, their table and contact sheets."""
from __future__ import annotations

import textwrap
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFont

from .prompts import TASKS, Prompt
from .score import Verdict

CELL, TEXT, COLUMNS = 160, 64, 8
GREEN, RED = (20, 120, 40), (180, 30, 30)


def scores(prompts: list[Prompt], verdicts: list[Verdict]) -> dict[str, float]:
    """Share of right pictures of every task, and their mean."""
    out = {}
    for task in TASKS:
        mine = [v.right for p, v in zip(prompts, verdicts, strict=True) if p.task == task]
        if mine:
            out[task] = sum(mine) / len(mine)
    return out | {"mean": sum(out.values()) / len(out)}


def table(rows: dict[str, dict[str, float]]) -> str:
    """Markdown: a line for every row's name, a column for every task."""
    names = [*TASKS, "mean"]
    lines = ["| | " + " | ".join(n.replace("_", " ") for n in names) + " |", "|---" * (len(names) + 1) + "|"]
    for name, row in rows.items():
        lines.append(f"| {name} | " + " | ".join(f"{row[n]:.3f}" if n in row else "" for n in names) + " |")
    return "\n".join(lines) + "\n"


def ranked(prompts: list[Prompt], verdicts: list[Verdict]) -> dict[str, list[int]]:
    """Indices of every task, best first: right before wrong, then by evidence."""
    def rank(i: int) -> tuple[bool, float]:
        return not verdicts[i].right, -verdicts[i].evidence

    return {task: sorted((i for i, p in enumerate(prompts) if p.task == task), key=rank) for task in TASKS}


def cell(picture: Image.Image, prompt: Prompt, verdict: Verdict) -> Image.Image:
    """A picture with its prompt and the verdict below."""
    out = Image.new("RGB", (CELL, CELL + TEXT), "white")
    out.paste(picture.convert("RGB").resize((CELL - 4, CELL - 4), Image.BICUBIC), (2, 2))
    draw, font = ImageDraw.Draw(out), ImageFont.load_default(10)
    said = textwrap.wrap(prompt.prompt, 30)[:3]
    draw.multiline_text((3, CELL), "\n".join(said), "black", font, spacing=2)
    judged = "right" if verdict.right else verdict.why
    draw.text((3, CELL + TEXT - 16), judged[:32], GREEN if verdict.right else RED, font)
    return out


def sheet(pictures: list[Image.Image], prompts: list[Prompt], verdicts: list[Verdict], rows: Iterable[list[int]]
          ) -> Image.Image:
    """One line of cells for every list of indices."""
    rows = [row for row in rows if row]
    out = Image.new("RGB", (CELL * max(map(len, rows)), (CELL + TEXT) * len(rows)), "white")
    for y, row in enumerate(rows):
        for x, i in enumerate(row):
            out.paste(cell(pictures[i], prompts[i], verdicts[i]), (x * CELL, y * (CELL + TEXT)))
    return out


def best_and_worst(pictures: list[Image.Image], prompts: list[Prompt], verdicts: list[Verdict]
                   ) -> tuple[Image.Image, Image.Image]:
    """Two sheets, a line a task: its surest right pictures, and its wrong ones with the least evidence first."""
    order = ranked(prompts, verdicts).values()
    return (sheet(pictures, prompts, verdicts, (row[:COLUMNS] for row in order)),
            sheet(pictures, prompts, verdicts, (row[::-1][:COLUMNS] for row in order)))

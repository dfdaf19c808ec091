"""Tiles the pictures of a prompt list into one sheet, each with its prompt below.

    python training/contact_sheet.py --penjing build/release/bin/penjing --prompts assets/sample_prompts.txt \
        --output docs/seedling.jpg

The program draws them in one batch with the seeds 1, 2, 3, ... in the order of the list: nothing is picked.
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

COLUMNS = 10
SIDE = 128  # pixels of a picture on the sheet
LABEL_LINES = 2
LINE_HEIGHT = 14
MARGIN = 6


def draw_all(penjing: Path, prompts: list[str], folder: Path, extra: list[str]) -> list[Path]:
    """One batch run; returns the files in the order of the prompts."""
    requests = [{"prompt": prompt, "seed": seed, "out": str(folder / f"{seed:03}.png")}
                for seed, prompt in enumerate(prompts, 1)]
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    subprocess.run([penjing, "generate", "--batch", "-", *extra], input=lines, text=True, check=True,
                   stdout=subprocess.DEVNULL)
    return [Path(request["out"]) for request in requests]


def sheet(prompts: list[str], files: list[Path]) -> Image.Image:
    pictures = [Image.open(file).convert("RGB") for file in files]
    cell = (SIDE + 2 * MARGIN, SIDE + 2 * MARGIN + LABEL_LINES * LINE_HEIGHT)
    rows = -(-len(pictures) // COLUMNS)
    result = Image.new("RGB", (COLUMNS * cell[0], rows * cell[1]), "white")
    draw = ImageDraw.Draw(result)
    font = ImageFont.load_default(11)
    for i, (prompt, picture) in enumerate(zip(prompts, pictures)):
        x, y = i % COLUMNS * cell[0] + MARGIN, i // COLUMNS * cell[1] + MARGIN
        result.paste(picture.resize((SIDE, SIDE), Image.LANCZOS), (x, y))
        draw.rectangle((x - 1, y - 1, x + SIDE, y + SIDE), outline=(225, 225, 225))
        for k, line in enumerate(textwrap.wrap(prompt, 23)[:LABEL_LINES]):
            draw.text((x + SIDE / 2, y + SIDE + 3 + k * LINE_HEIGHT), line, fill=(60, 60, 60), font=font, anchor="ma")
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--penjing", type=Path, required=True, help="the program")
    parser.add_argument("--model", type=Path, help="a pack other than the bundled one")
    parser.add_argument("--prompts", type=Path, required=True, help="one prompt a line")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="png or jpg")
    args = parser.parse_args()
    prompts = [line.strip() for line in args.prompts.read_text().splitlines() if line.strip()]
    extra = ["--model", str(args.model)] if args.model else []
    with tempfile.TemporaryDirectory() as folder:
        sheet(prompts, draw_all(args.penjing, prompts, Path(folder), extra)).save(args.output, optimize=True, quality=88)
    return 0


if __name__ == "__main__":
    sys.exit(main())

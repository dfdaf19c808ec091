"""Checks the judge's parts: `python training/tests/test_eval.py`. Needs requirements.txt, no data."""
from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
from eval import examples, prompts  # noqa: E402
from eval.judge import OTHER, Judge  # noqa: E402
from seedling.spec import hashed, keys  # noqa: E402
from seedling.world import World  # noqa: E402

CFG = json.loads((HERE / "configs/seedling-v1.json").read_text())
WORLD = World.open(HERE / CFG["world"])


def test_prompts_are_held_out_and_reproducible() -> None:
    committed = prompts.read(HERE / "eval/prompts-core.jsonl")
    again = prompts.Generator(WORLD, CFG["data"]["held_out"]).prompts(np.random.default_rng(20), 120)
    assert committed == again
    for task, kinds in prompts.TASKS.items():
        mine = [p for p in committed if p.task == task]
        assert len(mine) >= 100 and len({p.prompt.lower() for p in mine}) == len(mine)
        for p in mine:
            new = [k for k in keys(p.truth) if hashed(k) < CFG["data"]["held_out"]]
            assert tuple(new) == p.held_out and any(k.split("|")[0] in kinds for k in new), p


def test_targets_and_detections_agree() -> None:
    judge = Judge(["apple", "cat"], 96, [4, 4, 4, 4], 0)
    t = examples.targets(torch.tensor([[0, 0.30, 0.70, 0.4, 0.2, 1, 3], [0, 1.02, 0.5, 0.4, 0.2, 0, 3]]), 96)
    assert t.cells.tolist() == [4 * 6 + 1]  # the second one's centre left the picture
    where, subject, colour = torch.full((5, 6, 6), -9.0), torch.zeros(3, 6, 6), torch.zeros(11, 6, 6)
    where[0, 4, 1] = 9
    where[1:3, 4, 1] = torch.logit(t.offset[0])
    where[3:, 4, 1] = t.size[0]
    subject[t.subject[0], 4, 1] = colour[t.colour[0], 4, 1] = 9
    (found,) = judge._read(where, subject, colour, 0.5)
    assert (found.subject, found.colour) == ("cat", "green") and judge.names[2] == OTHER
    assert np.allclose(found.box, (0.1, 0.6, 0.5, 0.8), atol=1e-4)


def test_moving_a_picture_moves_its_boxes() -> None:
    x = torch.full((1, 3, 96, 96), -1.0)
    x[:, :, 30:60, 20:50] = 1
    things = torch.tensor([[0, 35 / 96, 45 / 96, 30 / 96, 30 / 96, 0, 0]])
    for seed in range(5):
        y, rows = examples.moved(x, things, torch.Generator().manual_seed(seed))
        ys, xs = torch.nonzero(y[0, 0] > 0, as_tuple=True)
        seen = [(xs.min() + xs.max() + 1) / 192, (ys.min() + ys.max() + 1) / 192,
                (xs.max() + 1 - xs.min()) / 96, (ys.max() + 1 - ys.min()) / 96]
        assert np.allclose(rows[0, 1:5], seen, atol=0.016), (rows, seen)


def test_weights_round_trip() -> None:
    torch.manual_seed(1)
    judge = Judge(["apple", "cat"], 96, [4, 8, 8, 8], 1)
    picture = [Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))]
    with tempfile.TemporaryDirectory() as folder:
        judge.save(Path(folder) / "j.safetensors", {})
        again = Judge.open(Path(folder) / "j.safetensors")
    (a,), (b,) = judge.detect(picture, 0.0), again.detect(picture, 0.0)
    assert a and again.subjects == judge.subjects and abs(a[0].score - b[0].score) < 1e-2


def test_one_example_can_be_learnt() -> None:
    torch.manual_seed(1)
    net = Judge(["apple", "cat"], 96, [8, 16, 16, 16], 0).network
    x = torch.full((2, 3, 96, 96), -1.0)
    x[0, 0, 20:50, 20:50] = 1
    x[1, 2, 50:80, 50:80] = 1
    aims = examples.targets(torch.tensor([[0, 35 / 96, 35 / 96, 0.3, 0.3, 0, 0], [1, 65 / 96, 65 / 96, 0.3, 0.3, 1, 4]]), 96)
    opt = torch.optim.AdamW(net.parameters(), lr=0.01)
    for _ in range(60):
        total, right = examples.loss(net(x), aims)
        opt.zero_grad()
        total.backward()
        opt.step()
    assert right == {"subject": 1.0, "colour": 1.0} and total < 1.0, (total, right)


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name)

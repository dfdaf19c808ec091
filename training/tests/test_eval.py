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
from eval import breadth, ceiling, draw, examples, gap, losses, prompts, report, run, score, train_judge  # noqa: E402
from eval.judge import OTHER, Detection, Judge  # noqa: E402
from seedling.sampler import noise_of  # noqa: E402
from seedling.scenes import COUNT_PLACES, RELATION_PLACES  # noqa: E402
from seedling.spec import Spec, ThingSpec, hashed, keys  # noqa: E402
from seedling.world import World  # noqa: E402

CFG = json.loads((HERE / "configs/seedling-v1.json").read_text())
WORLD = World.open(HERE / CFG["world"])
PROMPTS = prompts.read(HERE / "eval/prompts-core.jsonl")


def seen(subject: str, x: float = 0.5, y: float = 0.5, colour: str = "red", score: float = 0.9, certainty: float = 0.9
         ) -> Detection:
    """A hand-made detection, 0.4 wide and high."""
    return Detection(subject, certainty, colour, score, (x - 0.2, y - 0.2, x + 0.2, y + 0.2))


def seen_by_a_perfect_judge(spec: Spec) -> list[Detection]:
    if len(spec.things) == 2:
        places = RELATION_PLACES["left" if spec.relation == "and" else spec.relation]
        return [seen(t.subject, *at, t.colour or "gray") for t, at in zip(spec.things, places)]
    (t,) = spec.things
    return [seen(t.subject, *at, t.colour or "gray") for at in COUNT_PLACES.get(t.count, [(0.5, 0.5)])]


def right(task: str, truth: Spec, *found: Detection) -> bool:
    v = score.verdict(task, truth, list(found))
    assert v.right == (v.why == "")
    return v.right


def test_breadth_ranks_by_distance() -> None:
    real = np.random.default_rng(1).random((50, 12)).astype(np.float32)
    own = np.array([3, 7, 49])
    assert breadth.ranks(real[own] + 1e-3, real, own).tolist() == [0, 0, 0]
    by_hand = [(((real[3] - r) ** 2).sum() < ((real[3] - real[9]) ** 2).sum()) for r in real]
    assert breadth.ranks(real[3:4], real, np.array([9]))[0] == sum(by_hand)
    asked = breadth.every_subject(WORLD)
    assert len(asked) == len(WORLD.subjects) and len({p.prompt for p in asked}) == len(asked)
    rank = np.zeros(len(asked), np.int64)
    rank[[i for i, p in enumerate(asked) if not WORLD.subjects[p.truth.things[0].subject].core]] = breadth.NEAR
    assert breadth.table(WORLD, asked, rank).splitlines()[2:] == [
        "| 213 core | 1.000 | 1.000 |", "| 841 others | 0.000 | 0.000 |", f"| 1054 all | {213 / 1054:.3f} | {213 / 1054:.3f} |"]


def test_a_gap_is_told_from_noise() -> None:
    """Off by 0.5 always, and by a tenth of the noise at sigma 1: 0.25 and 0.01 of it."""
    x0, ids = torch.zeros(gap.BATCH + 7, 64, 16), torch.zeros(gap.BATCH + 7, 1, dtype=torch.long)
    found = gap.gap(lambda x, i, s: 1.1 * x + 0.5, lambda x, i, s: x, x0, ids)
    for sigma, (constant, varying) in zip(gap.SIGMAS, found):
        assert abs(constant - 0.25) < 0.002 and abs(varying - 0.01 * sigma**2) < 0.0005


def test_losses_are_the_velocitys_squared_error() -> None:
    x0, ids = torch.randn(losses.BATCH + 7, 4, 8), torch.arange(losses.BATCH + 7)[:, None]

    def knows(error: float):  # the velocity of a model that knows every row, off by `error`
        return lambda x, i, sigma: (x - x0[i[:, 0]]) / sigma[:, None, None] + error

    assert max(losses.losses(knows(0.0), x0, ids)) < 1e-8
    assert np.allclose(losses.losses(knows(0.5), x0, ids), 0.25, atol=1e-4)


def test_losses_are_those_of_subjects_or_of_tasks() -> None:
    kinds = losses.groups(WORLD, None, 10)
    assert kinds == losses.groups(WORLD, None, 10) and list(kinds) == ["10 core", "10 others"]
    for chosen, core in zip(kinds.values(), (True, False)):
        assert len({p.id for p in chosen}) == 10
        assert {WORLD.subjects[p.truth.things[0].subject].core for p in chosen} == {core}
    tasks = losses.groups(WORLD, HERE / "eval/prompts-core.jsonl", 10)
    assert tuple(tasks) == tuple(prompts.TASKS)
    assert all([p.task for p in chosen] == [task] * 10 for task, chosen in tasks.items())


def test_prompts_are_held_out_and_reproducible() -> None:
    again = prompts.Generator(WORLD, CFG["data"]["held_out"]).prompts(np.random.default_rng(20), 120)
    assert PROMPTS == again
    for task, kinds in prompts.TASKS.items():
        mine = [p for p in PROMPTS if p.task == task]
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
    assert np.allclose(found.box, (0.1, 0.6, 0.5, 0.8), atol=1e-3)


def test_a_thing_between_cells_is_one_thing_with_its_whole_score() -> None:
    judge = Judge(["apple", "cat"], 96, [4, 4, 4, 4], 0)
    where, subject, colour = torch.full((5, 6, 6), -9.0), torch.zeros(3, 6, 6), torch.zeros(11, 6, 6)
    where[3:] = np.log(0.5)
    for k, (row, column) in enumerate(((2, 2), (2, 3), (3, 2), (3, 3))):
        where[0, row, column] = -1.1 + 0.01 * k  # a quarter each
        where[1, row, column], where[2, row, column] = 9 * (5 - 2 * column), 9 * (5 - 2 * row)
        subject[1, row, column] = 1 + k
        colour[4, row, column] = 9
    (found,) = judge._read(where, subject, colour, 0.5)
    assert found.subject == "cat" and found.colour == "blue" and 0.95 < found.score <= 1
    assert np.allclose(found.box, (0.25, 0.25, 0.75, 0.75), atol=0.01)
    two = where.clone()
    two[0] = -9.0
    two[0, 2, 1] = two[0, 2, 4] = 3.0
    assert len(judge._read(two, subject, colour, 0.5)) == 2


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


def test_softening_keeps_the_picture_recognisable() -> None:
    soften = examples.Softener(96, torch.Generator().manual_seed(1), fields=4)
    x = torch.full((6, 3, 96, 96), -0.8)
    x[:, :, 30:60, 30:60] = 0.8
    y = soften(x.clone())
    assert y.shape == x.shape and y.abs().max() <= 1
    assert 0.005 < (y - x).abs().mean() < 0.15
    assert (y[:, :, 40:50, 40:50].mean((1, 2, 3)) > 0.5).all() and (y[:, :, :20].mean((1, 2, 3)) < -0.5).all()


def test_a_training_ends_by_processor_time_or_by_the_clock_or_by_steps() -> None:
    assert train_judge.Budget(1e9, 1e9, 10).progress(5) == 0.5
    assert train_judge.Budget(1e9, 1e-12, 10).progress(0) > 1
    assert train_judge.rate(0.03) == 1 and train_judge.rate(1) <= 0.01 + 1e-9


def test_objects_are_right_when_surely_found() -> None:
    one = Spec((ThingSpec("cat"),), "flat")
    assert right("single_object", one, seen("cat"), seen("dog"))
    assert not right("single_object", one, seen("dog")) and not right("single_object", one)
    assert not right("single_object", one, seen("cat", certainty=0.1), seen("cat", score=0.2))
    two = Spec((ThingSpec("cat"), ThingSpec("apple")), "flat")
    assert right("two_objects", two, seen("apple", 0.2), seen("cat", 0.8))
    assert not right("two_objects", two, seen("cat", 0.2), seen("cat", 0.8))


def test_counting_is_exact_and_of_the_subject_only() -> None:
    three = Spec((ThingSpec("cat", count=3),), "flat")
    cats = [seen("cat", x) for x in (0.2, 0.4, 0.6, 0.8)]
    assert right("counting", three, *cats[:3], seen("dog"))
    assert not right("counting", three, *cats[:2], seen("dog")) and not right("counting", three, *cats)
    assert score.verdict("counting", three, cats[:2]).why == "2 of 3 cat"


def test_colours_belong_to_their_subject() -> None:
    one = Spec((ThingSpec("cat", "blue"),), "flat")
    assert right("colours", one, seen("cat", colour="blue"))
    assert not right("colours", one, seen("cat", colour="red"), seen("dog", colour="blue"))
    two = Spec((ThingSpec("cat", "blue"), ThingSpec("apple", "green")), "flat")
    assert right("colour_attribution", two, seen("cat", colour="blue"), seen("apple", colour="green"))
    assert not right("colour_attribution", two, seen("cat", colour="green"), seen("apple", colour="blue"))


def test_sides() -> None:
    truth = {side: Spec((ThingSpec("cat"), ThingSpec("apple")), "flat", relation=side)
             for side in ("left", "right", "above", "below")}
    for side, (a, b) in RELATION_PLACES.items():
        for told, spec in truth.items():
            assert right("position", spec, seen("cat", *a), seen("apple", *b)) == (told == side), (side, told)
    # On each other: 0.04 apart, less than a tenth of 0.8. Diagonally: both sides are true.
    assert score.sides(seen("cat", 0.5), seen("apple", 0.54)) == set() == score.sides(seen("cat"), seen("apple"))
    assert score.sides(seen("cat", 0.2, 0.2), seen("apple", 0.8, 0.8)) == {"left", "above"}
    # The surest detection of a subject decides.
    assert right("position", truth["left"], seen("cat", 0.9, score=0.6), seen("cat", 0.1), seen("apple"))


def test_a_perfect_judge_accepts_every_prompt_and_no_spoiled_one() -> None:
    for p, bad in zip(PROMPTS, ceiling.spoil(WORLD, PROMPTS), strict=True):
        assert right(p.task, p.truth, *seen_by_a_perfect_judge(p.truth)), p
        assert not right(p.task, p.truth, *seen_by_a_perfect_judge(bad.truth)), (p, bad)


def test_scores_and_sheets() -> None:
    few = prompts.first(PROMPTS, 2)
    verdicts = [score.Verdict(i % 2 == 0 or p.task == "colours", "", 0.1 * i) for i, p in enumerate(few)]
    got = report.scores(few, verdicts)
    assert got == {t: 1.0 if t == "colours" else 0.5 for t in prompts.TASKS} | {"mean": 3.5 / 6}
    assert report.ranked(few, verdicts)["colours"] == [7, 6] and report.ranked(few, verdicts)["counting"] == [4, 5]
    pictures = [Image.new("RGB", (32, 32), (i * 20, 0, 0)) for i in range(12)]
    best, worst = report.best_and_worst(pictures, few, verdicts)
    assert best.size == worst.size == (2 * report.CELL, 6 * (report.CELL + report.TEXT))
    assert best.getpixel((80, 80)) == (0, 0, 0) and worst.getpixel((80, 80)) == (20, 0, 0)
    assert "| x | 0.500 | 0.500 | 0.500 | 1.000 |" in report.table({"x": got})


def test_the_committed_ceiling_is_of_the_committed_judge_prompts_and_rules() -> None:
    top = json.loads((HERE / "eval/ceiling.json").read_text())
    assert top["judge"] == draw.sha256(HERE / "eval/judge.safetensors")
    assert top["prompts"] == draw.sha256(HERE / "eval/prompts-core.jsonl")
    assert top["thresholds"] == [score.SCORE, score.CERTAINTY]
    assert Judge.open(HERE / "eval/judge.safetensors").subjects == WORLD.core()


def test_pictures_are_judged_from_a_folder_and_none_may_be_missing() -> None:
    few = prompts.first(PROMPTS, 1)
    with tempfile.TemporaryDirectory() as folder:
        for p in few[:-1]:
            Image.new("RGB", (40, 40)).save(Path(folder) / f"{p.id}.png")
        try:
            run.open_pictures(Path(folder), few)
            raise AssertionError("a picture is missing")
        except SystemExit as e:
            assert few[-1].id in str(e)
        Image.new("RGB", (40, 40)).save(Path(folder) / f"{few[-1].id}.png")
        opened = run.open_pictures(Path(folder), few)
    torch.manual_seed(1)
    verdicts = run.judged(Judge(WORLD.core(), 96, [4, 4, 4, 4], 0), opened, few)
    assert len(verdicts) == len(few) and not any(v.right for v in verdicts)


def test_the_programs_requests_and_its_noise() -> None:
    lines = draw.requests(PROMPTS[:2], Path("/x"), {"steps": 4}).splitlines()
    assert json.loads(lines[1]) == {"prompt": PROMPTS[1].prompt, "seed": PROMPTS[1].seed,
                                    "out": f"/x/{PROMPTS[1].id}.png", "steps": 4}
    x = noise_of([7, 42], 16, 4)
    plane = torch.randn(1, 16, 4, 4, generator=torch.Generator().manual_seed(42))[0]
    assert x.shape == (2, 16, 16) and torch.equal(x[1].view(4, 4, 16)[1, 2], plane[:, 1, 2])
    assert torch.equal(x[0], noise_of([7], 16, 4)[0])


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

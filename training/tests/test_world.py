"""Checks the world, its captions and its scenes. Needs no drawings: sprites are plain squares."""
from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
from seedling import backgrounds, colours  # noqa: E402
from seedling.captions import Captions, article  # noqa: E402
from seedling.scenes import Composer  # noqa: E402
from seedling.spec import INVERSE, Background, Spec, ThingSpec, held_out, keys  # noqa: E402
from seedling.sprites import SIZE, trim  # noqa: E402
from seedling.world import World, plural_of  # noqa: E402

MIX = json.loads((HERE / "configs" / "seedling-v1.json").read_text())["data"]


class Squares:
    """Red squares in the place of every drawing; the judge's family is blue."""

    def __contains__(self, key) -> bool:
        return True

    def __getitem__(self, key) -> np.ndarray:
        s = np.zeros((SIZE, SIZE, 4), np.uint8)
        s[..., 2 if key[0] == "twemoji" else 0] = s[..., 3] = 255
        return s


@pytest.fixture(scope="module")
def world() -> World:
    return World.open(HERE / "world-v1.json")


@pytest.fixture(scope="module")
def composer(world: World) -> Composer:
    return Composer(world, Squares(), 128, MIX)


def test_world_is_large_and_unambiguous(world: World) -> None:
    assert len(world.subjects) >= 1000 and 150 <= len(world.core()) <= 250
    assert set(world.names(core_only=True)) == set(world.core()) < set(world.names())
    names = [n.lower() for s in world.subjects.values() for n in (s.word, *s.synonyms)]
    assert len(names) == len(set(names)), [n for n in names if names.count(n) > 1]
    for s in world.subjects.values():
        assert set(s.recolours) <= set(colours.NAMES) and (s.plural or not s.countable), s.word
        if set(s.word.split()) & set(colours.NAMES):
            assert not s.colours(), s.word


def test_named_colours_name_themselves() -> None:
    for name, rgb in colours.RGB.items():
        assert colours.NAMES[int(colours.name_index(np.array(rgb, np.float32) / 255))] == name


def test_recolour_leaves_other_colours_alone() -> None:
    s = np.zeros((8, 8, 4), np.uint8)
    s[..., 3] = 255
    s[:, :6, 0], s[:, 6:, 1] = 220, 160  # red body, green leaf
    for name in colours.NAMES:
        out = colours.recolour(s, name)
        assert colours.shares(out[:, :6])[colours.INDEX[name]] == 1, name
        assert (out[:, 6:] == s[:, 6:]).all()


def test_plurals_and_articles() -> None:
    assert plural_of("strawberry") == "strawberries" and plural_of("glass of milk") == "glasses of milk"
    assert plural_of("computer mouse") == "computer mice" and plural_of("toy") == "toys"
    assert article("apple") == "an apple" and article("unicorn") == "a unicorn" and article("hourglass")[:2] == "an"


def test_captions_tell_what_is_shown(world: World) -> None:
    rng, captions = np.random.default_rng(3), Captions(world, {name: 1.0 for name in world.styles})
    spec = Spec((ThingSpec("balloon", "blue", size="small"), ThingSpec("apple", "green")), "3d",
                Background("plain", "yellow"), "above")
    for _ in range(60):
        text = captions.write(rng, spec).lower()
        assert "blue balloon" in text and "green apple" in text and "3d" in text and "yellow" in text, text
        assert re.search("above|over|on top of", text) and re.search("small|little|tiny", text), text
        assert text.index("balloon") < text.index("apple")
    three = captions.write(rng, Spec((ThingSpec("lemon", count=3),), "flat"))
    assert "three" in three.lower() and "lemons" in three, three


def test_without_jitter_a_spec_has_one_arrangement(world: World) -> None:
    spec = Spec((ThingSpec("apple"), ThingSpec("cat")), "flat", relation="left")
    still, moving = (Composer(world, Squares(), 128, MIX, jitter=jitter) for jitter in (0.0, 1.0))
    boxes = [[t.box for t in c.compose(np.random.default_rng(seed), spec).things] for c in (still, moving)
             for seed in (1, 2)]
    assert boxes[0] == boxes[1] and boxes[2] != boxes[3]
    assert np.abs(np.array(boxes[0]) - np.array(boxes[2])).max() < 8


def test_without_jitter_tokens_cut_a_drawing_the_same_way_everywhere(world: World) -> None:
    composer, plain = Composer(world, Squares(), 256, MIX, jitter=0.0), Background("plain", "blue")
    cat, apple = ThingSpec("cat"), ThingSpec("apple")
    shown = [composer.compose(np.random.default_rng(1), spec).things for spec in (
        *(Spec((apple, cat), "flat", plain, relation) for relation in ("left", "right", "above", "below")),
        *(Spec((ThingSpec("cat", count=n),), "flat", plain) for n in (2, 3, 4)),
        Spec((ThingSpec("cat", size="small"),), "flat", plain),
        Spec((ThingSpec("cat", size="small"),), "flat", Background("scene", "beach")))]
    boxes = np.array([t.box for things in shown for t in things if t.subject == "cat"])
    assert len(boxes) == 4 + 9 + 2 and len({tuple(b) for b in boxes}) >= 9
    assert len({tuple(b % 32) for b in boxes}) == 1


def test_styles_come_and_are_told_in_their_shares(composer: Composer) -> None:
    rng = np.random.default_rng(6)
    specs = [composer.draw_spec(rng) for _ in range(2000)]
    for name in composer.styles:
        mine = [s for s in specs if s.style == name]
        told = sum(name in composer.captions.write(rng, s).lower() for s in mine) / len(mine)
        assert abs(len(mine) / len(specs) - MIX["styles"][name]) < 0.05
        assert abs(told - MIX["tell_style"][name]) < 0.06


def test_training_never_shows_held_out_combinations(composer: Composer) -> None:
    rng = np.random.default_rng(5)
    drawn = [composer.draw_spec(rng) for _ in range(3000)]
    share = sum(bool(held_out(s, MIX["held_out"])) for s in drawn) / len(drawn)
    assert 0.05 < share < 0.35  # they would come up
    assert not any(held_out(composer.sample(rng).spec, MIX["held_out"]) for _ in range(150))


def test_a_relation_and_its_inverse_are_held_out_together() -> None:
    a, b = ThingSpec("cat"), ThingSpec("ball")
    for relation in INVERSE:
        assert keys(Spec((a, b), "flat", relation=relation)) == keys(Spec((b, a), "flat", relation=INVERSE[relation]))
    assert not held_out(Spec((ThingSpec("cat"),), "flat"), 1.0)  # a subject alone on white is never held out
    hits = sum(bool(held_out(Spec((ThingSpec(f"w{i}", count=2),), "flat"), 0.12)) for i in range(4000))
    assert 400 < hits < 560


def test_scene_places_things_as_told(composer: Composer) -> None:
    rng, a, b = np.random.default_rng(1), ThingSpec("cat", tell=False), ThingSpec("soccer ball")
    for relation, axis, sign in (("left", 0, -1), ("right", 0, 1), ("above", 1, -1), ("below", 1, 1)):
        scene = composer.compose(rng, Spec((a, b), "flat", relation=relation))
        assert (scene.things[0].box[axis] - scene.things[1].box[axis]) * sign > 20
    four = composer.compose(rng, Spec((ThingSpec("lemon", count=4),), "cartoon"))
    assert len(four.things) == 4 and four.picture.shape == (128, 128, 3)
    x0, y0, x1, y1 = (round(v) for v in four.things[0].box)
    assert tuple(four.picture[(y0 + y1) // 2, (x0 + x1) // 2]) == (255, 0, 0)
    assert tuple(four.picture[0, 0]) == (255, 255, 255)
    side = [composer.compose(rng, Spec((ThingSpec("lemon", size=s),), "flat")).things[0].box for s in
            ("small", "medium", "large")]
    widths = [x1 - x0 for x0, _, x1, _ in side]
    assert widths[0] * 1.5 < widths[1] and widths[1] * 1.15 < widths[2]


def test_the_judge_family_is_its_own(world: World) -> None:
    scene = Composer(world, Squares(), 64, MIX, judge_family=True).compose(
        np.random.default_rng(1), Spec((ThingSpec("lemon"),), "flat"))
    assert tuple(scene.picture[32, 32]) == (0, 0, 255)
    assert world.judge not in world.styles.values()


def test_every_background_draws() -> None:
    rng = np.random.default_rng(1)
    for kind, names in (("plain", colours.NAMES), ("gradient", colours.NAMES), ("scene", backgrounds.SCENES)):
        for name in names:
            picture = backgrounds.draw(rng, 64, kind, name)
            assert picture.shape == (64, 64, 3) and picture.min() >= -0.5 and picture.max() <= 255.5, (kind, name)


def test_trim_fills_the_sprite() -> None:
    from PIL import Image

    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((10, 20, 30, 255), (20, 30, 40, 35))  # 20 wide, 5 high
    alpha = trim(picture)[..., 3]
    assert alpha.shape == (SIZE, SIZE) and alpha[SIZE // 2].min() > 200 and alpha[0].max() == 0

"""Checks the training code: `python training/tests/test_seedling.py`. Needs requirements.txt, no data."""
from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
from seedling import checkpoint, optim, sampler, scenes, sprites, ternary, vae  # noqa: E402
from seedling.models import Seedling, empty_prompt  # noqa: E402
from seedling.world import World, caption  # noqa: E402


def test_world_is_consistent() -> None:
    world = World.open(HERE / "world.json")
    assert set(world.colours) <= set(sprites.HUES) and world.recolourable
    assert all(world.objects[w].colour in world.colours for w in world.recolourable)
    assert len(world.objects) == len({o.icon for o in world.objects.values()})


def test_captions_name_what_is_shown() -> None:
    world, rng = World.open(HERE / "world.json"), np.random.default_rng(3)
    for word, thing in world.objects.items():
        text = caption(rng, world, [(word, None)], "3d", "blue", True, True).lower()
        assert any(name in text for name in (word, *thing.synonyms)), text
        assert "3d" in text and "blue background" in text, text


def test_scene_shows_the_sprite() -> None:
    world = World.open(HERE / "world.json")
    green = np.zeros((16, 16, 4), np.uint8)
    green[..., 1] = green[..., 3] = 255
    every = {(w, s, c): green for w in world.objects for s in world.styles for c in (None, *world.colours)}
    composer = scenes.Composer(world, every, 96, {"white": 1.0, "pairs": 0.0, "recoloured": 0.0})
    picture, _ = composer.sample(np.random.default_rng(1))
    assert picture.shape == (96, 96, 3)
    assert tuple(picture[48, 48]) == (0, 255, 0) and tuple(picture[0, 0]) == (255, 255, 255)


def test_held_out_share() -> None:
    hits = sum(scenes.held_out(0.04, f"w{i}", "flat", None, "blue") for i in range(5000))
    assert 120 < hits < 280
    assert not any(scenes.held_out(0.5, f"w{i}", "flat", None, "white") for i in range(100))


def test_recolour_moves_only_the_main_hue() -> None:
    s = np.zeros((8, 8, 4), np.uint8)
    s[..., 3] = 255
    s[:, :6, 0], s[:, 6:, 1] = 220, 160  # red body, green leaf
    out = sprites.recolour(s, "blue")
    assert out[0, 0, 2] > out[0, 0, 0] and (out[:, 6:] == s[:, 6:]).all()


def test_tokens_round_trip() -> None:
    z = torch.randn(2, 8, 12, 12)
    x = vae.pack(z)
    assert x.shape == (2, 36, 32) and torch.equal(vae.unpack(x, 6), z)
    assert x[0, 1, 4 * 3 + 2 * 1 + 0] == z[0, 3, 1, 2]  # token (0, 1), channel 3, dy 1, dx 0


def test_ternary_weights() -> None:
    w = torch.randn(4, 256)
    q = ternary.TernaryWeight.apply(w)
    for row in q.view(4, 2, 128).flatten(0, 1):
        values = row.unique()
        assert len(values) == 3 and values[1] == 0 and values[0] == -values[2]
        assert values[2] == values[2].half().float()
    x = torch.randn(3, 256)
    assert (ternary.Int8Activation.apply(x) - x).abs().max() <= x.abs().max() / 127 / 2 + 1e-6


def test_orthogonalise() -> None:
    for shape in ((1, 64, 32), (1, 32, 64)):
        s = torch.linalg.svdvals(optim.orthogonalise(torch.randn(shape), 5)[0])
        assert 0.3 < s.min() and s.max() < 1.5


def test_schedule_and_sigmas() -> None:
    assert optim.schedule(0.5, 0.4) == 1.0 and optim.schedule(1.0, 0.4) == 0.02
    s = sampler.sigmas(4, 2.0)
    assert s[0] == 1 and s[-1] == 0 and torch.allclose(s[2], torch.tensor(2 / 3))


def test_model_weights_round_trip() -> None:
    cfg = json.loads((HERE / "configs" / "tiny.json").read_text())
    torch.manual_seed(0)
    model = Seedling(cfg, 300)
    torch.nn.init.normal_(model.transformer.proj_out.weight, std=0.02)
    ids = empty_prompt(cfg["tokenizer"]["length"])
    x = torch.randn(1, 16, cfg["transformer"]["in_channels"])
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        path = Path(folder) / "weights.safetensors"
        checkpoint.write_weights(model.state_dict(), {"a.weight": torch.ones(2)}, b"tokens", path, {})
        again = checkpoint.load_average(cfg, 300, path)
        assert checkpoint.read_tokenizer(path) == b"tokens"
        assert set(checkpoint.read_autoencoder(path)) == {"a.weight"}
        difference = (again(x, ids, torch.tensor([0.5])) - model(x, ids, torch.tensor([0.5]))).abs().max()
    assert difference < 1e-2, difference


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name)

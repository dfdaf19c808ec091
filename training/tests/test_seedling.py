"""Checks the training code: `python -m pytest training/tests`. Needs requirements.txt, no data."""
from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tiny import VOCABULARY, tiny, tiny_model

import train
from seedling import checkpoint, discriminator, objectives, optim, outliers, phases, sampler, vae
from seedling.models import empty_prompt, plain_attention


def test_tokens_round_trip() -> None:
    z = torch.randn(2, 8, 12, 12)
    x = vae.pack(z)
    assert x.shape == (2, 36, 32) and torch.equal(vae.unpack(x, 6), z)
    assert x[0, 1, 4 * 3 + 2 * 1 + 0] == z[0, 3, 1, 2]  # token (0, 1), channel 3, dy 1, dx 0


def test_autoencoder_shapes_and_what_is_shipped() -> None:
    cfg = tiny()
    model = vae.build_vae(cfg)
    picture = torch.zeros(1, 3, 64, 64)
    latents = model.encode(picture).latent_dist.mean
    assert latents.shape == (1, cfg["vae"]["model"]["latent_channels"], 4, 4)
    assert vae.pack(latents).shape == (1, (64 // vae.TOKEN) ** 2, cfg["transformer"]["in_channels"])
    assert model.decode(latents).sample.shape == picture.shape
    names = vae.shipped(model.state_dict())
    assert any(n.startswith("decoder.") for n in names) and not any(n.startswith("encoder.") for n in names)


def test_outliers_are_seen_in_their_group_alone() -> None:
    x = torch.ones(1, 4, 8, 8)
    x[0, 1, 0, 7] = 9.0
    droplet = (1 + 81) / 2  # energy of the place, mean of its group's two channels
    expected = droplet / ((63 + droplet) / 64)
    assert torch.allclose(outliers.crests(x, 2), torch.tensor([[expected, 1.0]]))
    decoder = vae.build_vae(tiny()).decoder
    groups = tiny()["vae"]["model"]["norm_num_groups"]
    watched = outliers.Outliers(decoder, groups, limit=1.0)
    decoder(torch.randn(1, tiny()["vae"]["model"]["latent_channels"], 4, 4))
    excess, highest = watched.excess()
    assert 0 < float(excess.detach()) < math.log(highest) and watched.seen == []
    excess.backward()
    assert decoder.up_blocks[0].resnets[0].conv1.weight.grad.abs().sum() > 0


def test_borders_weigh_more_and_corners_most() -> None:
    weight = vae.border_weight(64, strip=16, most=3.0)
    inside = weight[32, 32]
    assert torch.isclose(weight.mean(), torch.tensor(1.0)) and weight[16, 47] == inside
    assert torch.isclose(weight[0, 32], 3 * inside) and torch.isclose(weight[0, 63], 9 * inside)
    x, y = torch.zeros(1, 3, 64, 64), torch.zeros(1, 3, 64, 64)
    y[:, :, 0, 63] = 1.0
    total, l1 = vae.loss_terms(x, y, 0.0, weight)
    unweighted, same = vae.loss_terms(x, y, 0.0)
    assert torch.isclose(total, weight[0, 63] * unweighted) and l1 == same


def test_discriminator_losses() -> None:
    one = torch.ones(2, 1, 3, 3)
    assert discriminator.hinge(one, -one) == 0 and discriminator.hinge(-one, one) == 2 and discriminator.hinge(0 * one, 0 * one) == 1
    scores, features = discriminator.PatchDiscriminator()(torch.randn(2, 3, 64, 64))
    assert scores.shape == (2, 1, 4, 4) and len(features) == len(discriminator.WIDTHS)
    assert discriminator.matching(features, features) == 0
    a = [torch.full((2, 2), 2.0)]
    assert discriminator.matching(a, [torch.full((2, 2), 3.0)]) == 0.5  # relative to the real ones


def test_a_score_sees_78_pixels() -> None:
    x = torch.randn(1, 3, 256, 256, requires_grad=True)
    discriminator.PatchDiscriminator()(x)[0][0, 0, 8, 8].backward()
    seen = x.grad.abs().amax((0, 1)).nonzero()
    assert (seen.amax(0) - seen.amin(0) + 1).tolist() == [78, 78]


def test_matrices_rest_in_the_last_share_of_a_stage() -> None:
    stage = {"cool_down": 0.5, "settle": 0.2}
    for progress, rest, matrices in ((0.0, 1, 1), (0.4, 1, 1), (0.6, 1, 0.5), (0.8, 1, 0), (0.9, 0.5, 0)):
        assert np.allclose(train.factors(progress, stage), (rest, matrices)), progress
    assert train.factors(0.75, {"cool_down": 0.5}) == (0.5, 0.5)


def test_muon_leaves_resting_matrices() -> None:
    matrix, other = nn.Parameter(torch.randn(8, 4)), nn.Parameter(torch.randn(4))
    muon, before = optim.Muon([matrix], [other], 0.1, 0.1, weight_decay=0.1), (matrix.detach().clone(), other.detach().clone())
    matrix.grad, other.grad = torch.randn(8, 4), torch.randn(4)
    muon.step(1.0, 0.0)
    assert torch.equal(matrix, before[0]) and not torch.isclose(other, before[1]).any()
    muon.step(1.0)
    assert not torch.isclose(matrix, before[0]).any()


def test_orthogonalise() -> None:
    for shape in ((1, 64, 32), (1, 32, 64)):
        for bf16 in (False, True):
            s = torch.linalg.svdvals(optim.orthogonalise(torch.randn(shape), 5, bf16)[0])
            assert 0.3 < s.min() and s.max() < 1.5


def test_both_iterations_of_muon_agree() -> None:
    """fp32 on the Gram matrix and bf16 on the matrix itself: apart by some roundings of 2^-9."""
    x = torch.randn(2, 48, 96)
    fine, coarse = optim.orthogonalise(x, 3), optim.orthogonalise(x, 3, bf16=True)
    assert (fine - coarse).norm() < 0.03 * fine.norm()


def test_plain_attention_is_attention() -> None:
    q, k, v = (torch.randn(2, 9, 3, 16) for _ in range(3))
    expected = F.scaled_dot_product_attention(*(t.transpose(1, 2) for t in (q, k, v))).transpose(1, 2)
    assert torch.allclose(plain_attention(q, k, v), expected, atol=1e-5)


def test_schedule_and_sigmas() -> None:
    assert optim.schedule(0.5, 0.4) == 1.0 and optim.schedule(1.0, 0.4) == 0.02
    s = sampler.sigmas(4, 2.0)
    assert s[0] == 1 and s[-1] == 0 and torch.allclose(s[2], torch.tensor(2 / 3))


def phased(*wanted: dict) -> phases.Phases:
    cfg = tiny()
    cfg["train"]["full"]["phases"] = list(wanted)
    return phases.Phases(cfg, "full")


def test_a_phase_has_its_own_sigmas_and_shares_and_no_others() -> None:
    p = phased({"share": 0.6}, {"share": 0.4, "sigma_mean": 1.5, "data": {"coloured": 0.25}})
    assert [p.at(x) for x in (0.0, 0.59, 0.61, 1.0, 1.5)] == [0, 0, 1, 1, 1]
    first, second = p.configuration(0), p.configuration(1)
    assert first["data"] == tiny()["data"] and first["train"]["sigma_mean"] == tiny()["train"]["sigma_mean"]
    assert second["data"] == tiny()["data"] | {"coloured": 0.25} and second["train"]["sigma_mean"] == 1.5


def test_a_stage_without_phases_is_one() -> None:
    p = phases.Phases(tiny(), "ternary")
    assert len(p) == 1 and p.at(0.0) == p.at(1.0) == 0 and p.configuration(0) == tiny()


@pytest.mark.parametrize("wrong", [{"share": 0.9}, {"share": 1.0, "sigma": 0.2}, {"share": 1.0, "data": {"collors": 0.4}}])
def test_phases_that_cannot_be_meant_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError):
        phased(wrong)


def test_guidance_one_is_the_prompt_alone() -> None:
    model, ids = tiny_model(), torch.full((1, 24), 5)
    once = sampler.sample(model, ids, 1, 2.0, 1.0, 3)
    nearly = sampler.sample(model, ids, 1, 2.0, 1.0 + 1e-6, 3)
    assert torch.allclose(once, nearly, atol=1e-4)
    assert not torch.allclose(once, sampler.sample(model, ids, 1, 2.0, 3.0, 3), atol=1e-4)


def test_flow_loss_of_the_true_velocity_is_zero() -> None:
    """With x0 = 0 the noisy input is sigma * noise, so input / sigma is the velocity."""
    flow = objectives.Flow(0.0, 1.0)
    total, _ = flow(lambda x, ids, s: x / s[:, None, None], torch.zeros(8, 4, 16), torch.zeros(8, 24))
    assert total < 1e-8
    worse, _ = flow(lambda x, ids, s: x, torch.zeros(8, 4, 16), torch.zeros(8, 24))
    assert worse > 0.01


def test_model_weights_round_trip() -> None:
    model = tiny_model()
    ids, x, half = empty_prompt(24), torch.randn(1, 4, 16), torch.tensor([0.5])
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        path = Path(folder) / "weights.safetensors"
        checkpoint.write_weights(model.state_dict(), {"a.weight": torch.ones(2)}, b"tokens", path,
                                 {"stage": "ternary", "step": "3", "seen": "96", "minutes": "1"})
        again = checkpoint.load_average(tiny(), VOCABULARY, path)
        assert checkpoint.read_tokenizer(path) == b"tokens"
        assert checkpoint.read_progress(path)["stage"] == "ternary"
        assert set(checkpoint.read_autoencoder(path)) == {"a.weight"}
        assert (again(x, ids, half) - model(x, ids, half)).abs().max() < 1e-2


def test_a_distilled_model_is_drawn_without_guidance() -> None:
    assert sampler.defaults(tiny(), "distill") == {"steps": 2, "shift": 2.0, "guidance": 1.0}
    assert sampler.defaults(tiny(), "ternary")["guidance"] == 3.0

"""Checks ternary weights, the gains of their scales, int8 activations, and how they are stored and exported."""
from __future__ import annotations

from pathlib import Path

import torch
from diffusers import Flux2Transformer2DModel
from torch import nn

from tiny import VOCABULARY, tiny, tiny_model

import train
from seedling import checkpoint, config, ternary


def test_ternary_weights() -> None:
    w = torch.randn(4, 256)
    q = ternary.TernaryWeight.apply(w, torch.ones(4, 2))
    for row in q.view(4, 2, 128).flatten(0, 1):
        values = row.unique()
        assert len(values) == 3 and values[1] == 0 and values[0] == -values[2]
        assert values[2] == values[2].half().float()
    x = torch.randn(3, 256)
    assert (ternary.Int8Activation.apply(x) - x).abs().max() <= x.abs().max() / 127 / 2 + 1e-6


def test_ternary_weights_come_gradually() -> None:
    torch.manual_seed(3)
    linear, x = ternary.TernaryLinear(128, 8), torch.randn(5, 128)
    ternary.set_ternary(linear, True)
    rounded = ternary.Int8Activation.apply(x)
    q = ternary.TernaryWeight.apply(linear.weight, linear.gain)
    for share, weight in ((0.0, linear.weight), (0.5, (linear.weight + q) / 2), (1.0, q)):
        ternary.set_ternary_share(linear, share)
        assert torch.allclose(linear(x), rounded @ weight.T, atol=1e-6)
        gradient, = torch.autograd.grad(linear(x).sum(), linear.weight)
        assert torch.allclose(gradient, rounded.sum(0).expand(8, -1), atol=1e-5)
    assert torch.equal(linear(x), rounded @ q.T)


def test_gains_of_scales() -> None:
    torch.manual_seed(6)
    linear, r = ternary.TernaryLinear(256, 6), torch.randn(6, 256)
    w, one = linear.weight.detach(), torch.ones(6, 2)
    assert torch.equal(linear.gain, one)
    gain = one.clone().requires_grad_()
    q = ternary.TernaryWeight.apply(w, gain)
    gradient, = torch.autograd.grad((q * r).sum(), gain)
    doubled = ternary.TernaryWeight.apply(w, 2 * one)
    assert torch.equal(doubled, 2 * q)
    # Linear in the gain, and doubling is exact in fp16: the difference is the derivative up to sums in fp32.
    difference = ((doubled - q) * r).view(6, 2, 128).sum(-1)
    assert torch.allclose(gradient, difference, atol=1e-5)
    odd = ternary.TernaryWeight.apply(w, 1.2345 * one)
    assert torch.equal(odd, odd.half().float()) and torch.equal(odd.sign(), q.sign())


def test_gains_are_in_exported_weights() -> None:
    model, original = tiny_model(), tiny_model().transformer
    linear = next(m for m in model.modules() if isinstance(m, ternary.TernaryLinear))
    nn.init.uniform_(linear.gain, 0.5, 2.0)
    ternary.set_ternary(model, True)
    x = torch.randn(3, linear.in_features)
    before = linear(x)
    ternary.quantise_weights(model)
    assert torch.equal(nn.functional.linear(ternary.Int8Activation.apply(x), linear.weight), before)
    plain = Flux2Transformer2DModel.from_config(original.config)
    plain.load_state_dict(ternary.without_gains(model.transformer.state_dict()))  # complains about other names


def test_weights_stored_without_gains_have_gains_of_one() -> None:
    model, state = tiny_model(), ternary.without_gains(tiny_model().state_dict())
    assert len(state) == len(model.state_dict()) - len(model.matrix_names())
    for module in model.modules():
        if isinstance(module, ternary.TernaryLinear):
            nn.init.zeros_(module.gain)
    model.load_state_dict(state)
    assert all((v == 1).all() for n, v in model.state_dict().items() if n.endswith(ternary.GAIN))


def test_fp16_keeps_ternary_values(tmp_path: Path) -> None:
    """Also those of weights within a place of fp16 of a threshold, which the nearest fp16 loses."""
    model = tiny_model()
    name = min(model.matrix_names())
    w = model.state_dict()[name]
    groups = w.view(w.shape[0], -1, ternary.GROUP)
    noise = 1e-4 * torch.randn_like(groups[..., ::4])
    for _ in range(8):  # the scales follow what they give
        groups[..., ::4] = ternary.scales(groups) * (0.5 + noise)
    before = {n: ternary.ternary_values(model.state_dict()[n]) for n in model.matrix_names()}
    assert (ternary.ternary_values(w.half().float()) != before[name]).any()
    path = tmp_path / "weights.safetensors"
    checkpoint.write_weights(model.state_dict(), {}, b"t", path, {"stage": "ternary"}, model.matrix_names())
    after = checkpoint.read_average(path)
    for n, values in before.items():
        assert torch.equal(ternary.ternary_values(after[n]), values)
        assert (after[n] - model.state_dict()[n]).abs().max() <= 4 * 2**-11 * model.state_dict()[n].abs().max()


def test_weights_that_are_ternary_need_not_become_it(tmp_path: Path) -> None:
    """Neither at the start of a stage nor when it goes on from its checkpoint."""
    paths = {stage: tmp_path / f"{stage}.safetensors" for stage in ("full", "ternary")}
    for stage, path in paths.items():
        checkpoint.write_weights(tiny_model().state_dict(), {}, b"t", path,
                                 {"stage": stage, "step": "3", "seen": "96", "minutes": "1"})
    for stage, blend in (("full", tiny()["train"]["ternary"]["blend"]), ("ternary", 0)):
        job = config.Job(tiny(), tmp_path / stage, "cpu")
        begun = train.Training(job, "ternary", VOCABULARY, paths[stage])
        begun.save()
        assert begun.blend == train.Training(job, "ternary", VOCABULARY, paths[stage]).blend == blend


def test_int8_activations_in_bf16_are_those_of_fp32() -> None:
    """Codes do not depend on the precision of the result: only the products with the scale are rounded to bf16."""
    x = torch.randn(5, 256).bfloat16()
    fine, coarse = (ternary.Int8Activation.apply(t).float() for t in (x.float(), x))
    assert torch.equal(fine.bfloat16().float(), coarse)

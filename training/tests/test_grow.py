"""Checks that models grow and are revived without changing what they compute."""
from __future__ import annotations

import torch
from torch import nn

from tiny import VOCABULARY, tiny, tiny_model

from seedling import grow, ternary
from seedling.models import Seedling, empty_prompt


def test_a_grown_model_computes_the_same_until_it_learns() -> None:
    small, cfg = tiny_model(), tiny()
    te, t = cfg["text_encoder"], cfg["transformer"]
    assert te["out_layers"][-1] == te["num_hidden_layers"]
    te["num_hidden_layers"] += 2
    te["out_layers"] = [*te["out_layers"][:-1], te["num_hidden_layers"]]
    te["intermediate_size"] *= 2
    t["num_layers"], t["num_single_layers"], t["mlp_ratio"] = t["num_layers"] + 1, t["num_single_layers"] + 2, 2 * t["mlp_ratio"]
    torch.manual_seed(5)
    large = Seedling(cfg, VOCABULARY)
    for module in small.modules():
        if isinstance(module, ternary.TernaryLinear):
            nn.init.uniform_(module.gain, 0.5, 2.0)
    grow.load(large, small.state_dict())
    assert sum(p.numel() for p in large.parameters()) > 1.5 * sum(p.numel() for p in small.parameters())
    n = len(small.image_ids)
    x, ids = torch.randn(2, n, t["in_channels"]), empty_prompt(len(small.text_ids)).expand(2, -1)
    sigma = torch.tensor([0.3, 0.8])
    with torch.no_grad():
        # The same sums with zeros in between: only their order differs, about 1e-6 of values near 1.
        assert (large(x, ids, sigma) - small(x, ids, sigma)).abs().max() < 2e-5
    (large(x, ids, sigma) ** 2).sum().backward()
    for name, p in large.named_parameters():  # what is new learns: its last matrices at once
        if name.endswith(grow.WRITES) and name not in small.state_dict() and "text_encoder" not in name:
            assert p.grad.abs().max() > 0, name
    assert all((v != 0).all() for n, v in large.state_dict().items() if n.endswith(ternary.GAIN))
    for model in (large, small):  # and as ternary models, with their gains
        ternary.quantise_weights(model)
    with torch.no_grad():
        assert (large(x, ids, sigma) - small(x, ids, sigma)).abs().max() < 2e-5


def test_new_layers_have_the_norms_of_the_last_old_one() -> None:
    small, cfg = tiny_model(), tiny()
    last = small.text_encoder.layers[-1]
    nn.init.uniform_(last.post_attention_layernorm.weight, 0.1, 0.3)
    cfg["text_encoder"]["num_hidden_layers"] += 2
    cfg["text_encoder"]["out_layers"] = [1, cfg["text_encoder"]["num_hidden_layers"]]
    large = Seedling(cfg, VOCABULARY)
    grow.load(large, small.state_dict())
    for new in large.text_encoder.layers[len(small.text_encoder.layers):]:
        assert torch.equal(new.post_attention_layernorm.weight, last.post_attention_layernorm.weight)
        assert torch.equal(new.input_layernorm.weight, last.input_layernorm.weight)


def test_dead_feed_forwards_are_revived() -> None:
    cfg = tiny()
    cfg["text_encoder"]["num_hidden_layers"] = 3
    cfg["text_encoder"]["out_layers"] = [1, 3]
    torch.manual_seed(1)
    model = Seedling(cfg, VOCABULARY)
    layers = model.text_encoder.layers
    assert not grow.dead_feed_forwards(model)
    with torch.no_grad():
        for layer, size in zip(layers, (0.2, 0.004, 0.4)):
            layer.post_attention_layernorm.weight.fill_(size)
    assert grow.dead_feed_forwards(model) == [layers[1]]
    ids = torch.randint(4, VOCABULARY, (2, len(model.text_ids)))
    before = model.encode(ids).detach()
    assert grow.revive(model) == 1
    assert not grow.dead_feed_forwards(model)
    assert torch.allclose(layers[1].post_attention_layernorm.weight, torch.tensor(0.3))
    after = model.encode(ids)
    # What is gone passed 0.004 squared of what a norm of ones lets through.
    assert (after - before).abs().max() < 1e-3
    after.square().sum().backward()
    gradients = [layer.mlp.down_proj.weight.grad.abs().max() for layer in layers]
    assert gradients[1] > 0.1 * gradients[2]


def test_what_cannot_grow_is_refused() -> None:
    small = tiny_model().state_dict()
    name = "transformer.x_embedder.weight"
    for wrong in ({**small, name: small[name][:-1]}, {k: v for k, v in small.items() if k != name}, {**small, "other": small[name]}):
        try:
            grow.load(tiny_model(1), wrong)
        except ValueError as e:
            assert name in str(e) or "other" in str(e)
        else:
            raise AssertionError("accepted")

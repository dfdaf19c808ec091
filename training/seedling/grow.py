"""Loads weights into a larger model that computes the same at first (after Net2Net, Chen et al. 2015).

What may be larger: the number of layers and blocks (new ones come last), and the width inside feed-forwards. Everything
new writes zero into the residual stream: the last matrix of a new block, the new columns of a wider one. Its other
weights keep their random initialisation, so that gradients reach them after the first step; a new layer's norms are
those of the layer before. The width of the stream
itself cannot grow: its normalisations would change.
"""
from __future__ import annotations

import re

import torch
from torch import nn

from .models import Seedling
from .ternary import GAIN, GROUP

# Last matrices before a sum with the residual stream.
WRITES = ("o_proj.weight", "down_proj.weight", "to_out.weight", "to_out.0.weight", "to_add_out.weight", "linear_out.weight")
# Matrices whose rows are gate and value of a SwiGLU, one half each, after some rows of another kind.
GATED = ("linear_in.weight", "to_qkv_mlp_proj.weight")

# A new layer must not begin with norms of one: beside layers whose norms are small they let so much noise through that
# training closes them for good.
LAYER_NORM = re.compile(r"(.*\.layers\.)(\d+)(\.\w*layernorm\.weight)")
DEAD = 0.05  # of the largest norm


def more_columns(old: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """old [out, a] into new [out, b]: the new columns keep their beginning."""
    return torch.cat([old, new[:, old.shape[1]:]], 1)


def more_rows(old: torch.Tensor, new: torch.Tensor, before: int, parts: int) -> torch.Tensor:
    """old [before + parts * a, in] into new [before + parts * b, in]: each part keeps its beginning."""
    out = new.clone()
    out[:before] = old[:before]
    a, b = ((len(m) - before) // parts for m in (old, new))
    for i in range(parts):
        out[before + i * b:before + i * b + a] = old[before + i * a:before + (i + 1) * a]
    return out


def grown(name: str, old: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """The tensor `name` at its new shape. Raises ValueError where a larger one would not compute the same."""
    gains = name.endswith(GAIN)  # one for each group of a row instead of one weight for each input
    weight = name.removesuffix(GAIN) + ".weight" if gains else name
    if old.ndim == 2 and weight.endswith(WRITES) and old.shape[0] == new.shape[0] and old.shape[1] < new.shape[1]:
        return more_columns(old, new if gains else torch.zeros_like(new))
    if old.ndim == 2 and old.shape[1] == new.shape[1] and old.shape[0] < new.shape[0]:
        if weight.endswith(GATED):
            attention = 3 * new.shape[1] * (GROUP if gains else 1) if "to_qkv_mlp" in name else 0
            return more_rows(old, new, attention, 2)
        if weight.endswith(("gate_proj.weight", "up_proj.weight")):
            return more_rows(old, new, 0, 1)
    raise ValueError(f"{name}: {tuple(old.shape)} cannot grow to {tuple(new.shape)}")


@torch.no_grad()
def load(model: Seedling, weights: dict[str, torch.Tensor]) -> None:
    """Loads the weights of a model of the same or of a smaller size (text encoder's out_layers: the new last layer in
    place of the old last one)."""
    state = model.state_dict()
    unknown = weights.keys() - state.keys()
    if unknown:
        raise ValueError(f"{len(unknown)} weights have no place in this model, {min(unknown)} for one")
    for name, new in state.items():
        if name not in weights:
            if ".layers." not in name and "transformer_blocks." not in name:
                raise ValueError(f"{name} is missing")
            if name.endswith(WRITES):
                state[name] = torch.zeros_like(new)
            elif norm := LAYER_NORM.fullmatch(name):  # that of the layer before, which has its place already
                state[name] = state[f"{norm[1]}{int(norm[2]) - 1}{norm[3]}"]
        elif weights[name].shape == new.shape:
            state[name] = weights[name]
        else:
            state[name] = grown(name, weights[name], new)
    model.load_state_dict(state)


def dead_feed_forwards(model: Seedling) -> list[nn.Module]:
    """Layers of the text encoder whose feed-forward sees next to nothing: the weights of the norm before it are small
    beside those of other layers. What passes such a SwiGLU is their square, and so is what its gradient is worth."""
    size = {layer: layer.post_attention_layernorm.weight.square().mean().sqrt() for layer in model.text_encoder.layers}
    return [layer for layer, s in size.items() if s < DEAD * max(size.values())]


@torch.no_grad()
def revive(model: Seedling) -> int:
    """Gives dead feed-forwards the norm of the living ones; what they add to the residual stream begins at zero.
    Returns how many there were."""
    layers = list(model.text_encoder.layers)
    dead = dead_feed_forwards(model)
    norms = torch.stack([layer.post_attention_layernorm.weight for layer in layers if layer not in dead])
    for layer in dead:
        layer.post_attention_layernorm.weight.copy_(norms.abs().mean(0))
        layer.mlp.down_proj.weight.zero_()
    return len(dead)

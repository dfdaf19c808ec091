"""Loads weights into a larger model that computes the same at first (after Net2Net, Chen et al. 2015).

What may be larger: the number of layers and blocks (new ones come last), and the width inside feed-forwards. Everything
new writes zero into the residual stream: the last matrix of a new block, the new columns of a wider one. Its other
weights keep their random initialisation, so that gradients reach them after the first step. The width of the stream
itself cannot grow: its normalisations would change.
"""
from __future__ import annotations

import torch

from .models import Seedling

# Last matrices before a sum with the residual stream.
WRITES = ("o_proj.weight", "down_proj.weight", "to_out.weight", "to_out.0.weight", "to_add_out.weight", "linear_out.weight")
# Matrices whose rows are gate and value of a SwiGLU, one half each, after some rows of another kind.
GATED = ("linear_in.weight", "to_qkv_mlp_proj.weight")


def more_columns(old: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """old [out, a] into [out, b]; what is new is zero."""
    out = torch.zeros_like(new)
    out[:, :old.shape[1]] = old
    return out


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
    if old.ndim == 2 and name.endswith(WRITES) and old.shape[0] == new.shape[0] and old.shape[1] < new.shape[1]:
        return more_columns(old, new)
    if old.ndim == 2 and old.shape[1] == new.shape[1] and old.shape[0] < new.shape[0]:
        if name.endswith(GATED):
            attention = 3 * new.shape[1] if "to_qkv_mlp" in name else 0
            return more_rows(old, new, attention, 2)
        if name.endswith(("gate_proj.weight", "up_proj.weight")):
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
            state[name] = torch.zeros_like(new) if name.endswith(WRITES) else new
        elif weights[name].shape == new.shape:
            state[name] = weights[name]
        else:
            state[name] = grown(name, weights[name], new)
    model.load_state_dict(state)

"""Ternary linears: weights of -1, 0, +1 times one scale per (output row, 128 inputs), int8 activations.

This is the arithmetic of the program's low-bit linear, in fake-quantised float:
  weights      s = mean |w| of the group, rounded to fp16; w_q = scale * clip(round(w / s), -1, 1)
  scale        gain * s, rounded to fp16; the gain of each group is learnt (1 at first), so that a scale is not bound to
               what decides which weights are zero (as in LSQ, Esser et al. 2020, and ParetoQ, Liu et al. 2025)
  activations  symmetric int8 per (token, 128 inputs), scale = absmax / 127, round half to even
Gradients pass straight through both roundings.

A full-precision model whose weights become ternary at once forgets everything (its loss is that of a random one). So the
share of the ternary value in each weight grows from 0 to 1 at the beginning of the stage.
"""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from . import int8

GROUP = 128
GAIN = ".gain"  # what the gains' names end with
MAX_MOVES = 16  # of half_precision; a scale that moves by one place of fp16 may take weights with it, but not for long


def scales(groups: torch.Tensor) -> torch.Tensor:
    """Scales [..., 1], without gains, of groups of weights [..., GROUP]: fp16 values, in fp32."""
    return groups.abs().mean(-1, keepdim=True).clamp_min(1e-6).half().float()


def quantise(w: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """fp32 weights [rows, inputs] as (-1, 0, +1 [rows, groups, GROUP], scales without gains [rows, groups, 1])."""
    g = w.view(w.shape[0], -1, GROUP)
    s = scales(g)
    return (g / s).round().clamp(-1, 1), s


class TernaryWeight(torch.autograd.Function):
    """Weights [rows, inputs] and gains [rows, groups] to the weights as the program has them, [rows, inputs]."""

    @staticmethod
    def forward(ctx, w: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
        values, s = quantise(w)
        unscaled = values * s
        ctx.save_for_backward(unscaled)
        return (values * (s * gain.unsqueeze(-1)).half().float()).view_as(w)

    @staticmethod
    def backward(ctx, grad):
        unscaled, = ctx.saved_tensors
        return grad, (grad.view_as(unscaled) * unscaled).sum(-1)


class Int8Activation(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: torch.Tensor) -> torch.Tensor:
        # In fp32: a quotient near 127 in bf16 is off by up to a quarter, and would be rounded twice.
        g = x.float().unflatten(-1, (-1, GROUP))
        s = g.abs().amax(-1, keepdim=True).clamp_min(1e-8) / 127
        return ((g / s).round() * s).flatten(-2).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        return grad


class TernaryLinear(nn.Linear):
    """nn.Linear without bias that quantises in the forward pass while `ternary` is set. Weights stored without gains
    have gains of one. While `int8` is set (set_int8) its products are computed in int8, also those of gradients."""
    ternary = False
    int8 = False

    def __init__(self, inputs: int, outputs: int):
        super().__init__(inputs, outputs, bias=False)
        self.gain = nn.Parameter(torch.ones(outputs, inputs // GROUP))
        self.register_load_state_dict_pre_hook(self._gains_of_one)
        # A tensor, so that a compiled model stays compiled while it grows.
        self.register_buffer("ternary_share", torch.ones(()), persistent=False)

    @staticmethod
    def _gains_of_one(module, state_dict, prefix, *_) -> None:
        state_dict.setdefault(f"{prefix}gain", torch.ones_like(module.gain))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = self.weight
        if self.ternary:
            # At share 1 exactly the ternary value; the gradient is that of the sum of both, the identity.
            weight = torch.lerp(weight, TernaryWeight.apply(weight, self.gain), self.ternary_share)
        if self.int8:
            return int8.linear(x, weight)  # rounds x as Int8Activation does
        return F.linear(Int8Activation.apply(x) if self.ternary else x, weight)


def replace_linears(root: nn.Module) -> None:
    """Turns every nn.Linear below root into a TernaryLinear that shares its weight."""
    for module in list(root.modules()):
        for name, child in list(module.named_children()):
            if type(child) is nn.Linear:
                if child.bias is not None or child.in_features % GROUP:
                    raise ValueError(f"{name}: a ternary linear has no bias and a multiple of {GROUP} inputs")
                new = TernaryLinear(child.in_features, child.out_features)
                new.weight = child.weight
                setattr(module, name, new)


def split_parameters(root: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """(weights of the ternary linears, which Muon trains; all other parameters)."""
    matrices = [m.weight for m in root.modules() if isinstance(m, TernaryLinear)]
    chosen = {id(p) for p in matrices}
    return matrices, [p for p in root.parameters() if id(p) not in chosen]


def set_ternary(root: nn.Module, on: bool) -> None:
    for module in root.modules():
        if isinstance(module, TernaryLinear):
            module.ternary = on


def set_int8(root: nn.Module) -> None:
    """Has the ternary linears below root multiply in int8, also while they are not ternary; for training on a CPU."""
    int8.build()
    for module in root.modules():
        if isinstance(module, TernaryLinear):
            module.int8 = True


def set_ternary_share(root: nn.Module, share: float) -> None:
    """Share of the ternary value in the weights that a forward pass uses, 0..1; 1 is the model that is kept."""
    for module in root.modules():
        if isinstance(module, TernaryLinear):
            module.ternary_share.fill_(share)


def ternary_values(w: torch.Tensor) -> torch.Tensor:
    """The -1, 0, +1 that stand for fp32 weights, [rows, inputs] like them."""
    return quantise(w)[0].view_as(w)


@torch.no_grad()
def half_precision(w: torch.Tensor) -> torch.Tensor:
    """Weights [rows, inputs] in fp16 with the same ternary values; scales may move by one unit of fp16's last place.

    To the nearest fp16 one weight in a thousand, by a threshold, would fall on its other side: those go on to the next
    fp16 on their own side."""
    wanted = ternary_values(w).abs()
    magnitude, sign = w.abs().half(), w.sign().half()
    for _ in range(MAX_MOVES):
        off = wanted - ternary_values(magnitude.float())
        if not off.any():
            return magnitude * sign
        # The bits of non-negative fp16 count upwards with their values.
        magnitude = (magnitude.view(torch.int16) + off.to(torch.int16)).view(torch.float16)
    raise ValueError("no fp16 weights have these ternary values")


@torch.no_grad()
def quantise_weights(root: nn.Module) -> None:
    """Replaces the weights of all ternary linears by their quantised values, for export; those hold the gains, too."""
    for module in root.modules():
        if isinstance(module, TernaryLinear):
            module.weight.copy_(TernaryWeight.apply(module.weight, module.gain))


def without_gains(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A state_dict in the names of the original classes."""
    return {name: value for name, value in state.items() if not name.endswith(GAIN)}

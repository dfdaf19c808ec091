"""Keeps a decoder from making droplets: spots of huge activations whose only use is to steer a group norm.

A group norm divides by the deviation of the whole picture. A network that wants a constant there instead makes one spot
so strong that nothing else counts, and puts it where it costs least, in a corner (StyleGAN's droplets: Karras et al.
2020, section 2). The crest of a group is its strongest place's energy over its mean. Without droplets a drawing's own
details have crests of about 5 on 16 x 16 places and 20 on 256 x 256; droplets had up to 900.
"""
from __future__ import annotations

import torch
from torch import nn


def crests(x: torch.Tensor, groups: int) -> torch.Tensor:
    """Activations [N, C, H, W] to the crest of each group of channels, [N, groups], 1 or more; in fp32."""
    energy = x.float().square().unflatten(1, (groups, -1)).mean(2).flatten(2)
    return energy.amax(-1) / energy.mean(-1).clamp_min(1e-12)


class Outliers:
    """Watches every convolution block of a decoder; excess() after a forward pass is how far its crests were too high."""

    def __init__(self, decoder: nn.Module, groups: int, limit: float):
        self.groups, self.limit = groups, limit
        self.seen: list[torch.Tensor] = []
        for block in decoder.up_blocks:
            for module in [*block.resnets, *(block.upsamplers or [])]:
                module.register_forward_hook(self._watch)

    def _watch(self, module: nn.Module, inputs: tuple, output: torch.Tensor) -> None:
        if torch.is_grad_enabled():
            self.seen.append(crests(output, self.groups))

    def excess(self) -> tuple[torch.Tensor, float]:
        """(mean of log(crest / limit) where above 0, the highest crest) since the last call."""
        seen, self.seen = torch.stack(self.seen), []
        return (seen / self.limit).log().clamp_min(0).mean(), float(seen.detach().max())

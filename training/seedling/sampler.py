"""Euler sampling of the flow, with classifier-free guidance and a static shift (as FlowMatchEulerDiscreteScheduler)."""
from __future__ import annotations

import torch

from .models import Seedling, empty_prompt


def sigmas(steps: int, shift: float) -> torch.Tensor:
    """float [steps + 1]: 1 ... 0; sigma = shift * s / (1 + (shift - 1) * s) for s = 1 ... 1/steps, then 0."""
    s = torch.linspace(1, 1 / steps, steps)
    return torch.cat([shift * s / (1 + (shift - 1) * s), torch.zeros(1)])


@torch.no_grad()
def sample(model: Seedling, ids: torch.Tensor, steps: int, shift: float, guidance: float, seed: int) -> torch.Tensor:
    """Normalised tokens [N, T, 4C] for prompts ids [N, L]; v = v_empty + guidance * (v_prompt - v_empty)."""
    device, n = ids.device, len(ids)
    noise = torch.Generator().manual_seed(seed)
    x = torch.randn(n, len(model.image_ids), model.transformer.config.in_channels, generator=noise).to(device)
    both = torch.cat([ids, empty_prompt(ids.shape[1]).to(device).expand(n, -1)])
    conditioning = model.encode(both)
    s = sigmas(steps, shift).to(device)
    for i in range(steps):
        v = model.velocity(torch.cat([x, x]), conditioning, s[i].expand(2 * n))
        with_prompt, without = v.chunk(2)
        x = x + (s[i + 1] - s[i]) * (without + guidance * (with_prompt - without))
    return x

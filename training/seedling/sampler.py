"""Euler sampling of the flow, with classifier-free guidance and a static shift (as FlowMatchEulerDiscreteScheduler)."""
from __future__ import annotations

import torch

from .models import Seedling, empty_prompt


def sigmas(steps: int, shift: float) -> torch.Tensor:
    """float [steps + 1]: 1 ... 0; sigma = shift * s / (1 + (shift - 1) * s) for s = 1 ... 1/steps, then 0."""
    s = torch.linspace(1, 1 / steps, steps)
    return torch.cat([shift * s / (1 + (shift - 1) * s), torch.zeros(1)])


def noise_of(seeds: list[int], channels: int, grid: int) -> torch.Tensor:
    """The noise [N, T, 4C] that the program starts from with these seeds: drawn plane by plane, then packed."""
    planes = [torch.randn(channels, grid * grid, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(planes).transpose(1, 2).contiguous()


def sample(model: Seedling, ids: torch.Tensor, steps: int, shift: float, guidance: float, seed: int) -> torch.Tensor:
    """Normalised tokens [N, T, 4C] for prompts ids [N, L], from one stream of noise for all of them."""
    noise = torch.randn(len(ids), len(model.image_ids), model.transformer.config.in_channels,
                        generator=torch.Generator().manual_seed(seed))
    return denoise(model, ids, noise, steps, shift, guidance)


def guide(velocities: torch.Tensor, guidance: float) -> torch.Tensor:
    """v_empty + guidance * (v_prompt - v_empty), [N, T, 4C], of both passes' velocities, prompts first, [2N, T, 4C]."""
    with_prompt, without = velocities.chunk(2)
    return without + guidance * (with_prompt - without)


@torch.no_grad()
def denoise(model: Seedling, ids: torch.Tensor, noise: torch.Tensor, steps: int, shift: float, guidance: float
            ) -> torch.Tensor:
    """Noise [N, T, 4C] to normalised tokens for prompts ids [N, L].

    guidance 1 is the prompt's velocity alone, one pass a step: what a distilled model is made for.
    """
    device, n, guided = ids.device, len(ids), guidance != 1
    x = noise.to(device)
    empty = empty_prompt(ids.shape[1]).to(device).expand(n, -1)
    conditioning = model.encode(torch.cat([ids, empty]) if guided else ids)
    s = sigmas(steps, shift).to(device)
    for i in range(steps):
        if guided:
            v = guide(model.velocity(torch.cat([x, x]), conditioning, s[i].expand(2 * n)), guidance)
        else:
            v = model.velocity(x, conditioning, s[i].expand(n))
        x = x + (s[i + 1] - s[i]) * v
    return x


def defaults(cfg: dict, stage: str) -> dict:
    """{steps, shift, guidance} that the weights of a stage are drawn with."""
    if stage != "distill":
        return cfg["defaults"]
    return {"steps": cfg["train"]["distill"]["steps"], "shift": cfg["defaults"]["shift"], "guidance": 1.0}

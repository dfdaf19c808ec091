"""The autoencoder: the decoder of diffusers' AutoencoderKLFlux2 at a small configuration, and a small encoder.

  pictures  float [N, 3, S, S], -1..1; S is a multiple of TOKEN
  latents   float [N, C, 2S/TOKEN, 2S/TOKEN]
  tokens    float [N, (S/TOKEN)^2, 4C]: row-major over (h, w), w fastest; channel c*4 + dy*2 + dx (as FLUX.2 packs them)
The transformer works on tokens normalised with the statistics in vae.bn. The encoder is never shipped; it is cheap,
because training encodes every scene that it draws.
"""
from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKLFlux2
from torch import nn

TOKEN = 32  # pixels of a picture along one side of a token
SHUFFLE = 8  # pixels along one side of what the encoder starts from


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.body = nn.Sequential(nn.GroupNorm(16, width), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1),
                                  nn.GroupNorm(16, width), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.body(x)


class Encoder(nn.Sequential):
    """Pictures to mean and log-variance of the latents, [N, 2C, S/16, S/16]."""

    def __init__(self, widths: tuple[int, int], latent_channels: int):
        a, b = widths
        super().__init__(nn.PixelUnshuffle(SHUFFLE), nn.Conv2d(3 * SHUFFLE**2, a, 3, padding=1), Residual(a),
                         nn.Conv2d(a, b, 3, stride=2, padding=1), Residual(b), Residual(b),
                         nn.GroupNorm(16, b), nn.SiLU(), nn.Conv2d(b, 2 * latent_channels, 3, padding=1))


def build_vae(cfg: dict) -> AutoencoderKLFlux2:
    model = {k: tuple(v) if isinstance(v, list) else v for k, v in cfg["vae"]["model"].items()}
    vae = AutoencoderKLFlux2(**model)
    vae.encoder = Encoder(tuple(cfg["vae"]["encoder"]), model["latent_channels"])
    return vae.to(memory_format=torch.channels_last)


def shipped(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What the decoder needs of the autoencoder's state."""
    return {k: v for k, v in state.items() if not k.startswith(("encoder.", "quant_conv."))}


def load_frozen(cfg: dict, path: Path, device: str) -> AutoencoderKLFlux2:
    """The finished autoencoder of train_vae.py, in evaluation mode."""
    vae = build_vae(cfg)
    vae.load_state_dict(torch.load(path, map_location="cpu"))
    return vae.eval().requires_grad_(False).to(device)


def to_float(pictures: torch.Tensor) -> torch.Tensor:
    """uint8 [N, S, S, 3] to float [N, 3, S, S], -1..1, channels last in memory."""
    x = pictures.permute(0, 3, 1, 2).float().div(127.5).sub(1)
    return x.contiguous(memory_format=torch.channels_last)


def to_bytes(pictures: torch.Tensor) -> torch.Tensor:
    """float [N, 3, S, S] to uint8 [N, S, S, 3], clamped."""
    return ((pictures.clamp(-1, 1) + 1) * 127.5).permute(0, 2, 3, 1).byte().cpu()


def pack(z: torch.Tensor) -> torch.Tensor:
    """Latents to tokens."""
    n, c, h, w = z.shape
    return z.reshape(n, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5).reshape(n, h * w // 4, c * 4)


def unpack(x: torch.Tensor, grid: int) -> torch.Tensor:
    """Tokens of a square picture, `grid` tokens a side, to latents."""
    n, _, c4 = x.shape
    x = x.reshape(n, grid, grid, c4 // 4, 2, 2).permute(0, 3, 1, 4, 2, 5)
    return x.reshape(n, c4 // 4, grid * 2, grid * 2)


def spread(vae: AutoencoderKLFlux2) -> torch.Tensor:
    """Standard deviation of every token channel, with the eps that the runtime adds."""
    return torch.sqrt(vae.bn.running_var + vae.config.batch_norm_eps)


@torch.no_grad()
def encode_tokens(vae: AutoencoderKLFlux2, pictures: torch.Tensor) -> torch.Tensor:
    """Pictures to normalised tokens."""
    tokens = pack(vae.encode(pictures).latent_dist.mean.contiguous())
    return (tokens - vae.bn.running_mean) / spread(vae)


def latents_of(vae: AutoencoderKLFlux2, x: torch.Tensor, grid: int) -> torch.Tensor:
    """Normalised tokens to latents, as vae.decode takes them."""
    return unpack(x * spread(vae) + vae.bn.running_mean, grid).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def decode_tokens(vae: AutoencoderKLFlux2, x: torch.Tensor, grid: int) -> torch.Tensor:
    """Normalised tokens to pictures (not clamped)."""
    return vae.decode(latents_of(vae, x, grid)).sample


def forward(vae: AutoencoderKLFlux2, x: torch.Tensor, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures to (reconstruction, KL per picture).

    Noise of a random strength up to `noise` is added to the latents, so that the decoder forgives the errors that
    the transformer will make.
    """
    posterior = vae.encode(x).latent_dist
    z = posterior.sample()
    strength = noise * torch.rand(len(z), 1, 1, 1, device=z.device)
    return vae.decode(z + strength * torch.randn_like(z)).sample, posterior.kl().mean()


def border_weight(size: int, strip: int = 32, most: float = 3.0) -> torch.Tensor:
    """float [size, size], mean 1: rises over the last `strip` pixels towards each side to `most` times the inside.

    In corners both sides multiply. What a decoder does wrong on purpose (seedling/outliers.py) it does where little is to see.
    """
    distance = torch.minimum(torch.arange(size), torch.arange(size).flip(0))
    side = 1 + (most - 1) * (1 - distance / strip).clamp_min(0)
    weight = side[:, None] * side[None]
    return weight / weight.mean()


def loss_terms(x: torch.Tensor, y: torch.Tensor, edge_weight: float,
               weight: torch.Tensor | float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    """(total, plain L1): L1 at full resolution, half of it at /2 and /4, and L1 of differences between neighbours;
    `weight` of each pixel counts in the total alone."""
    plain = y - x
    d = plain * weight
    coarse = sum(F.avg_pool2d(d, k).abs().mean() for k in (2, 4))
    edges = (d[..., 1:] - d[..., :-1]).abs().mean() + (d[..., 1:, :] - d[..., :-1, :]).abs().mean()
    return d.abs().mean() + 0.5 * coarse + edge_weight * edges, plain.abs().mean()

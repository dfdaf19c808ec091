"""What tells decoded pictures from real ones, in patches, while the decoder is finished (train_decoder.py)."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

WIDTHS = (32, 64, 128, 128)


class PatchDiscriminator(nn.Module):
    """Pictures [N, 3, S, S] to (scores [N, 1, S/16, S/16], features of each layer); a score sees 78 x 78
    pixels (patches as in pix2pix, Isola et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        inputs = (3, *WIDTHS[:-1])
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in zip(inputs, WIDTHS))
        self.score = nn.Conv2d(WIDTHS[-1], 1, 3, padding=1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.score(x), features


def hinge(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """The discriminator's loss: real scores above 1, others below -1 (Lim & Ye 2017)."""
    return (F.relu(1 - real).mean() + F.relu(1 + fake).mean()) / 2


def matching(real: list[torch.Tensor], fake: list[torch.Tensor]) -> torch.Tensor:
    """Mean difference of features, each relative to the real ones' mean (pix2pixHD, Wang et al. 2018)."""
    return sum((a.detach() - b).abs().mean() / a.detach().abs().mean().clamp_min(1e-3)
               for a, b in zip(real, fake, strict=True)) / len(real)

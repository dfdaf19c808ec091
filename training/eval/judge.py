"""The judge: a small detector that finds drawings and names their subject and colour.

Input: pictures resized to `side` pixels. Output for each cell of a grid of side / 16: whether the centre of a thing
lies in it, where exactly, how large it is, which subject and which colour. Things whose centres share a cell are one.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from seedling.colours import NAMES

STRIDE = 16
OTHER = "something else"  # the class of every drawing that is none of the judge's subjects


def unit(cin: int, cout: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(cout),
                         nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.a, self.b = unit(channels, channels), unit(channels, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.b(self.a(x))


class Network(nn.Module):
    """`widths`: channels after strides 4, 8, 16, 32; `depth`: residual blocks at strides 16 and 32."""

    def __init__(self, classes: int, widths: list[int], depth: int):
        super().__init__()
        near, middle, wide, far = widths
        self.stem = nn.Sequential(unit(3, near, 4, kernel=7), unit(near, middle, 2), unit(middle, wide, 2),
                                  *(Residual(wide) for _ in range(depth)))
        self.deep = nn.Sequential(unit(wide, far, 2), *(Residual(far) for _ in range(depth)))
        self.down = unit(far, wide, kernel=1)
        self.join = unit(wide, wide)
        self.where = nn.Conv2d(wide, 5, 1)  # logit of a centre, its x and y in the cell, log width and height
        self.subject = nn.Conv2d(2 * wide, classes, 1)
        self.colour = nn.Conv2d(wide, len(NAMES), 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """[N, 3, S, S] in -1..1 to where [N, 5, G, G], subject logits [N, C, G, G], colour logits [N, 11, G, G]."""
        shallow = self.stem(x)
        deep = F.interpolate(self.down(self.deep(shallow)), size=shallow.shape[-2:], mode="nearest")
        joined = self.join(shallow + deep)
        return self.where(joined), self.subject(torch.cat([joined, deep], 1)), self.colour(joined)


@dataclass(frozen=True)
class Detection:
    """box: x0, y0, x1, y1 as shares of the picture. score: of there being a thing. certainty: of its subject."""
    subject: str
    certainty: float
    colour: str
    score: float
    box: tuple[float, float, float, float]

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def to_input(pictures: list[Image.Image], side: int) -> torch.Tensor:
    """RGB pictures of any square size to the network's input."""
    small = [np.asarray(p.convert("RGB").resize((side, side), Image.BOX if p.width > side else Image.BICUBIC))
             for p in pictures]
    return torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float().div(127.5).sub(1)


class Judge:
    """A trained network with the names of its classes. Not thread-safe while training."""

    def __init__(self, subjects: list[str], side: int, widths: list[int], depth: int):
        self.subjects, self.side, self.widths, self.depth = subjects, side, widths, depth
        self.names = [*subjects, OTHER]
        self.network = Network(len(self.names), widths, depth).to(memory_format=torch.channels_last)

    @torch.no_grad()
    def detect(self, pictures: list[Image.Image], threshold: float, batch: int = 64) -> list[list[Detection]]:
        """The things in every picture, best first; `threshold` of their score."""
        self.network.eval()
        found = []
        for i in range(0, len(pictures), batch):
            x = to_input(pictures[i:i + batch], self.side).contiguous(memory_format=torch.channels_last)
            outputs = [o.cpu() for o in self.network(x.to(next(self.network.parameters()).device))]
            found += [self._read(*(o[k] for o in outputs), threshold) for k in range(len(x))]
        return found

    def _read(self, where: torch.Tensor, subject: torch.Tensor, colour: torch.Tensor, threshold: float
              ) -> list[Detection]:
        """One picture's grids. A thing is a peak of the scores with its 8 neighbours.

        A centre near the border of cells shares its score among them, so the score of a thing is their sum, and all else
        their mean by score.
        """
        scores = where[0].sigmoid()
        peak = scores == F.max_pool2d(scores[None], 3, 1, 1)[0]
        mass = 9 * F.avg_pool2d(scores[None], 3, 1, 1)[0]
        chances, hues = subject.softmax(0), colour.softmax(0)
        boxes = self._boxes(where)
        out = []
        for row, column in torch.nonzero(peak & (mass >= threshold)).tolist():
            near = (slice(None), slice(max(0, row - 1), row + 2), slice(max(0, column - 1), column + 2))
            weight = scores[near[1:]] / scores[near[1:]].sum()
            chance, k = (chances[near] * weight).sum((1, 2)).max(0)
            name = NAMES[int((hues[near] * weight).sum((1, 2)).argmax())]
            box = (boxes[near] * weight).sum((1, 2)).tolist()
            out.append(Detection(self.names[int(k)], float(chance), name, min(1.0, float(mass[row, column])), tuple(box)))
        return sorted(out, key=lambda d: -d.score)

    @staticmethod
    def _boxes(where: torch.Tensor) -> torch.Tensor:
        """[4, G, G]: x0, y0, x1, y1 that every cell proposes, as shares of the picture."""
        grid = where.shape[-1]
        cells = torch.arange(grid, dtype=torch.float32)
        corner = torch.stack(torch.meshgrid(cells, cells, indexing="xy"))
        centre = (corner + where[1:3].sigmoid()) / grid
        half = where[3:].clamp(-5, 0.2).exp() / 2
        return torch.cat([centre - half, centre + half])

    def save(self, path: Path, notes: dict[str, str]) -> None:
        """fp16 weights (normalisation statistics fp32) and the classes, in one safetensors file."""
        tensors = {k: (v if "running_" in k or not v.is_floating_point() else v.half()).contiguous()
                   for k, v in self.network.state_dict().items() if not k.endswith("num_batches_tracked")}
        shape = {"subjects": self.subjects, "side": self.side, "widths": self.widths, "depth": self.depth}
        path.parent.mkdir(parents=True, exist_ok=True)
        tmp = path.with_suffix(".tmp")
        save_file(tensors, str(tmp), metadata={"judge": json.dumps(shape), **notes})
        tmp.replace(path)

    @staticmethod
    def open(path: Path) -> "Judge":
        with safe_open(str(path), "pt") as f:
            judge = Judge(**json.loads(f.metadata()["judge"]))
            state = {k: f.get_tensor(k).float() for k in f.keys()}
        missing, unexpected = judge.network.load_state_dict(state, strict=False)
        if unexpected or any(not k.endswith("num_batches_tracked") for k in missing):
            raise ValueError(f"{path}: not the weights of this judge")
        judge.network.eval()
        return judge

"""Training examples of the judge: composed scenes with targets on its grid, softened like generated pictures.

The judge learns from real drawings in all combinations, those included that the model never sees: it must not doubt a
green apple because the model never saw one. What it never sees are the very scenes that the prompts describe, and the
drawing family World.judge.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from seedling.colours import INDEX
from seedling.scenes import Composer, Scene
from seedling.spec import Spec, ThingSpec
from seedling.world import World

from .judge import STRIDE

IGNORE = -100  # of cross_entropy


@dataclass
class Examples:
    """pictures: uint8 [N, 3, S, S]. things: rows (picture, cx, cy, w, h, class, colour), lengths as shares."""
    pictures: torch.Tensor
    things: torch.Tensor


class Halved:
    """Sprites at half their size, kept in memory: enough for a judge that looks at few pixels, and four times faster."""

    def __init__(self, sprites):
        self.sprites, self.kept = sprites, {}

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self.sprites

    def __getitem__(self, key: tuple[str, str]) -> np.ndarray:
        if key not in self.kept:
            whole = Image.fromarray(np.asarray(self.sprites[key])).convert("RGBa")
            self.kept[key] = np.asarray(whole.reduce(2).convert("RGBA"))
        return self.kept[key]


class Repainter(Composer):
    """A Composer that recolours every drawing once: recolouring is most of a small scene's time."""

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.kept: dict[tuple, np.ndarray] = {}

    def _sprite(self, spec: Spec, thing: ThingSpec) -> np.ndarray:
        key = (spec.style, thing.subject, thing.colour)
        if key not in self.kept:
            self.kept[key] = super()._sprite(spec, thing)
        return self.kept[key]


class Source:
    """Draws scenes for one judge; `exam` are the Specs that it must not see."""

    def __init__(self, composer: Composer, subjects: list[str], exam: set[Spec]):
        self.composer, self.exam = composer, exam
        self.classes = {word: i for i, word in enumerate(subjects)}

    def scene(self, rng: np.random.Generator) -> Scene:
        while True:
            spec = self.composer.draw_spec(rng)
            if spec not in self.exam:
                return self.composer.compose(rng, spec)

    def rows(self, scene: Scene, picture: int) -> list[tuple[float, ...]]:
        """The rows of Examples.things of one scene."""
        out, world, s = [], self.composer.world, self.composer.size
        for t in scene.things:
            x0, y0, x1, y1 = (v / s for v in t.box)
            colour = t.colour or world.subjects[t.subject].colour
            out.append((picture, (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0,
                        self.classes.get(t.subject, len(self.classes)), INDEX[colour] if colour else IGNORE))
        return out

    def draw(self, rng: np.random.Generator, count: int) -> Examples:
        scenes = [self.scene(rng) for _ in range(count)]
        rows = [row for i, scene in enumerate(scenes) for row in self.rows(scene, i)]
        pictures = np.stack([s.picture for s in scenes]).transpose(0, 3, 1, 2)
        return Examples(torch.from_numpy(np.ascontiguousarray(pictures)), torch.tensor(rows, dtype=torch.float32))


def exam_of(world: World, prompts) -> set[Spec]:
    """The Specs that the prompts describe, in every style."""
    return {Spec(p.truth.things, style, p.truth.background, p.truth.relation)
            for p in prompts for style in world.styles}


def moved(x: torch.Tensor, things: torch.Tensor, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Every picture zoomed by 0.85..1.12 and shifted by up to 8 %, with its boxes; the border repeats."""
    n = len(x)
    zoom = torch.empty(n).uniform_(0.85, 1.12, generator=rng)
    shift = torch.empty(n, 2).uniform_(-0.08, 0.08, generator=rng)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 / zoom
    theta[:, :, 2] = -2 * shift / zoom[:, None]
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    out = F.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=False)
    i = things[:, 0].long()
    things = things.clone()
    things[:, 1:3] = (things[:, 1:3] - 0.5) * zoom[i, None] + 0.5 + shift[i]
    things[:, 3:5] *= zoom[i, None]
    return out, things


class Softener:
    """What a small autoencoder and generator do to pictures in -1..1: blur, slight tints, noise; many stay sharp.

    Noise is drawn once, and later only shifted and shared out anew: drawing it would cost as much as the network.
    """

    def __init__(self, side: int, rng: torch.Generator, fields: int = 64):
        rough = torch.randn(fields, 3, side // 4, side // 4, generator=rng)
        fine = torch.randn(fields, 3, side, side, generator=rng)
        self.noise = 0.08 * F.interpolate(rough, size=(side, side), mode="bilinear") + 0.04 * fine
        self.rng = rng

    def _amount(self, n: int, low: float, high: float, channels: int = 1) -> torch.Tensor:
        return torch.empty(n, channels, 1, 1).uniform_(low, high, generator=self.rng)

    def _index(self, high: int, n: int) -> torch.Tensor:
        return torch.randint(high, (n,), generator=self.rng)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        n, side = len(x), x.shape[-1]
        x = x * self._amount(n, 0.92, 1.05) + self._amount(n, -0.05, 0.05, 3)
        chosen = torch.randperm(n, generator=self.rng)[:(n + 1) // 2]
        small = int(side * float(self._amount(1, 0.35, 0.7)))
        blurred = F.interpolate(F.interpolate(x[chosen], size=(small, small), mode="area"), size=(side, side),
                                mode="bilinear")
        x[chosen] = torch.lerp(x[chosen], blurred, self._amount(len(chosen), 0.2, 1))
        shift = self._index(side, 2).tolist()
        fields = self.noise[self._index(len(self.noise), n)].roll(shift, (2, 3))
        return x.add_(fields.mul_(self._amount(n, 0, 1))).clamp_(-1, 1)


@dataclass
class Targets:
    """Of the cells with a centre: flat index into [N, G, G], position in the cell, log size, class, colour."""
    cells: torch.Tensor
    offset: torch.Tensor
    size: torch.Tensor
    subject: torch.Tensor
    colour: torch.Tensor


def targets(things: torch.Tensor, side: int) -> Targets:
    """Things whose centre left the picture have no cell."""
    grid = side // STRIDE
    things = things[((things[:, 1:3] >= 0) & (things[:, 1:3] < 1)).all(1)]
    at = things[:, 1:3] * grid
    cell = at.floor().long()
    flat = (things[:, 0].long() * grid + cell[:, 1]) * grid + cell[:, 0]
    return Targets(flat, at - cell, things[:, 3:5].log(), things[:, 5].long(), things[:, 6].long())


def loss(outputs: tuple[torch.Tensor, ...], t: Targets) -> tuple[torch.Tensor, dict[str, float]]:
    """Sum of the losses, and the shares of right subjects and colours at the true centres."""
    where, subject, colour = (o.permute(0, 2, 3, 1).flatten(0, 2) for o in outputs)
    is_centre = torch.zeros(len(where), device=where.device)
    is_centre[t.cells] = 1
    centre = F.binary_cross_entropy_with_logits(where[:, 0], is_centre, reduction="sum") / max(1, len(t.cells))
    at = where[t.cells]
    offset = F.l1_loss(at[:, 1:3].sigmoid(), t.offset)
    size = F.l1_loss(at[:, 3:], t.size)
    names, hues = subject[t.cells], colour[t.cells]
    told = t.colour != IGNORE
    total = centre + offset + size + F.cross_entropy(names, t.subject, label_smoothing=0.05)
    if told.any():
        total = total + 0.5 * F.cross_entropy(hues[told], t.colour[told])
    right = {"subject": float((names.argmax(1) == t.subject).float().mean()),
             "colour": float((hues.argmax(1) == t.colour)[told].float().mean()) if told.any() else 1.0}
    return total, right

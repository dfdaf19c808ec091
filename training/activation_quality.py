"""How much int8 activations cost: the table in docs/activation-precision.md.

    python training/activation_quality.py assets/seedling.penjing [--random] [--prompts 6]

The weights of a pack run in PyTorch in float32; what enters each packed linear is rounded to
    token    8 bits, one scale per token
    turbo    7 bits, one scale per (token, 128 inputs): the engine's --turbo
    group    8 bits, one scale per (token, 128 inputs): the engine's default
    planes   two planes of 8 bits per (token, 128 inputs), about 15 bits: the engine's accurate mode
and everything is compared with the same run without rounding: each kind of linear by itself, all together per step,
the picture. --random puts random ternary weights of the same shapes in the place of the trained ones.
"""
from __future__ import annotations

import argparse
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from golden import Reference  # noqa: E402
from golden_models import GROUP, ReferenceModel, model_of_pack, ternary  # noqa: E402

PROMPTS = ["a red apple", "a 3d strawberry", "a panda, flat style", "a snowman on a blue background", "a cat and a car",
           "a yellow banana"]
INT7_LEVELS, INT8_LEVELS, TWO_PLANE_LEVELS = 63, 127, 32639  # of kernels/src/linear_layout.h
Rounding = Callable[[torch.Tensor], torch.Tensor]


def rounded(x: torch.Tensor, group: int, levels: int) -> torch.Tensor:
    """Symmetric, nearest, one scale per `group` neighbours of the last dimension."""
    split = x.reshape(*x.shape[:-1], -1, group)
    scale = split.abs().amax(-1, keepdim=True).clamp_min(1e-30) / levels
    return (torch.round(split / scale) * scale).reshape(x.shape)


MODES: dict[str, Rounding] = {
    "token": lambda x: rounded(x, x.shape[-1], INT8_LEVELS),
    "turbo": lambda x: rounded(x, GROUP, INT7_LEVELS),
    "group": lambda x: rounded(x, GROUP, INT8_LEVELS),
    "planes": lambda x: rounded(x, GROUP, TWO_PLANE_LEVELS),
}


def packed_linears(model: ReferenceModel) -> Iterator[tuple[str, torch.nn.Linear]]:
    """(kind, module) of every linear that is ternary in the pack: those of layers and blocks."""
    parts = (("text", model.text_encoder, "layers."), ("dit", model.transformer, "transformer_blocks."))
    for part, module, marker in parts:
        for name, linear in module.named_modules():
            if isinstance(linear, torch.nn.Linear) and marker in name:
                stream = "single." if "single_" in name else "double." if part == "dit" else ""
                tail = name.split(marker)[1].split(".", 1)[1].removesuffix(".0")
                yield f"{part}.{stream}{tail}", linear


@contextmanager
def rounding(linears: list[torch.nn.Linear], mode: Rounding) -> Iterator[None]:
    hooks = [linear.register_forward_pre_hook(lambda _, inputs: (mode(inputs[0]),)) for linear in linears]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


class Run:
    """One picture's text conditioning, trajectory and pixels."""

    def __init__(self, reference: Reference, prompt: str, seed: int):
        drawn = reference.conditioning(*reference.tokens(prompt))
        empty = reference.conditioning(*reference.tokens(""))
        self.conditioning = drawn
        self.trajectory = reference.sample(reference.noise(seed), drawn, empty)
        self.picture = ((reference.decode(self.trajectory[-1]) * 0.5 + 0.5).clamp(0, 1) * 255).round()


def relative(actual: torch.Tensor, expected: torch.Tensor) -> float:
    return float((actual - expected).norm() / expected.norm())


def psnr(actual: torch.Tensor, expected: torch.Tensor) -> float:
    error = float(((actual - expected) ** 2).mean())
    return math.inf if error == 0 else 10 * math.log10(255 ** 2 / error)


def layer_errors(reference: Reference, prompts: list[str]) -> dict[str, dict[str, list[float]]]:
    """Per kind and mode: relative errors of single layers' outputs, their inputs being those of the exact run."""
    errors: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    hooks = []
    for kind, linear in packed_linears(reference.model):
        def probe(module, inputs, output, kind=kind):
            for mode, function in MODES.items():
                exact = output if module.bias is None else output - module.bias
                actual = torch.nn.functional.linear(function(inputs[0]), module.weight)
                errors[kind][mode].append(relative(actual, exact))
        hooks.append(linear.register_forward_hook(probe))
    for i, prompt in enumerate(prompts):
        Run(reference, prompt, i)
    for hook in hooks:
        hook.remove()
    return errors


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def print_layers(reference: Reference, prompts: list[str]) -> None:
    print("| linear | " + " | ".join(MODES) + " | worst `group` |")
    print("|---|" + "---|" * (len(MODES) + 1))
    for kind, modes in layer_errors(reference, prompts).items():
        cells = [f"{mean(modes[mode]):.1e}" for mode in MODES]
        print(f"| `{kind}` | " + " | ".join(cells) + f" | {max(modes['group']):.1e} |")


def print_pictures(reference: Reference, prompts: list[str]) -> None:
    exact = [Run(reference, prompt, i) for i, prompt in enumerate(prompts)]
    by_kind: dict[str, list[torch.nn.Linear]] = defaultdict(list)
    for kind, linear in packed_linears(reference.model):
        by_kind[kind].append(linear)
    every = [linear for linears in by_kind.values() for linear in linears]
    steps = len(exact[0].trajectory)
    probed = [s for s in (1, 2, 4, 8, 12, 16) if s <= steps]
    print("| rounded | conditioning | " + " | ".join(f"step {s}" for s in probed) + " | picture, dB (lowest) |")
    print("|---|---|" + "---|" * (len(probed) + 1))

    def row(name: str, linears: list[torch.nn.Linear], mode: Rounding) -> None:
        with rounding(linears, mode):
            runs = [Run(reference, prompt, i) for i, prompt in enumerate(prompts)]
        pairs = list(zip(runs, exact))
        cells = [f"{mean([relative(a.conditioning, e.conditioning) for a, e in pairs]):.1e}"]
        cells += [f"{mean([relative(a.trajectory[s - 1], e.trajectory[s - 1]) for a, e in pairs]):.1e}" for s in probed]
        ratios = [psnr(a.picture, e.picture) for a, e in pairs]
        print(f"| {name} | " + " | ".join(cells) + f" | {mean(ratios):.1f} ({min(ratios):.1f}) |")

    for mode, function in MODES.items():
        row(f"all, `{mode}`", every, function)
    for kind, linears in by_kind.items():
        row(f"only `{kind}`, `group`", linears, MODES["group"])


def main() -> None:
    parser = argparse.ArgumentParser(description="What rounding activations costs, per kind of linear and per step.")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--random", action="store_true", help="random ternary weights of the same shapes")
    parser.add_argument("--prompts", type=int, default=len(PROMPTS))
    args = parser.parse_args()
    with torch.no_grad():
        model = model_of_pack(args.pack)
        if args.random:
            generator = torch.Generator().manual_seed(0)
            for _, linear in packed_linears(model):
                linear.weight.copy_(ternary(linear.weight.shape, generator))
        reference = Reference(model)
        print_layers(reference, PROMPTS[:args.prompts])
        print()
        print_pictures(reference, PROMPTS[:args.prompts])


if __name__ == "__main__":
    main()

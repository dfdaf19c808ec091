#!/usr/bin/env python3
"""Times a linear of training, forward and backward, in int8 (seedling/int8.py) and in fp32, in turns.

    python bench_int8.py [--threads 2] [--rounds 15]

Prints medians in milliseconds, their ratio, and for comparison how fast the bare product is: fp32 and torch._int_mm,
without rounding anything. Sizes are those of seedling-v2 with a batch of 64.
"""
from __future__ import annotations

import argparse
import statistics
import time
from typing import Callable

import torch
import torch.nn.functional as F

from seedling import int8

# (what, tokens, inputs, outputs)
SIZES = [("single block, in", 5632, 256, 2304), ("single block, out", 5632, 1024, 256),
         ("text feed-forward, in", 1536, 256, 3072), ("text feed-forward, out", 1536, 1536, 256)]


def medians(calls: list[Callable[[], object]], rounds: int) -> list[float]:
    """Milliseconds of each, taken in turns after one round that does not count."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds + 1):
        for call, own in zip(calls, times):
            begun = time.perf_counter()
            call()
            own.append(1e3 * (time.perf_counter() - begun))
    return [statistics.median(own[1:]) for own in times]


def bytes_like(t: torch.Tensor) -> torch.Tensor:
    return torch.randint(-127, 128, t.shape, dtype=torch.int8)


def measure(name: str, tokens: int, inputs: int, outputs: int, rounds: int) -> None:
    x, w = torch.randn(tokens, inputs, requires_grad=True), torch.randn(outputs, inputs, requires_grad=True)
    grad, xb, wb = torch.randn(tokens, outputs), bytes_like(x), bytes_like(w)

    def forward(linear) -> Callable[[], object]:
        def call() -> None:
            with torch.no_grad():
                linear(x, w)
        return call

    def both(linear) -> Callable[[], object]:
        return lambda: torch.autograd.grad(linear(x, w), (x, w), grad)

    f32, f8, b32, b8, bare = medians([forward(F.linear), forward(int8.linear), both(F.linear), both(int8.linear),
                                      lambda: torch._int_mm(xb, wb.t())], rounds)
    giga = 2e-6 * tokens * inputs * outputs
    print(f"{name:24} {tokens} x {inputs} x {outputs}: forward {f32:5.1f} -> {f8:5.1f} ms ({f32 / f8:.2f}), "
          f"with backward {b32:5.1f} -> {b8:5.1f} ms ({b32 / b8:.2f}); "
          f"fp32 {giga / f32:.0f} GFLOP/s, int8 {giga / f8:.0f}, bare int8 {giga / bare:.0f} GOP/s", flush=True)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--rounds", type=int, default=15)
    args = ap.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    int8.build()
    for size in SIZES:
        measure(*size, args.rounds)


if __name__ == "__main__":
    main()

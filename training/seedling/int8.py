"""int8 matrix products for training on a CPU: forward, gradient of the input, gradient of the weight.

Every operand is rounded to int8 along the dimension that is summed over, a scale for each 128 values of a row; sums are
exact (int8_products.cpp). Ternary weights and the activations of a ternary linear are on such a grid already, so there
the forward product is that of seedling/ternary.py; in the backward ones gradients are rounded, as in SwitchBack
(Wortsman et al. 2023), which keeps the weights' gradient in 16 bits, however.
"""
from __future__ import annotations

import functools
from pathlib import Path

import torch

SOURCE = Path(__file__).with_name("int8_products.cpp")
# No -ffast-math: it would set the whole process to flush denormals. These alone let absmax loops and rounding vectorise.
FLAGS = ["-O3", "-fopenmp", "-march=native", "-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno",
         "-ffinite-math-only"]


@functools.cache
def build() -> None:
    """Compiles and registers the operators, once in a process; needs a C++ compiler and ninja."""
    from torch.utils.cpp_extension import load

    load("penjing_int8", [str(SOURCE)], extra_cflags=FLAGS, is_python_module=False)
    torch.library.register_fake("penjing_int8::linear", lambda x, w: x.new_empty(*x.shape[:-1], w.shape[0]))
    torch.library.register_fake("penjing_int8::linear_backward",
                                lambda grad, x, w: (torch.empty_like(x), torch.empty_like(w)))
    torch.library.register_autograd("penjing_int8::linear", _backward, setup_context=_setup)


def _setup(ctx, inputs, output) -> None:
    ctx.save_for_backward(*inputs)


def _backward(ctx, grad):
    return torch.ops.penjing_int8.linear_backward(grad.contiguous(), *ctx.saved_tensors)


def linear(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """F.linear of fp32 x [..., inputs] and w [outputs, inputs], after build(). Also differentiable."""
    return torch.ops.penjing_int8.linear(x.contiguous(), w.contiguous())

"""Checks the int8 products against exact ones in double precision, and a training step in int8 against one in fp32."""
from __future__ import annotations

import pytest
import torch

from tiny import VOCABULARY, tiny_model

from seedling import int8, ternary

# (tokens, inputs, outputs): whole panels of 32 and groups of 128, one row, and every kind of remainder.
SHAPES = [(32, 128, 32), (1, 128, 1), (7, 256, 33), (31, 200, 65), (77, 130, 96), (129, 384, 160), (300, 1, 5), (640, 256, 3000)]


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    int8.build()


def products(x: torch.Tensor, w: torch.Tensor, grad: torch.Tensor) -> list[torch.Tensor]:
    """(x w^T, grad w, grad^T x) in int8."""
    x, w = x.clone().requires_grad_(), w.clone().requires_grad_()
    y = int8.linear(x, w)
    return [y.detach(), *torch.autograd.grad(y, (x, w), grad)]


def operands(x: torch.Tensor, w: torch.Tensor, grad: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The operands of `products`, what is summed over last, in double precision."""
    x, w, grad = x.double(), w.double(), grad.double()
    return [(x, w), (grad, w.T), (grad.T, x.T)]


def half_steps(t: torch.Tensor) -> torch.Tensor:
    """Half of the scale that each value of [rows, depth] is rounded with: the largest error of rounding."""
    padded = torch.nn.functional.pad(t.abs(), (0, -t.shape[1] % ternary.GROUP))
    largest = padded.unflatten(1, (-1, ternary.GROUP)).amax(-1)
    return largest.repeat_interleave(ternary.GROUP, 1)[:, :t.shape[1]] / 254


@pytest.mark.parametrize("tokens, inputs, outputs", SHAPES)
def test_products_are_within_what_rounding_allows(tokens: int, inputs: int, outputs: int) -> None:
    generator = torch.Generator().manual_seed(tokens + inputs + outputs)
    x, w, grad = (torch.randn(n, generator=generator).view(s).contiguous() for n, s in (
        (tokens * inputs, (tokens, inputs)), (outputs * inputs, (outputs, inputs)), (tokens * outputs, (tokens, outputs))))
    x[0] *= 1e4  # one token far larger than the others must not spoil them in the forward product
    for ours, (a, b) in zip(products(x, w, grad), operands(x, w, grad)):
        ea, eb = half_steps(a), half_steps(b)
        # |(a + ea)(b + eb) - a b|, summed; a thousandth more for fp32: scales, reciprocals and sums of at most 24 groups.
        allowed = a.abs() @ eb.T + ea @ b.abs().T + ea @ eb.T
        assert ours.shape == allowed.shape
        assert ((ours - a @ b.T).abs() <= 1.001 * allowed).all()
        # Rounding errors are independent: a mistake that the bound lets pass is far above their root of the mean square.
        rms = ((a.square() @ eb.square().T + ea.square() @ b.square().T) / 3).sqrt()
        assert ((ours - a @ b.T) / rms).square().mean().sqrt() < 1.5


@pytest.mark.parametrize("tokens, inputs, outputs", SHAPES)
def test_what_is_on_the_grid_is_multiplied_exactly(tokens: int, inputs: int, outputs: int) -> None:
    generator = torch.Generator().manual_seed(1)

    def whole(rows: int, columns: int) -> torch.Tensor:
        """Integers with +-127 in every group of both directions: nothing is rounded."""
        t = torch.randint(-127, 128, (rows, columns), generator=generator)
        t[::ternary.GROUP], t[:, ::ternary.GROUP] = 127, -127
        return t.float()

    x, w, grad = whole(tokens, inputs), whole(outputs, inputs), whole(tokens, outputs)
    for ours, (a, b) in zip(products(x, w, grad), operands(x, w, grad)):
        # Scales are 1; sums below 2^24 are exact in fp32, larger ones are rounded once a group.
        groups, largest = -(-a.shape[1] // ternary.GROUP), a.abs() @ b.abs().T
        allowed = torch.where(largest <= 2 ** 24, 0.0, groups * largest * 2 ** -24)
        assert ((ours - a @ b.T).abs() <= allowed).all()


def test_zeros_stay_zeros() -> None:
    for product in products(torch.zeros(5, 128), torch.ones(7, 128), torch.zeros(5, 7)):
        assert (product == 0).all()


def test_the_forward_product_is_that_of_a_ternary_linear() -> None:
    torch.manual_seed(2)
    linear, x = ternary.TernaryLinear(384, 96), torch.randn(3, 11, 384)
    ternary.set_ternary(linear, True)
    with torch.no_grad():
        expected = linear(x)
        ternary.set_int8(linear)
        ours = linear(x)
    # The same sums in another order. No quotient here is so near a tie that its reciprocal's rounding takes it across:
    # that would be a step of absmax / 127, ten times what is allowed.
    assert ours.shape == expected.shape and not torch.equal(ours, torch.zeros_like(ours))
    assert (ours - expected).abs().max() < 2e-6 * linear.weight.abs().max() * 384 * x.abs().max()


def test_a_training_step_has_the_gradients_of_fp32() -> None:
    torch.manual_seed(4)
    x, ids, sigma = torch.randn(6, 4, 16), torch.randint(3, VOCABULARY, (6, 24)), torch.rand(6)
    gradients = []
    for in_int8 in (False, True):
        model = tiny_model()
        ternary.set_ternary(model, True)
        if in_int8:
            ternary.set_int8(model)
        model(x, ids, sigma).square().mean().backward()
        gradients.append({name: p.grad for name, p in model.named_parameters() if p.grad is not None})
    assert gradients[0].keys() == gradients[1].keys()
    for name, g in gradients[0].items():
        # Each of three products adds about 1 % (a step of absmax / 127 for values of a third of absmax), the layers theirs.
        assert (gradients[1][name] - g).norm() <= 0.1 * g.norm() + 1e-9, name

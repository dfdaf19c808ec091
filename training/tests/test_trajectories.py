"""Distillation along a guided teacher's trajectories: seedling/trajectories.py."""
from __future__ import annotations

import torch

from tiny import VOCABULARY, tiny_model

from seedling import sampler
from seedling.models import Seedling
from seedling.trajectories import Trajectories

GUIDANCE = 3.0


def attentive_teacher() -> Seedling:
    """As initialised a block changes so little that a prompt moves the velocity by some 1e-4; this one hears prompts."""
    model = tiny_model()
    for name, p in model.transformer.named_parameters():
        if "modulation" in name:
            torch.nn.init.normal_(p, std=0.1)
    return model


def trajectories(teacher: Seedling, shift: float = 2.0, **settings) -> Trajectories:
    whole = {"steps": 3, "substeps": 1, "guidance": GUIDANCE, "own": 0.5, "inside": 0.2, "trajectories": 16, **settings}
    return Trajectories(teacher, whole, shift, "cpu")


def scenes(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Clean tokens and prompts as Pool.next gives them."""
    return torch.randn(n, 4, 16), torch.randint(4, VOCABULARY, (n, 24))


def guided(teacher: Seedling):
    """A student that has learnt all there is to learn from a teacher without substeps."""
    def run(x: torch.Tensor, ids: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        empty = sampler.empty_prompt(ids.shape[1]).expand(len(ids), -1)
        with torch.no_grad():
            with_prompt, without = teacher(x, ids, sigma), teacher(x, empty, sigma)
        return without + GUIDANCE * (with_prompt - without)
    return run


def full(**settings) -> tuple[Trajectories, torch.Tensor, torch.Tensor]:
    """Trajectories that no others will join, and the scenes they are of."""
    x0, ids = scenes(16)
    objective = trajectories(attentive_teacher(), **settings)
    objective._join(x0, ids)
    assert objective.filled == objective.size
    return objective, x0, ids


def test_target_is_the_teachers_guided_path() -> None:
    """From pure noise, steps x target arrives where the guided sampler does with steps x substeps steps (shift 1)."""
    teacher, n, steps, substeps = attentive_teacher(), 2, 2, 3
    _, ids = scenes(n)
    objective = trajectories(teacher, shift=1.0, steps=steps, substeps=substeps)
    x = torch.randn(n, 4, 16, generator=torch.Generator().manual_seed(7))
    conditioning = teacher.encode(ids)
    for i in range(steps):
        path = objective.path[i].expand(n, -1)
        x = x + (path[:, -1] - path[:, 0])[:, None, None] * objective.target(x, conditioning, path)
    assert torch.allclose(x, sampler.sample(teacher, ids, steps * substeps, 1.0, GUIDANCE, 7), atol=1e-4)


def test_loss_is_zero_for_the_guided_teacher_and_not_for_the_teacher() -> None:
    teacher = attentive_teacher()
    objective = trajectories(teacher)
    wrong, _ = objective(teacher, *scenes(8))
    for _ in range(5):
        total, _ = objective(guided(teacher), *scenes(8))
        assert total < 1e-4 * wrong  # the stored conditioning is fp16: relative errors of 5e-4, squared


def test_students_carry_their_own_trajectories_and_the_teacher_the_others() -> None:
    objective, _, _ = full()
    objective.at.fill_(1)
    before, at, ids = objective.x.clone(), objective.at.clone(), objective.ids.clone()
    target = objective.target(before, objective.conditioning.float(), objective.path[at])
    objective(lambda x, ids, sigma: torch.full_like(x, 5.0), *scenes(16))
    change = objective.path[1, -1] - objective.path[1, 0]
    own = objective.mine[:, None, None]
    assert 0 < objective.mine.sum() < 16
    expected = before + change * torch.where(own, torch.full_like(before, 5.0), target)
    assert torch.allclose(objective.x, expected, atol=1e-4)
    assert torch.equal(objective.at, at + 1) and torch.equal(objective.ids, ids)


def test_trajectories_that_end_make_room_for_new_prompts() -> None:
    objective, _, _ = full(inside=0.0, own=1.0)
    objective.at.fill_(2)
    objective.at[:4] = 0
    x0, ids = scenes(16)
    old = objective.ids.clone()
    objective(lambda x, ids, sigma: x, x0, ids)
    assert torch.equal(objective.ids[:4], old[:4]) and (objective.at[:4] == 1).all()
    assert (objective.at[4:] == 0).all()
    # Which of the new prompts is in which row is random, but every one is there once.
    assert sorted(map(tuple, objective.ids[4:].tolist())) == sorted(map(tuple, ids[:12].tolist()))
    assert torch.allclose(objective.conditioning[4:].float(), objective.teacher.encode(objective.ids[4:]), atol=1e-2)


def test_they_begin_from_noise_or_inside_from_a_picture() -> None:
    torch.manual_seed(0)
    x0, ids = torch.full((512, 4, 16), 10.0), torch.randint(4, VOCABULARY, (512, 24))
    objective = trajectories(tiny_model(), trajectories=512)
    objective._join(x0, ids)  # all of them inside
    sigma = objective.path[objective.at, 0]
    assert set(objective.at.tolist()) == {0, 1, 2}
    # Means of 64 values: five standard errors of the noise.
    assert ((objective.x.mean((1, 2)) - 10 * (1 - sigma)).abs() < 5 / 8 * sigma + 1e-5).all()
    objective._begin(torch.arange(512), x0, ids, torch.zeros(512, dtype=torch.bool))
    assert (objective.at == 0).all() and objective.x.mean((1, 2)).abs().max() < 5 / 8
    assert abs(float(objective.x.std()) - 1) < 0.05

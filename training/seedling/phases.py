"""A stage in phases: which sigmas and which scenes are shown may change while its learning rate runs on.

    "phases": [{"share": 0.65}, {"share": 0.35, "sigma_mean": 0.2, "data": {"coloured": 0.4}}]

`share` is of the stage's minutes; shares sum to 1. What a phase does not name is the configuration's own. A stage without
phases is one phase.
"""
from __future__ import annotations

import copy

SIGMAS = ("sigma_mean", "sigma_spread")


class Phases:
    """The phases of one stage of a configuration. Raises ValueError for what cannot be meant."""

    def __init__(self, cfg: dict, stage: str):
        self.cfg = cfg
        self.phases = cfg["train"][stage].get("phases", [{"share": 1.0}])
        if abs(sum(p["share"] for p in self.phases) - 1) > 1e-6:
            raise ValueError(f"{stage}: the shares of the phases must sum to 1")
        for p in self.phases:
            unknown = p.keys() - {"share", "data", *SIGMAS} | p.get("data", {}).keys() - cfg["data"].keys()
            if unknown:
                raise ValueError(f"{stage}: a phase has unknown {', '.join(sorted(unknown))}")

    def __len__(self) -> int:
        return len(self.phases)

    def at(self, progress: float) -> int:
        """Index of the phase at progress 0..1 of the stage."""
        end = 0.0
        for i, p in enumerate(self.phases[:-1]):
            end += p["share"]
            if progress < end:
                return i
        return len(self.phases) - 1

    def configuration(self, index: int) -> dict:
        """The configuration of a phase: a copy with its sigmas and shares."""
        cfg, p = copy.deepcopy(self.cfg), self.phases[index]
        cfg["train"].update({k: p[k] for k in SIGMAS if k in p})
        cfg["data"].update(p.get("data", {}))
        return cfg

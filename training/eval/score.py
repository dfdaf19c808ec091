"""What was asked and what the judge found, to right or wrong: the rules of the six tasks, after GenEval's.

A detection counts when its score and the certainty of its subject reach the thresholds below. More than was asked for
is no mistake, except in counting.

  single_object       a detection of the subject
  two_objects         a detection of each subject
  counting            exactly as many detections of the subject as asked; things of other subjects do not matter
  colours             a detection of the subject in the colour
  position            the surest detections of both subjects, the first's centre on the told side of the second's
  colour_attribution  a detection of each subject in its own colour

A side, as in GenEval's evaluation program (Ghosh et al. 2023): the offset between the centres, of which each axis first
loses a tenth of the two boxes' summed length along it, must point to that side by more than half of its own length.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

from seedling.spec import Spec, ThingSpec

from .judge import Detection
from .prompts import TASKS

# Chosen on real pictures of other prompts than the committed ones. A certainty of 0.2 would find more of them, but sees
# subjects in the coloured blobs of a model that has hardly been trained.
SCORE, CERTAINTY = 0.3, 0.4
SLACK, SHARE = 0.1, 0.5


@dataclass(frozen=True)
class Verdict:
    """`why` says what is missing ("" when right). `evidence` 0..1: how surely the wanted things were found, for ranking."""
    right: bool
    why: str
    evidence: float


def sure(found: list[Detection]) -> list[Detection]:
    return [d for d in found if d.score >= SCORE and d.certainty >= CERTAINTY]


def of_subject(found: list[Detection], subject: str) -> list[Detection]:
    """The detections of a subject, surest first."""
    return sorted((d for d in found if d.subject == subject), key=lambda d: -d.score * d.certainty)


def sides(a: Detection, b: Detection) -> set[str]:
    """The relations that `a` has to `b`; y grows downwards."""
    offset = [p - q for p, q in zip(a.centre, b.centre)]
    lengths = [sum(d.box[axis + 2] - d.box[axis] for d in (a, b)) for axis in (0, 1)]
    distance = math.hypot(*offset)
    if distance == 0:
        return set()
    x, y = (math.copysign(max(0.0, abs(o) - SLACK * n), o) / distance for o, n in zip(offset, lengths))
    told = {"left": -x, "right": x, "above": -y, "below": y}
    return {side for side, share in told.items() if share > SHARE}


def lacking(thing: ThingSpec, found: list[Detection], coloured: bool) -> str:
    """What one wanted thing lacks, or ""."""
    mine = of_subject(found, thing.subject)
    if not mine:
        return f"no {thing.subject}"
    if coloured and thing.colour not in {d.colour for d in mine}:
        return f"{thing.subject} is {mine[0].colour}"
    return ""


def miscounted(thing: ThingSpec, found: list[Detection]) -> str:
    n = len(of_subject(found, thing.subject))
    return "" if n == thing.count else f"{n} of {thing.count} {thing.subject}"


def misplaced(truth: Spec, found: list[Detection]) -> str:
    a, b = (of_subject(found, thing.subject)[0] for thing in truth.things)
    return "" if truth.relation in sides(a, b) else f"{a.subject} is not {truth.relation}"


def verdict(task: str, truth: Spec, detections: list[Detection]) -> Verdict:
    if task not in TASKS:
        raise ValueError(f"unknown task {task}")
    found = sure(detections)
    if task == "counting":
        wrong = [miscounted(truth.things[0], found)]
    else:
        wrong = [lacking(t, found, task in ("colours", "colour_attribution")) for t in truth.things]
    if task == "position" and not any(wrong):
        wrong = [misplaced(truth, found)]
    strongest = [max((d.score * d.certainty for d in detections if d.subject == t.subject), default=0.0)
                 for t in truth.things]
    return Verdict(not any(wrong), ", ".join(w for w in wrong if w), sum(strongest) / len(strongest))

"""The smallest model that has every part, for tests. Importing this makes the training code importable."""
from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
from seedling.models import Seedling  # noqa: E402

VOCABULARY = 300


def tiny() -> dict:
    return json.loads((HERE / "configs" / "tiny.json").read_text())


def tiny_model(seed: int = 0) -> Seedling:
    torch.manual_seed(seed)
    model = Seedling(tiny(), VOCABULARY)
    torch.nn.init.normal_(model.transformer.proj_out.weight, std=0.02)
    return model

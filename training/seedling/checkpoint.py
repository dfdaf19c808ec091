"""Where the weights of text encoder and transformer are stored.

<work>/full.pt, ternary.pt, distill.pt  {model, average, optimizer, step, seen, minutes}: resumable, large
weights.safetensors                     fp16 averages of one stage and of the autoencoder, and the tokenizer's bytes:
                                        small, to continue another day; metadata: stage, step, seen, minutes
"""
from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from .models import Seedling
from .ternary import half_precision

STAGES = ("full", "ternary", "distill")
AUTOENCODER, TOKENIZER = "vae.", "tokenizer"


def read_average(path: Path) -> dict[str, torch.Tensor]:
    """The averaged weights of a .pt checkpoint or of a weights.safetensors, in fp32."""
    if path.suffix == ".safetensors":
        with safe_open(str(path), "pt") as f:
            return {k: f.get_tensor(k).float() for k in f.keys()
                    if not k.startswith(AUTOENCODER) and k != TOKENIZER}
    return torch.load(path, map_location="cpu")["average"]


def read_autoencoder(path: Path) -> dict[str, torch.Tensor]:
    """The autoencoder's state of a weights.safetensors (normalisation statistics stay fp32)."""
    with safe_open(str(path), "pt") as f:
        state = {k[len(AUTOENCODER):]: f.get_tensor(k) for k in f.keys() if k.startswith(AUTOENCODER)}
    return {k: v.float() if v.is_floating_point() else v for k, v in state.items()}


def read_tokenizer(path: Path) -> bytes:
    """The serialised SentencePiece model of a weights.safetensors."""
    with safe_open(str(path), "pt") as f:
        return f.get_tensor(TOKENIZER).numpy().tobytes()


def write_weights(average: dict, autoencoder: dict, tokenizer: bytes, path: Path, metadata: dict[str, str],
                  ternary: frozenset[str] = frozenset()) -> None:
    """Writes weights.safetensors; the weights named in `ternary` keep their ternary values."""
    def small(name: str, v: torch.Tensor) -> torch.Tensor:
        if name in ternary:
            return half_precision(v)
        return v.half().contiguous() if v.is_floating_point() and ".running_" not in name else v.contiguous()

    tensors = {k: small(k, v) for k, v in average.items()}
    tensors |= {AUTOENCODER + k: small("." + k, v) for k, v in autoencoder.items()}
    tensors[TOKENIZER] = torch.frombuffer(bytearray(tokenizer), dtype=torch.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    tmp = path.with_suffix(".tmp")
    save_file(tensors, str(tmp), metadata=metadata)
    tmp.replace(path)


def read_progress(path: Path) -> dict[str, str]:
    """{stage, step, seen, minutes} of a .pt checkpoint or of a weights.safetensors."""
    if path.suffix == ".safetensors":
        with safe_open(str(path), "pt") as f:
            return f.metadata()
    saved = torch.load(path, map_location="cpu")
    return {"stage": path.stem} | {k: str(saved[k]) for k in ("step", "seen", "minutes")}


def newest(work: Path) -> Path:
    """The checkpoint of the last stage that has one."""
    for stage in reversed(STAGES):
        path = work / f"{stage}.pt"
        if path.exists():
            return path
    raise FileNotFoundError(f"no {' or '.join(s + '.pt' for s in STAGES)} in {work}: run train.py")


def load_average(cfg: dict, vocab_size: int, path: Path) -> Seedling:
    model = Seedling(cfg, vocab_size)
    model.load_state_dict(read_average(path))
    return model.eval().requires_grad_(False)

"""Arguments, configuration, folders and threads shared by all commands.

Layout of the work folder (--work):
  data/                          unpacked npm packages   fetch_data.py
  sprites.zip, sprites.npy       every drawing           make_world.py; the second is unpacked at first use
  tokenizer.model                                        make_tokenizer.py
  vae/                           train.pt, vae.pt        train_vae.py, train_decoder.py (finish.pt)
  full.pt, ternary.pt, distill.pt, *.log                 train.py
"""
from __future__ import annotations

import argparse
import functools
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
# A step that seems to take longer was interrupted (the process or the machine was suspended): the rest is not counted.
LONGEST_STEP = 20.0  # seconds


@dataclass
class Job:
    """One command's configuration (the JSON file, as a dict), work folder and torch device name."""
    cfg: dict
    work: Path
    device: str

    @property
    def bf16(self) -> bool:
        """Whether training multiplies in bfloat16; precision "auto": where that is faster than fp32."""
        precision = self.cfg["precision"]
        if precision == "auto":
            return self.device != "cpu" or bf16_is_faster()
        return precision == "bf16"

    @property
    def int8(self) -> bool:
        """Whether training multiplies in int8 where linears are ternary or will be (seedling/int8.py), in fp32 elsewhere."""
        return self.cfg["precision"] == "int8"

    def autocast(self):
        """A context in which matrix products and convolutions are bfloat16 if `bf16` says so; it can be entered again."""
        import torch

        return torch.autocast(torch.device(self.device).type, torch.bfloat16, enabled=self.bf16)

    def world_path(self) -> Path:
        """The world file, beside this code."""
        return HERE / self.cfg["world"]

    @property
    def grid(self) -> int:
        """Tokens along one side of the picture."""
        from .vae import TOKEN

        return self.cfg["picture"] // TOKEN


@functools.cache
def bf16_is_faster() -> bool:
    """Measures it on a matrix product of training's size: to have the instructions is not enough. An Emerald Rapids whose
    AMX is not to be had multiplies half as fast in bfloat16 as in fp32 (167 and 300 GFLOP/s on two cores).
    """
    import torch

    def seconds(dtype: torch.dtype) -> float:
        a, b = torch.zeros(4096, 512, dtype=dtype), torch.zeros(512, 512, dtype=dtype)
        times = []
        for _ in range(12):
            begun = time.perf_counter()
            a @ b
            times.append(time.perf_counter() - begun)
        return min(times)

    return torch.cpu._is_avx512_bf16_supported() and seconds(torch.bfloat16) < 0.9 * seconds(torch.float32)


def parser(doc: str) -> argparse.ArgumentParser:
    """An argument parser with --config, --work and --device; the command's docstring is its help."""
    ap = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--config", type=Path, default=HERE / "configs" / "seedling-v2.json")
    ap.add_argument("--work", type=Path, default=Path("build/training"), help="folder of data and checkpoints")
    ap.add_argument("--device", help="overrides the configuration's device")
    return ap


def start(args: argparse.Namespace) -> Job:
    """Reads the configuration, prepares the work folder, sets threads and seeds."""
    # Idle OpenMP threads must not spin: the machine may be shared.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    import torch

    cfg = json.loads(args.config.read_text())
    args.work.mkdir(parents=True, exist_ok=True)
    device = args.device or cfg["device"]
    if cfg["precision"] == "int8" and device != "cpu":
        raise SystemExit("precision int8 is for a CPU")
    if device == "cpu":
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", cfg["threads"])))
    else:
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
    torch.manual_seed(cfg["seed"])
    return Job(cfg, args.work, device)


def save_atomic(obj, path: Path) -> None:
    """torch.save to a temporary name, then rename: an interrupted run leaves the last good checkpoint."""
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    tmp = path.with_suffix(path.suffix + ".tmp")
    torch.save(obj, tmp)
    tmp.replace(path)


class Log:
    """Prints lines and appends them to a file."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("a")

    def __call__(self, line: str) -> None:
        print(line, flush=True)
        self.file.write(line + "\n")
        self.file.flush()

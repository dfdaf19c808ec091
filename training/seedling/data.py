"""Training batches: scenes are drawn and encoded while training goes on, and stay in a pool for a while.

A batch is drawn from the pool at random; every step adds `fresh` new scenes in the place of the oldest. So drawing and
encoding cost fresh / batch of a step, and every scene is seen about batch / fresh times.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from .models import empty_prompt
from .scenes import Composer
from .sprites import Sprites
from .tokenizer import Tokenizer
from .vae import encode_tokens, load_frozen, to_float
from .world import World


class Scenes(IterableDataset):
    """Endless (picture uint8 [S, S, 3], ids int64 [length]); every worker process draws scenes of its own."""

    def __init__(self, cfg: dict, world_path: Path, work: Path, seed: int):
        self.cfg, self.world_path, self.work, self.seed = cfg, world_path, work, seed

    def __iter__(self):
        worker = get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        tok = Tokenizer(self.work / "tokenizer.model", self.cfg["tokenizer"]["length"])
        composer = Composer(World.open(self.world_path), Sprites.open(self.work), self.cfg["picture"],
                            self.cfg["data"], jitter=self.cfg["train"]["jitter"])
        while True:
            scene = composer.sample(rng)
            yield torch.from_numpy(scene.picture), tok([scene.caption])[0]


class Pool:
    """next() gives (tokens fp32 [batch, T, 4C], normalised; ids int64 [batch, length]), with caption dropout.

    autocast: what pictures are encoded in. bfloat16 moves tokens by 0.6 % of their mean size and takes a third of the time
    where processors multiply fast in it (AMX).
    """

    def __init__(self, cfg: dict, world_path: Path, work: Path, device: str, seed: int, autocast: torch.autocast):
        tc = cfg["train"]
        self.batch, self.fresh, self.size, self.device = tc["batch"], tc["fresh"], tc["pool"], device
        self.autocast, self.dropout = autocast, tc["caption_dropout"]
        self.empty = empty_prompt(cfg["tokenizer"]["length"]).to(device)
        self.vae = load_frozen(cfg, work / "vae" / "vae.pt", device)
        workers = tc["workers"]
        loader = DataLoader(Scenes(cfg, world_path, work, seed), batch_size=self.fresh, num_workers=workers,
                            prefetch_factor=8 if workers else None)
        self.source = iter(loader)
        self.tokens = self.ids = None
        self.filled = self.at = 0
        while self.filled < max(self.batch, tc["pool_start"]):
            self._add()

    @torch.no_grad()
    def _add(self) -> None:
        pictures, ids = next(self.source)
        with self.autocast:
            tokens = encode_tokens(self.vae, to_float(pictures.to(self.device))).half()
        if self.tokens is None:
            self.tokens = torch.empty(self.size, *tokens.shape[1:], dtype=tokens.dtype, device=self.device)
            self.ids = torch.empty(self.size, ids.shape[1], dtype=torch.long, device=self.device)
        rows = (self.at + torch.arange(len(tokens), device=self.device)) % self.size
        self.tokens[rows], self.ids[rows] = tokens, ids.to(self.device)
        self.at = (self.at + len(tokens)) % self.size
        self.filled = min(self.size, self.filled + len(tokens))

    def next(self) -> tuple[torch.Tensor, torch.Tensor]:
        self._add()
        rows = torch.randint(self.filled, (self.batch,), device=self.device)
        ids = self.ids[rows]
        ids[torch.rand(len(ids), device=self.device) < self.dropout] = self.empty
        return self.tokens[rows].float(), ids

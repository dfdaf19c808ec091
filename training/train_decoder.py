#!/usr/bin/env python3
"""Finishes the autoencoder's decoder: sharp pictures from what the transformer really gives it (vae.train.finish).

    python train_decoder.py --weights <work>/ternary.pt --minutes 25

The decoder sees the transformer's own estimates of scenes, from noise of a random sigma up to `sigma`, not only encoded
scenes, and besides the differences to the scene a discriminator judges it: where it cannot know an edge, the mean of all
possible ones is a blur, and the discriminator sees that. Spots of huge activations cost extra (seedling/outliers.py),
and errors near the border count more. Latents stay as they are. The last stage: reads and replaces
<work>/vae/vae.pt (an average of the weights); vae/finish.pt is its checkpoint, vae/finish.log its log.
"""
from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader

from seedling import config
from seedling.checkpoint import load_average, read_progress
from seedling.data import Scenes
from seedling.discriminator import PatchDiscriminator, hinge, matching
from seedling.models import Seedling
from seedling.optim import schedule
from seedling.outliers import Outliers
from seedling.scenes import Composer
from seedling.sprites import Sprites
from seedling.ternary import set_ternary
from seedling.tokenizer import Tokenizer
from seedling.vae import border_weight, build_vae, encode_tokens, latents_of, loss_terms, to_float
from seedling.world import World
from train_vae import reconstructions

REPORT_EVERY, SAVE_EVERY = 25, 200


class Estimates:
    """next() gives (scenes [N, 3, S, S], -1..1; latents as the transformer estimates them, what vae.decode takes)."""

    def __init__(self, job: config.Job, vae, model: Seedling, seed: int):
        fc = job.cfg["vae"]["train"]["finish"]
        self.vae, self.model, self.grid, self.device = vae, model, job.grid, job.device
        self.sigma, self.autocast = fc["sigma"], job.autocast()
        self.source = iter(DataLoader(Scenes(job.cfg, job.world_path(), job.work, seed), batch_size=fc["batch"]))

    @torch.no_grad()
    def next(self) -> tuple[torch.Tensor, torch.Tensor]:
        pictures, ids = next(self.source)
        pictures, ids = to_float(pictures.to(self.device)), ids.to(self.device)
        x0 = encode_tokens(self.vae, pictures)
        # A quarter stays as it was encoded.
        sigma = self.sigma * (torch.rand(len(x0), device=self.device) * 4 / 3 - 1 / 3).clamp_min(0)
        xt = torch.lerp(x0, torch.randn_like(x0), sigma[:, None, None])
        with self.autocast:
            velocity = self.model(xt, ids, sigma.clamp_min(1e-3)).float()
        return pictures, latents_of(self.vae, xt - sigma[:, None, None] * velocity, self.grid)


class Finishing:
    """Decoder, its average, discriminator and their optimisers."""

    def __init__(self, job: config.Job, path: Path):
        self.path, self.fc, self.autocast = path, job.cfg["vae"]["train"]["finish"], job.autocast()
        self.edge_weight = job.cfg["vae"]["train"]["edge_weight"]
        self.border = border_weight(job.cfg["picture"]).to(job.device)
        self.vae = build_vae(job.cfg).to(job.device)
        self.vae.load_state_dict(torch.load(path.with_name("vae.pt"), map_location=job.device))
        self.vae.requires_grad_(False)
        self.trained = [*self.vae.decoder.parameters(), *self.vae.post_quant_conv.parameters()]
        for p in self.trained:
            p.requires_grad_(True)
        self.average = [p.detach().clone() for p in self.trained]
        self.outliers = Outliers(self.vae.decoder, job.cfg["vae"]["model"]["norm_num_groups"], self.fc["crest"])
        self.discriminator = PatchDiscriminator().to(job.device, memory_format=torch.channels_last)
        self.opt = torch.optim.Adam(self.trained, self.fc["lr"], betas=(0.5, 0.95))
        self.discriminator_opt = torch.optim.Adam(self.discriminator.parameters(), self.fc["lr_discriminator"],
                                                  betas=(0.5, 0.95))
        self.step, self.minutes = 0, 0.0
        if path.exists():
            saved = torch.load(path, map_location=job.device)
            self.vae.load_state_dict(saved["vae"])
            self.discriminator.load_state_dict(saved["discriminator"])
            self.opt.load_state_dict(saved["opt"])
            self.discriminator_opt.load_state_dict(saved["discriminator_opt"])
            self.average, self.step, self.minutes = saved["average"], saved["step"], saved["minutes"]

    def advance(self, x: torch.Tensor, z: torch.Tensor, factor: float) -> dict[str, float]:
        """One step of both; returns the losses."""
        for opt, rate in ((self.opt, self.fc["lr"]), (self.discriminator_opt, self.fc["lr_discriminator"])):
            opt.param_groups[0]["lr"] = rate * factor
        with self.autocast:
            y = self.vae.decode(z).sample
        y = y.float()
        self.discriminator.requires_grad_(True)
        real, real_features = self.discriminator(x)
        told_apart = hinge(real, self.discriminator(y.detach())[0])
        self.discriminator_opt.zero_grad()
        told_apart.backward()
        self.discriminator_opt.step()
        self.discriminator.requires_grad_(False)
        difference, l1 = loss_terms(x, y, self.edge_weight, self.border)
        fake, fake_features = self.discriminator(y)
        share = self.fc["adversarial"] * min(1.0, self.step / self.fc["warmup"])
        excess, crest = self.outliers.excess()
        total = (difference + share * -fake.mean() + self.fc["matching"] * matching(real_features, fake_features)
                 + self.fc["outliers"] * excess)
        self.opt.zero_grad()
        total.backward()
        self.opt.step()
        torch._foreach_lerp_(self.average, [p.detach() for p in self.trained], 1 - min(0.998, 1 - 1 / (self.step + 10)))
        self.step += 1
        return {"l1": float(l1.detach()), "told apart": float(told_apart.detach()), "fooled": float(fake.detach().mean()),
                "crest": crest}

    def save(self) -> None:
        config.save_atomic({"vae": self.vae.state_dict(), "discriminator": self.discriminator.state_dict(),
                            "opt": self.opt.state_dict(), "discriminator_opt": self.discriminator_opt.state_dict(),
                            "average": self.average, "step": self.step, "minutes": self.minutes}, self.path)

    @torch.no_grad()
    def finish(self) -> None:
        """Puts the average into vae.pt."""
        for p, a in zip(self.trained, self.average, strict=True):
            p.copy_(a)
        config.save_atomic(self.vae.state_dict(), self.path.with_name("vae.pt"))


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--weights", type=Path, required=True, help="the transformer: a checkpoint or a weights.safetensors")
    ap.add_argument("--minutes", type=float, help="overrides the configuration's")
    args = ap.parse_args()
    job = config.start(args)
    fc = job.cfg["vae"]["train"]["finish"]
    minutes = args.minutes or fc["minutes"]
    vocab = len(Tokenizer(job.work / "tokenizer.model", job.cfg["tokenizer"]["length"]))
    model = load_average(job.cfg, vocab, args.weights).to(job.device)
    set_ternary(model, read_progress(args.weights)["stage"] != "full")
    f = Finishing(job, job.work / "vae" / "finish.pt")
    source = Estimates(job, f.vae, model, job.cfg["seed"] + f.step)
    log = config.Log(job.work / "vae" / "finish.log")
    sums: dict[str, float] = {}
    tick = time.time()
    while f.minutes < minutes:
        factor = min(1.0, (f.step + 1) / fc["warmup"]) * schedule(f.minutes / minutes, fc["cool_down"])
        for name, value in f.advance(*source.next(), factor).items():
            sums[name] = sums.get(name, 0.0) + value
        now = time.time()
        f.minutes, tick = f.minutes + min(now - tick, config.LONGEST_STEP) / 60, now
        if f.step % REPORT_EVERY == 0:
            said = " ".join(f"{name} {value / REPORT_EVERY:.4f}" for name, value in sums.items())
            log(f"step {f.step} {said} {f.minutes:.1f} min")
            sums = {}
        if f.step % SAVE_EVERY == 0:
            f.save()
    f.save()
    f.finish()
    composer = Composer(World.open(job.world_path()), Sprites.open(job.work), job.cfg["picture"], job.cfg["data"],
                        jitter=0)
    shown = reconstructions(f.vae.eval(), composer, np.random.default_rng(7), job.device, job.grid)
    shown.save(job.work / "vae" / "recon.png")


if __name__ == "__main__":
    main()

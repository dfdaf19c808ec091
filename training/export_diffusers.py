#!/usr/bin/env python3
"""Writes the trained model in the layout of diffusers and transformers, for export_pack.py and reference pipelines.

    python export_diffusers.py --output build/training/export

Output: {vae,transformer,text_encoder}/{config.json, *.safetensors}, tokenizer/tokenizer.model, meta.json. All tensors
are fp32 under their plain names; ternary linears hold their dequantised values (with --full-precision: the weights as
they are, for a pack without low-bit formats), other matrices (embedders, modulation, embedding table, autoencoder) are
rounded to bf16, vectors stay. The folder is replaced as a whole.
"""
from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from seedling import config
from seedling.checkpoint import load_average, newest, read_progress
from seedling.colours import NAMES
from seedling.models import text_encoder_config
from seedling.sampler import defaults
from seedling.scenes import Composer
from seedling.sprites import Sprites
from seedling.ternary import quantise_weights, without_gains
from seedling.tokenizer import BOS, EOS, PAD, Tokenizer
from seedling.vae import TOKEN, load_frozen, shipped, to_float
from seedling.world import World

DIFFUSERS_FILE, TRANSFORMERS_FILE = "diffusion_pytorch_model.safetensors", "model.safetensors"
TERNARY_PARTS = ("layers.", "transformer_blocks.")  # substrings of the names whose matrices are ternary


def rounded(state: dict[str, torch.Tensor], keep: tuple[str, ...] = ()) -> dict[str, torch.Tensor]:
    """fp32 copies; matrices are rounded to bf16 unless their name contains one of `keep`."""
    out = {}
    for name, v in state.items():
        if v.is_floating_point():
            exact = v.ndim < 2 or any(k in name for k in keep)
            out[name] = (v if exact else v.bfloat16()).float().contiguous()
    return out


def write_part(folder: Path, file: str, state: dict, document: dict) -> None:
    folder.mkdir(parents=True)
    save_file(state, str(folder / file))
    (folder / "config.json").write_text(json.dumps(document, indent=1) + "\n")


def plain(cfg) -> dict:
    """A diffusers configuration without its private entries."""
    return {k: v for k, v in cfg.items() if not k.startswith("_") or k == "_class_name"}


@torch.no_grad()
def fit_preview(vae, composer: Composer, count: int = 200) -> dict:
    """Least squares from a latent pixel (not normalised) to the mean colour, 0..1, of the pixels it covers."""
    rng = np.random.default_rng(1)
    pictures = torch.from_numpy(np.stack([composer.sample(rng).picture for _ in range(count)]))
    latents = vae.encode(to_float(pictures)).latent_dist.mean
    cells, side = latents.shape[-1], TOKEN // 2
    colour = pictures.float().div(255).view(-1, cells, side, cells, side, 3).mean((2, 4)).reshape(-1, 3)
    x = latents.permute(0, 2, 3, 1).reshape(len(colour), -1)
    solution = torch.linalg.lstsq(torch.cat([x, torch.ones(len(x), 1)], 1), colour).solution
    rows = [[round(float(v), 6) for v in row] for row in solution]
    return {"factors": rows[:-1], "bias": rows[-1]}


def describe_world(world: World, composer: Composer, count: int = 20000) -> dict:
    """What the model was shown: subjects with synonyms, styles, colours and the other words of the captions."""
    def words_of(text: str) -> list[str]:
        return re.findall(r"[a-z0-9-]+", text.lower())

    rng = np.random.default_rng(1)
    captions = [composer.captions.write(rng, composer.draw_spec(rng)) for _ in range(count)]
    subjects, colours = world.names(composer.mix["core"] >= 1), [*NAMES, "grey"]
    known = {w for names in subjects.values() for n in names for w in words_of(n)} | set(colours) | set(world.styles)
    other = {w for c in captions for w in words_of(c)} - known
    return {"subjects": subjects, "styles": sorted(world.styles), "colors": colours, "words": sorted(other)}


def attribution() -> str:
    """Whose work the weights come from; what only measures the judge is left out."""
    packages = [p for p in json.loads((config.HERE / "data_sources.json").read_text())["packages"]
                if "not in the training" not in p["used_for"]]
    return " ".join(f"{p['attribution']}; {p['licence']} licence; {p['used_for']}." for p in packages)


def main() -> None:
    ap = config.parser(__doc__)
    ap.add_argument("--weights", type=Path, help="checkpoint or weights.safetensors; default: the newest of <work>")
    ap.add_argument("--output", type=Path, required=True)
    ap.add_argument("--full-precision", action="store_true", help="do not quantise the linears")
    args = ap.parse_args()
    job = config.start(args)
    cfg, size, length = job.cfg, job.cfg["picture"], job.cfg["tokenizer"]["length"]
    tok_file = job.work / "tokenizer.model"
    vocab = len(Tokenizer(tok_file, length))
    weights = args.weights or newest(job.work)
    model = load_average(cfg, vocab, weights)
    if not args.full_precision:
        quantise_weights(model)
    vae = load_frozen(cfg, job.work / "vae" / "vae.pt", "cpu")
    world = World.open(job.world_path())
    composer = Composer(world, Sprites.open(job.work), size, cfg["data"])

    tmp = args.output.with_name(args.output.name + ".tmp")
    shutil.rmtree(tmp, ignore_errors=True)
    write_part(tmp / "vae", DIFFUSERS_FILE, rounded(shipped(vae.state_dict())), plain(vae.config))
    transformer = without_gains(model.transformer.state_dict())
    write_part(tmp / "transformer", DIFFUSERS_FILE, rounded(transformer, TERNARY_PARTS), plain(model.transformer.config))
    text = rounded(without_gains(model.text_encoder.state_dict()), TERNARY_PARTS)
    # The final norm is not used (conditioning is taken before it); the class wants it to be there.
    text["norm.weight"] = torch.ones(cfg["text_encoder"]["hidden_size"])
    document = text_encoder_config(cfg, vocab).to_dict() | {"rope_theta": cfg["text_encoder"]["rope_theta"]}
    write_part(tmp / "text_encoder", TRANSFORMERS_FILE, text, document)
    (tmp / "tokenizer").mkdir()
    shutil.copy(tok_file, tmp / "tokenizer" / "tokenizer.model")
    drawn = defaults(cfg, read_progress(weights)["stage"])
    meta = {
        "name": cfg["name"], "license": "Apache-2.0", "attribution": attribution(),
        "out_layers": cfg["text_encoder"]["out_layers"],
        "tokenizer": {"bos": BOS, "eos": EOS, "pad": PAD, "max_sequence_length": length},
        "scheduler": {"shift": drawn["shift"], "dynamic_mu": "none"},
        "defaults": {"width": size, "height": size, "steps": drawn["steps"], "guidance": drawn["guidance"]},
        "limits": {"min_size": size, "max_size": size},
        "world": describe_world(world, composer),
        "preview": fit_preview(vae, composer),
    }
    (tmp / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")
    if args.output.exists():
        old = args.output.with_name(args.output.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        args.output.rename(old)
    tmp.rename(args.output)
    print(f"exported to {args.output}")


if __name__ == "__main__":
    main()

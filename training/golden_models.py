"""The reference models behind the golden vectors: a tiny random one, and the one inside a pack.

Both are the ecosystem's own classes (transformers' Qwen3Model, diffusers' Flux2Transformer2DModel and
AutoencoderKLFlux2) in float32, so that what the engine is compared with is not our own reading of them.
"""
from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from diffusers import AutoencoderKLFlux2, Flux2Transformer2DModel
from safetensors.torch import save_file
from transformers import Qwen3Config, Qwen3Model

from penjing_pack import read_pack

GROUP = 128
WORDS = ("a red green blue small tall apple bonsai tree on the white background with stone moon over water in style of "
         "ink flat").split()


@dataclass
class ReferenceModel:
    """One model in float32, with the pack's configuration document."""
    config: dict
    tokenizer: sentencepiece.SentencePieceProcessor
    text_encoder: Qwen3Model
    transformer: Flux2Transformer2DModel
    vae: AutoencoderKLFlux2


def build_text_encoder(config: dict) -> Qwen3Model:
    theta = config["rope_theta"]
    # Layers after the last one that is listened to are not in a pack.
    return Qwen3Model(Qwen3Config(
        vocab_size=config["vocab_size"], hidden_size=config["hidden_size"],
        intermediate_size=config["intermediate_size"], num_hidden_layers=max(config["out_layers"]),
        num_attention_heads=config["num_attention_heads"], num_key_value_heads=config["num_key_value_heads"],
        head_dim=config["head_dim"], rms_norm_eps=config["rms_norm_eps"], pad_token_id=None,
        rope_parameters={"rope_type": "default", "rope_theta": theta}, attn_implementation="eager")).float().eval()


def build_transformer(config: dict) -> Flux2Transformer2DModel:
    keys = ("in_channels", "num_layers", "num_single_layers", "attention_head_dim", "num_attention_heads",
            "joint_attention_dim", "timestep_guidance_channels", "mlp_ratio", "rope_theta", "eps")
    return Flux2Transformer2DModel(**{key: config[key] for key in keys}, patch_size=1, guidance_embeds=False,
                                   axes_dims_rope=tuple(config["axes_dims_rope"])).float().eval()


def build_vae(config: dict) -> AutoencoderKLFlux2:
    widths = tuple(config["decoder_block_out_channels"])
    return AutoencoderKLFlux2(
        block_out_channels=widths, decoder_block_out_channels=widths,
        down_block_types=("DownEncoderBlock2D",) * len(widths), up_block_types=("UpDecoderBlock2D",) * len(widths),
        layers_per_block=config["layers_per_block"], latent_channels=config["latent_channels"],
        norm_num_groups=config["norm_num_groups"], patch_size=tuple(config["patch_size"]),
        batch_norm_eps=config["batch_norm_eps"], use_post_quant_conv=config["use_post_quant_conv"],
        mid_block_add_attention=config["mid_block_add_attention"]).float().eval()


# --- out of a pack --------------------------------------------------------------------------------------------------

def load_weights(module: torch.nn.Module, weights: dict[str, np.ndarray], prefix: str, unused: tuple[str, ...]) -> None:
    """Loads what a pack stores under `prefix`; only parameters that begin with one of `unused` may be missing."""
    state = {}
    for name, value in weights.items():
        if not name.startswith(prefix):
            continue
        value = np.ascontiguousarray(value.transpose(0, 3, 1, 2) if value.ndim == 4 else value, np.float32)
        state[name.removeprefix(prefix)] = torch.from_numpy(value.copy())
    missing, unexpected = module.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.startswith(unused)]
    if missing or unexpected:
        raise ValueError(f"{prefix}: missing {missing}, unexpected {unexpected}")


def model_of_pack(path: Path) -> ReferenceModel:
    metadata, weights = read_pack(path)
    config = json.loads(metadata["penjing.config"])
    model = ReferenceModel(config, sentencepiece.SentencePieceProcessor(model_proto=weights["tokenizer.model"].tobytes()),
                           build_text_encoder(config["text_encoder"]), build_transformer(config["transformer"]),
                           build_vae(config["vae"]))
    load_weights(model.text_encoder, weights, "text_encoder.", ("norm.",))
    load_weights(model.transformer, weights, "transformer.", ())
    load_weights(model.vae, weights, "vae.", ("encoder.", "quant_conv.", "bn.num_batches_tracked"))
    return model


# --- the tiny model -------------------------------------------------------------------------------------------------

TINY_CONFIG = {
    "text_encoder": {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
                     "head_dim": 32, "intermediate_size": 128, "vocab_size": 48, "rms_norm_eps": 1e-6,
                     "rope_theta": 10000.0, "out_layers": [1, 2]},
    "tokenizer": {"type": "sentencepiece", "bos": 2, "eos": 3, "pad": 0, "max_sequence_length": 12},
    "transformer": {"in_channels": 32, "num_layers": 2, "num_single_layers": 2, "attention_head_dim": 32,
                    "num_attention_heads": 4, "joint_attention_dim": 256, "timestep_guidance_channels": 64,
                    "mlp_ratio": 1.0, "axes_dims_rope": [4, 12, 8, 8], "rope_theta": 2000, "eps": 1e-6},
    "vae": {"latent_channels": 8, "decoder_block_out_channels": [8, 8, 16, 16], "layers_per_block": 1,
            "norm_num_groups": 4, "patch_size": [2, 2], "batch_norm_eps": 1e-4, "use_post_quant_conv": True,
            "mid_block_add_attention": True},
    "scheduler": {"shift": 2.0, "dynamic_mu": "none"},
    "defaults": {"width": 64, "height": 48, "steps": 4, "guidance": 3.0},
    "limits": {"min_size": 32, "max_size": 256},
}


def ternary(shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    """Random ternary weights with a scale of their own for every (row, 128 inputs), exact in float16."""
    rows, inputs = shape
    codes = torch.randint(-1, 2, (rows, inputs // GROUP, GROUP), generator=generator).float()
    spread = 0.5 + torch.rand(rows, inputs // GROUP, 1, generator=generator)
    scales = (spread * math.sqrt(1.5 / inputs)).half().float()
    return (codes * scales).reshape(rows, inputs)


def randomise(module: torch.nn.Module, low_bit: tuple[str, ...], generator: torch.Generator) -> None:
    """Weights that make every part of the graph matter: norms off 1, biases off 0, matrices that keep variance."""
    def normal(shape):
        return torch.randn(shape, generator=generator)

    with torch.no_grad():
        for name, value in module.named_parameters():
            if value.ndim == 1:
                offset = 1.0 if name.endswith("weight") else 0.0
                value.copy_(offset + 0.2 * normal(value.shape))
            elif value.ndim == 2 and any(part in name for part in low_bit):
                value.copy_(ternary(value.shape, generator))
            else:
                fan_in = math.prod(value.shape[1:])
                value.copy_((normal(value.shape) / math.sqrt(fan_in)).bfloat16().float())
        for name, value in module.named_buffers():
            if name == "bn.running_mean":
                value.copy_(0.3 * normal(value.shape))
            elif name == "bn.running_var":
                value.copy_(0.5 + torch.rand(value.shape, generator=generator))


def train_tokenizer(folder: Path, vocab_size: int) -> sentencepiece.SentencePieceProcessor:
    folder.mkdir(parents=True)
    corpus = folder.parent / "corpus.txt"
    corpus.write_text("\n".join(" ".join(WORDS[i:] + WORDS[:i]) for i in range(len(WORDS))) + "\n")
    # Without a normalisation table the model stays below 2 kB.
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "tokenizer"), vocab_size=vocab_size, model_type="unigram",
        normalization_rule_name="identity", pad_id=0, unk_id=1, bos_id=2, eos_id=3, hard_vocab_limit=True,
        minloglevel=2)
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))


def fit_preview(vae: AutoencoderKLFlux2, config: dict, generator: torch.Generator) -> dict:
    """Least squares from latents to the colours they decode to, averaged over each latent's pixels."""
    grid = 6 * config["patch_size"][0]
    channels = config["latent_channels"]
    patched = torch.randn(8, channels * 4, grid // 2, grid // 2, generator=generator)
    with torch.no_grad():
        latents = unpatchify(denormalise(vae, patched))
        pictures = vae.decode(latents).sample * 0.5 + 0.5
    colours = torch.nn.functional.avg_pool2d(pictures, pictures.shape[-1] // grid)
    inputs = latents.permute(0, 2, 3, 1).reshape(-1, channels)
    inputs = torch.cat([inputs, torch.ones(len(inputs), 1)], dim=1)
    solution = torch.linalg.lstsq(inputs, colours.permute(0, 2, 3, 1).reshape(-1, 3)).solution
    return {"factors": solution[:-1].tolist(), "bias": solution[-1].tolist()}


def denormalise(vae: AutoencoderKLFlux2, patched: torch.Tensor) -> torch.Tensor:
    deviation = torch.sqrt(vae.bn.running_var + vae.config.batch_norm_eps)
    return patched * deviation.view(1, -1, 1, 1) + vae.bn.running_mean.view(1, -1, 1, 1)


def unpatchify(patched: torch.Tensor) -> torch.Tensor:
    """[1, 4C, h, w] -> [1, C, 2h, 2w], channel c*4 + 2*row + column."""
    batch, channels, height, width = patched.shape
    split = patched.reshape(batch, channels // 4, 2, 2, height, width)
    return split.permute(0, 1, 4, 2, 5, 3).reshape(batch, channels // 4, 2 * height, 2 * width)


def tiny_model(folder: Path, seed: int) -> ReferenceModel:
    """A random model of the whole architecture, written to `folder` in the layout that export_pack.py reads."""
    generator = torch.Generator().manual_seed(seed)
    config = json.loads(json.dumps(TINY_CONFIG))
    tokenizer = train_tokenizer(folder / "tokenizer", config["text_encoder"]["vocab_size"])
    model = ReferenceModel(config, tokenizer, build_text_encoder(config["text_encoder"]),
                           build_transformer(config["transformer"]), build_vae(config["vae"]))
    randomise(model.text_encoder, ("self_attn.", "mlp."), generator)
    randomise(model.transformer, ("transformer_blocks.",), generator)
    randomise(model.vae, (), generator)
    config["preview"] = fit_preview(model.vae, config["vae"], generator)

    def save(name: str, module: torch.nn.Module, document: dict) -> None:
        (folder / name).mkdir()
        state = {key: value.contiguous() for key, value in module.state_dict().items()}
        save_file(state, folder / name / "model.safetensors")
        (folder / name / "config.json").write_text(json.dumps(document, indent=1))

    save("text_encoder", model.text_encoder, config["text_encoder"])
    save("transformer", model.transformer, config["transformer"])
    save("vae", model.vae, config["vae"])
    meta = {"name": "Tiny", "license": "CC0-1.0", "attribution": "Random numbers; draws nothing.",
            "out_layers": config["text_encoder"]["out_layers"]}
    meta |= {key: config[key] for key in ("tokenizer", "scheduler", "defaults", "limits", "preview")}
    (folder / "meta.json").write_text(json.dumps(meta, indent=1))
    return model

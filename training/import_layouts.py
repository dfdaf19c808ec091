"""Writers of the layouts that `penjing import` reads, each by means of its own ecosystem.

Diffusers folders by save_pretrained, MLX packs by mlx (quantize, dequantize, save_safetensors), GGUF by the gguf
package, BFL's names as diffusers' own converter understands them: every writer checks itself by reading back with that library.
"""
from __future__ import annotations

import copy
import enum
import json
from collections.abc import Callable
from pathlib import Path

import gguf
import mlx.core as mx
import numpy as np
import torch
from diffusers import AutoencoderKLFlux2, Flux2Transformer2DModel
from diffusers.loaders.single_file_utils import (convert_flux2_transformer_checkpoint_to_diffusers,
                                                 convert_ldm_vae_checkpoint)
from safetensors.torch import save_file
from transformers import Qwen3ForCausalLM

from import_models import GROUP, KleinModel, packed_linears, save_tokenizer

TEXT_GROUP = 64
State = dict[str, torch.Tensor]


# --- groups -----------------------------------------------------------------------------------------------------------

def to_groups(weight: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Weights whose groups of 128 hold {-s, 0, s} -> (signs int8 [n, k], s float32 [n, k / 128])."""
    values = weight.numpy()
    groups = values.reshape(len(values), -1, GROUP)
    scales = np.abs(groups).max(axis=2)
    assert ((groups == 0) | (np.abs(groups) == scales[..., None])).all()
    return np.sign(values).astype(np.int8), scales


def little_bits(codes: np.ndarray, bits: int) -> np.ndarray:
    """Codes [n, k] -> bytes [n, k·bits / 8], the first code in the lowest bits."""
    per_byte = 8 // bits
    split = codes.astype(np.uint8).reshape(len(codes), -1, per_byte)
    return (split << (bits * np.arange(per_byte, dtype=np.uint8))).sum(axis=2, dtype=np.uint8)


# --- diffusers folders ------------------------------------------------------------------------------------------------

def write_common(model: KleinModel, transformer: Flux2Transformer2DModel, vae: AutoencoderKLFlux2,
                 folder: Path) -> None:
    """What packs of every kind have: index, scheduler, tokenizer, autoencoder."""
    pipeline = model.pipeline(transformer, vae=vae)
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text(pipeline.to_json_string())
    pipeline.scheduler.save_pretrained(folder / "scheduler")
    save_tokenizer(model.tokenizer, folder / "tokenizer")
    copy_of(vae).save_pretrained(folder / "vae")


def copy_of(module: torch.nn.Module) -> torch.nn.Module:
    """A bfloat16 copy, as the official files are."""
    return copy.deepcopy(module).bfloat16()


def write_diffusers(model: KleinModel, kind: str, folder: Path, shards: str | None = None) -> None:
    """The unpacked layout. `shards` is the size above which files are split."""
    transformer = model.transformers[kind]
    write_common(model, transformer, model.vae, folder)
    options = {"max_shard_size": shards} if shards else {}
    copy_of(model.text_encoder).save_pretrained(folder / "text_encoder", **options)
    copy_of(transformer).save_pretrained(folder / "transformer", **options)
    add_leftover_keys(folder / "transformer/config.json")
    if kind != "plain":
        (folder / "manifest.json").write_text(json.dumps({"model_version": f"{kind} g128 (bf16 master)"}))


def add_leftover_keys(path: Path) -> None:
    """Training keys that the official configuration has kept."""
    config = json.loads(path.read_text())
    config |= {"enable_time_sign_embed": False, "musubi_block_swap_device": "cpu", "musubi_blocks_to_swap": 0}
    path.write_text(json.dumps(config, indent=2))


# --- MLX packs --------------------------------------------------------------------------------------------------------

def to_mlx(values: torch.Tensor | np.ndarray) -> mx.array:
    array = values.numpy() if isinstance(values, torch.Tensor) else values
    return mx.array(np.ascontiguousarray(array))


def mlx_words(packed: np.ndarray) -> mx.array:
    return to_mlx(np.ascontiguousarray(packed).view("<u4"))


def mlx_packed_linear(weight: torch.Tensor, kind: str) -> dict[str, mx.array]:
    signs, scales = to_groups(weight)
    bits = 2 if kind == "ternary" else 1
    words = mlx_words(little_bits(signs + 1 if bits == 2 else signs > 0, bits))
    step = to_mlx(scales if bits == 2 else 2 * scales).astype(mx.bfloat16)
    offset = to_mlx(-scales).astype(mx.bfloat16)
    back = mx.dequantize(words, step.astype(mx.float32), offset.astype(mx.float32), group_size=GROUP, bits=bits)
    assert mx.array_equal(back, to_mlx(weight)), "MLX reads other weights"
    return {"weight": words, "scales": step, "biases": offset}


def mlx_text_encoder(encoder: Qwen3ForCausalLM) -> tuple[dict[str, mx.array], State]:
    """MLX's own 4-bit quantisation of every matrix, and the float32 weights that it stands for."""
    tensors, meaning = {}, {}
    for name, value in encoder.state_dict().items():
        if name == "lm_head.weight":
            continue
        array = to_mlx(value).astype(mx.bfloat16)
        if value.ndim == 1:
            tensors[name], meaning[name] = array, value
            continue
        words, scales, offsets = mx.quantize(array, group_size=TEXT_GROUP, bits=4)
        base = name.removesuffix(".weight")
        tensors |= {name: words, base + ".scales": scales, base + ".biases": offsets}
        wide = mx.dequantize(words, scales.astype(mx.float32), offsets.astype(mx.float32), TEXT_GROUP, 4)
        meaning[name] = torch.from_numpy(np.array(wide))
    return tensors, meaning


def write_mlx(model: KleinModel, kind: str, folder: Path) -> None:
    transformer = model.transformers[kind]
    write_common(model, transformer, model.vae, folder)
    packed = set(packed_linears(transformer))
    tensors = {}
    for name, value in transformer.state_dict().items():
        module = name.removesuffix(".weight")
        if module in packed:
            tensors |= {f"{module}.{part}": array for part, array in mlx_packed_linear(value, kind).items()}
        else:
            tensors[name] = to_mlx(value).astype(mx.bfloat16)
    target = folder / "transformer-packed-mflux"
    target.mkdir()
    mx.save_safetensors(str(target / "diffusion_pytorch_model.safetensors"), tensors, metadata={"format": "mlx"})
    copy_of(transformer).save_config(target)
    add_leftover_keys(target / "config.json")
    (target / "quantization_config.json").write_text(json.dumps(
        {"bits": 2 if kind == "ternary" else 1, "group_size": GROUP, "quantized_count": len(packed)}, indent=2))

    target = folder / "text_encoder-mlx-4bit"
    save_tokenizer(model.tokenizer, target)
    tensors, _ = mlx_text_encoder(model.text_encoder)
    mx.save_safetensors(str(target / "model.safetensors"), tensors, metadata={"format": "mlx"})
    (target / "model.safetensors.index.json").write_text(json.dumps(
        {"metadata": {"total_size": sum(array.nbytes for array in tensors.values())},
         "weight_map": dict.fromkeys(tensors, "model.safetensors")}))
    config = json.loads(model.text_encoder.config.to_json_string(use_diff=False))
    config["quantization"] = {"group_size": TEXT_GROUP, "bits": 4}
    (target / "config.json").write_text(json.dumps(config, indent=2))
    (folder / "manifest.json").write_text(json.dumps({"files": [
        {"remote_path": str(path.relative_to(folder)), "size": path.stat().st_size}
        for path in sorted(folder.rglob("*.safetensors"))]}, indent=2))


# --- BFL's names ------------------------------------------------------------------------------------------------------

BFL_SINGLE = {"x_embedder": "img_in", "context_embedder": "txt_in", "proj_out": "final_layer.linear",
              "time_guidance_embed.timestep_embedder.linear_1": "time_in.in_layer",
              "time_guidance_embed.timestep_embedder.linear_2": "time_in.out_layer",
              "double_stream_modulation_img.linear": "double_stream_modulation_img.lin",
              "double_stream_modulation_txt.linear": "double_stream_modulation_txt.lin",
              "single_stream_modulation.linear": "single_stream_modulation.lin"}
BFL_DOUBLE_BLOCK = {"attn.to_out.0.weight": "img_attn.proj.weight", "attn.to_add_out.weight": "txt_attn.proj.weight",
                    "attn.norm_q.weight": "img_attn.norm.query_norm.scale",
                    "attn.norm_k.weight": "img_attn.norm.key_norm.scale",
                    "attn.norm_added_q.weight": "txt_attn.norm.query_norm.scale",
                    "attn.norm_added_k.weight": "txt_attn.norm.key_norm.scale",
                    "ff.linear_in.weight": "img_mlp.0.weight", "ff.linear_out.weight": "img_mlp.2.weight",
                    "ff_context.linear_in.weight": "txt_mlp.0.weight",
                    "ff_context.linear_out.weight": "txt_mlp.2.weight"}
BFL_SINGLE_BLOCK = {"attn.to_qkv_mlp_proj.weight": "linear1.weight", "attn.to_out.weight": "linear2.weight",
                    "attn.norm_q.weight": "norm.query_norm.scale", "attn.norm_k.weight": "norm.key_norm.scale"}


def bfl_transformer(transformer: Flux2Transformer2DModel) -> State:
    state = transformer.state_dict()
    bfl = {}
    for name, other in BFL_SINGLE.items():
        bfl[other + ".weight"] = state[name + ".weight"]
    scale, shift = state["norm_out.linear.weight"].chunk(2)
    bfl["final_layer.adaLN_modulation.1.weight"] = torch.cat([shift, scale])
    for n in range(len(transformer.transformer_blocks)):
        block, other = f"transformer_blocks.{n}.", f"double_blocks.{n}."
        for stream, names in (("img", ("to_q", "to_k", "to_v")), ("txt", ("add_q_proj", "add_k_proj", "add_v_proj"))):
            bfl[f"{other}{stream}_attn.qkv.weight"] = torch.cat([state[f"{block}attn.{q}.weight"] for q in names])
        bfl |= {other + theirs: state[block + ours] for ours, theirs in BFL_DOUBLE_BLOCK.items()}
    for n in range(len(transformer.single_transformer_blocks)):
        block, other = f"single_transformer_blocks.{n}.", f"single_blocks.{n}."
        bfl |= {other + theirs: state[block + ours] for ours, theirs in BFL_SINGLE_BLOCK.items()}
    expect_same(convert_flux2_transformer_checkpoint_to_diffusers(dict(bfl)), state)
    return bfl


def bfl_vae(vae: AutoencoderKLFlux2) -> State:
    levels = len(vae.config.block_out_channels)
    bfl = {}
    for name, value in vae.state_dict().items():
        parts = name.split(".")
        if parts[0] == "bn":
            bfl[name] = value
            continue
        if parts[0] in ("quant_conv", "post_quant_conv"):
            parts.insert(0, "encoder" if parts[0] == "quant_conv" else "decoder")
        elif parts[1] == "mid_block":
            parts[1:4] = ["mid", f"block_{int(parts[3]) + 1}"] if parts[2] == "resnets" else ["mid", "attn_1"]
        elif parts[1] in ("down_blocks", "up_blocks"):
            down = parts[1] == "down_blocks"
            level = parts[2] if down else str(levels - 1 - int(parts[2]))
            inner = ["block", parts[4]] if parts[3] == "resnets" else ["downsample" if down else "upsample"]
            parts[1:5] = ["down" if down else "up", level, *inner]
        other = ".".join(parts)
        for ours, theirs in (("conv_norm_out", "norm_out"), ("conv_shortcut", "nin_shortcut"),
                             ("attn_1.group_norm", "attn_1.norm"), ("to_out.0", "proj_out"), ("to_q", "q"), ("to_k", "k"), ("to_v", "v")):
            other = other.replace(ours, theirs)
        is_matrix = "attn_1" in other and value.ndim == 2
        bfl[other] = value[:, :, None, None] if is_matrix else value
    # diffusers' converter knows neither the statistics nor where BFL keeps the convolutions around the latents.
    plain = {name.replace("decoder.post_", "post_").replace("encoder.quant", "quant"): v for name, v in bfl.items()}
    back = convert_ldm_vae_checkpoint(plain, vae.config)
    expect_same(back, {name: value for name, value in vae.state_dict().items() if not name.startswith("bn.")})
    return bfl


def expect_same(actual: State, expected: State) -> None:
    assert actual.keys() == expected.keys(), sorted(actual.keys() ^ expected.keys())
    for name, value in expected.items():
        assert torch.equal(actual[name], value), name


def write_small_decoder(model: KleinModel, folder: Path) -> None:
    """BFL's separate download: full encoder, small decoder, float32."""
    folder.mkdir(parents=True)
    state = {name: value.contiguous() for name, value in bfl_vae(model.small_vae).items()}
    save_file(state, folder / "full_encoder_small_decoder.safetensors")
    model.small_vae.save_config(folder)


# --- GGUF -------------------------------------------------------------------------------------------------------------

class Type(enum.IntEnum):
    """Type numbers that the gguf package does not know. Two layouts have shared number 42."""
    Q2_0 = 42
    PQ2_0 = 142
    PTQ1_0 = 143


Encoder = Callable[[np.ndarray, np.ndarray], np.ndarray]


def half_bytes(scales: np.ndarray) -> np.ndarray:
    half = scales.astype("<f2")
    assert (half.astype(np.float32) == scales).all()
    return half[..., None].view(np.uint8)


def q1_0_blocks(signs: np.ndarray, scales: np.ndarray) -> np.ndarray:
    bits = little_bits(signs > 0, 1).reshape(len(signs), -1, GROUP // 8)
    return np.concatenate([half_bytes(scales), bits], axis=2)


def q2_0_blocks(signs: np.ndarray, scales: np.ndarray, group: int) -> np.ndarray:
    codes = little_bits(signs + 1, 2).reshape(len(signs), -1, group // 4)
    return np.concatenate([half_bytes(np.repeat(scales, GROUP // group, axis=1)), codes], axis=2)


def ptq1_0_blocks(signs: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Base 3, the first digit most significant: elements 16n + m, then 80 + 8n + m, then 120 + 2n + h."""
    digits = (signs + 1).astype(np.int64).reshape(len(signs), -1, GROUP)
    parts = [digits[..., :80].reshape(*digits.shape[:2], 5, 16), digits[..., 80:120].reshape(*digits.shape[:2], 5, 8),
             digits[..., 120:].reshape(*digits.shape[:2], 4, 2)]
    parts[2] = np.concatenate([parts[2], np.zeros_like(parts[2][:, :, :1])], axis=2)
    places = np.array([81, 27, 9, 3, 1])[:, None]
    packed = [-((part * places).sum(axis=2) * -256 // 243) for part in parts]
    return np.concatenate([np.concatenate(packed, axis=2).astype(np.uint8), half_bytes(scales)], axis=2)


def ptq1_0_signs(blocks: np.ndarray) -> np.ndarray:
    """The format's own formula for reading, to check the writer with."""
    powers = np.array([1, 3, 9, 27, 81])[:, None]

    def digits(part: np.ndarray) -> np.ndarray:
        values = 3 * ((part[:, :, None].astype(np.int64) * powers) % 256) // 256 - 1
        return values.reshape(*part.shape[:2], -1)

    parts = [digits(blocks[..., :16]), digits(blocks[..., 16:24]), digits(blocks[..., 24:26])[..., :8]]
    return np.concatenate(parts, axis=2).reshape(len(blocks), -1)


def write_gguf(transformer: Flux2Transformer2DModel, path: Path, number: int, encode: Encoder,
               q8: tuple[str, ...] = (), prefix: str = "", keys: dict[str, str] | None = None) -> None:
    """The blocks' linears as type `number`, matrices that contain one of `q8` as Q8_0, norms F32, the rest BF16."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(str(path), "flux")
    for key, value in (keys or {}).items():
        writer.add_string(key, value)
    for name, value in bfl_transformer(transformer).items():
        if value.ndim == 1:
            writer.add_tensor(prefix + name, value.numpy())
        elif name.startswith(("double_blocks.", "single_blocks.")):
            blocks = encode(*to_groups(value))
            # The package turns bytes into weights by its own table, which has Q1_0 and gets the other types here.
            size = (value.shape[1] // blocks.shape[1], blocks.shape[2])
            if number in (Type.Q2_0, Type.PQ2_0, Type.PTQ1_0):
                gguf.constants.GGML_QUANT_SIZES[number] = size
            assert gguf.constants.GGML_QUANT_SIZES[number] == size
            rows = np.ascontiguousarray(blocks.reshape(len(blocks), -1))
            writer.add_tensor(prefix + name, rows, raw_dtype=number)
        elif any(part in name for part in q8):
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(prefix + name, gguf.quants.quantize(value.numpy(), kind), raw_dtype=kind)
        else:
            kind = gguf.GGMLQuantizationType.BF16
            writer.add_tensor(prefix + name, gguf.quants.quantize(value.numpy(), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_all_gguf(model: KleinModel, folder: Path) -> None:
    ternary, binary = model.transformers["ternary"], model.transformers["binary"]
    signs, scales = to_groups(ternary.transformer_blocks[0].ff.linear_out.weight)
    assert np.array_equal(ptq1_0_signs(ptq1_0_blocks(signs, scales)), signs)

    q2_0 = {64: lambda signs, scales: q2_0_blocks(signs, scales, 64),
            128: lambda signs, scales: q2_0_blocks(signs, scales, 128)}
    write_gguf(ternary, folder / "ternary-q2_0.gguf", Type.Q2_0, q2_0[64], prefix="model.diffusion_model.")
    write_gguf(ternary, folder / "ternary-q2_0-old.gguf", Type.Q2_0, q2_0[128])
    write_gguf(ternary, folder / "ternary-pq2_0.gguf", Type.PQ2_0, q2_0[128])
    write_gguf(ternary, folder / "ternary-ptq1_0.gguf", Type.PTQ1_0, ptq1_0_blocks)
    write_gguf(ternary, folder / "ternary-hadamard.gguf", Type.PQ2_0, q2_0[128],
               keys={"prism.hadamard.version": "1", "prism.hadamard.block": "128"})
    write_gguf(binary, folder / "binary-q1_0.gguf", gguf.GGMLQuantizationType.Q1_0, q1_0_blocks)
    write_gguf(binary, folder / "binary-mod_q8_0-q1_0.gguf", gguf.GGMLQuantizationType.Q1_0, q1_0_blocks,
               q8=("double_stream_modulation",))

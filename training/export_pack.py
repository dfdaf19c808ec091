"""Turns a trained model in diffusers form into a pack.

    python training/export_pack.py --input EXPORT_DIR --output MODEL.penjing

EXPORT_DIR holds
    text_encoder/{config.json, *.safetensors}   transformers' Qwen3Model
    transformer/{config.json, *.safetensors}    diffusers' Flux2Transformer2DModel
    vae/{config.json, *.safetensors}            diffusers' AutoencoderKLFlux2
    tokenizer/*.model                           SentencePiece (or tokenizer.model beside meta.json)
    meta.json       name, license, attribution and the parts of the pack's configuration that no config.json knows:
                    out_layers, tokenizer, scheduler, defaults, limits, and optionally world and preview
    preview.json    optional: factors and bias of the preview

Block linears must be exactly ternary per (row, 128 inputs) for the default format t3. Needs numpy only.
"""
from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from penjing_pack import (PackError, Tensor, encode_matrix, from_bf16, read_safetensors, to_bf16,  # noqa: E402
                          write_pack)

LOW_BIT = ("t3", "b1", "q4", "q8", "bf16")


@dataclass
class Options:
    low_bit: str = "t3"  # block linears of the transformer
    text_low_bit: str = "t3"  # linears of the text encoder
    embedding: str = "bf16"
    dense: str = "bf16"


@dataclass
class Report:
    """What rounding did, per storage format."""
    tensors: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    worst: dict[str, tuple[float, str]] = field(default_factory=dict)

    def add(self, fmt: str, tensor: Tensor, error: float) -> None:
        self.tensors[fmt] = self.tensors.get(fmt, 0) + 1
        self.bytes[fmt] = self.bytes.get(fmt, 0) + tensor.data.nbytes
        if error > self.worst.get(fmt, (0.0, ""))[0]:
            self.worst[fmt] = (error, tensor.name)

    def lines(self) -> list[str]:
        result = []
        for fmt, count in sorted(self.tensors.items()):
            error, name = self.worst.get(fmt, (0.0, ""))
            rounding = f"largest rounding error {error:.3g} in {name}" if error else "exact"
            result.append(f"{fmt:5} {count:4} tensors {self.bytes[fmt] / 1e6:9.3f} MB  {rounding}")
        return result


def natural(name: str) -> list:
    """Sort key: layers.2 before layers.10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def transformer_order(name: str) -> tuple:
    """Embedders and modulation, double blocks, single blocks, output: the order in which a step reads them."""
    stages = (("transformer_blocks.", 1), ("single_transformer_blocks.", 2), ("norm_out.", 3), ("proj_out.", 3))
    return next((stage for prefix, stage in stages if name.startswith(prefix)), 0), natural(name)


def load_part(folder: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """config.json and all tensors of one sub-model."""
    config = json.loads((folder / "config.json").read_text())
    tensors: dict[str, np.ndarray] = {}
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise PackError(f"{folder} has no .safetensors file")
    for file in files:
        tensors.update(read_safetensors(file))
    return config, tensors


class Exporter:
    """Collects the tensors of a pack in file order."""

    def __init__(self, options: Options):
        self.options = options
        self.tensors: list[Tensor] = []
        self.report = Report()

    def _add(self, tensor: Tensor, fmt: str, error: float) -> None:
        self.tensors.append(tensor)
        self.report.add(fmt, tensor, error)

    def vector(self, name: str, value: np.ndarray) -> None:
        single = value.astype(np.float32)
        self._add(Tensor(name, "F32", single), "f32", float(np.abs(single - value).max(initial=0.0)))

    def dense(self, name: str, value: np.ndarray, fmt: str, logical: tuple[int, ...] | None = None) -> None:
        single = value.astype(np.float32)
        if not np.isfinite(single).all():
            raise PackError(f"{name} holds NaN or infinity")
        entry = fmt if logical else None
        if fmt == "f32":
            self._add(Tensor(name, "F32", single, entry, logical), fmt, 0.0)
            return
        stored = to_bf16(single).reshape(single.shape)
        error = float(np.abs(from_bf16(stored) - single).max(initial=0.0))
        self._add(Tensor(name, "BF16", stored, entry, logical), fmt, error)

    def matrix(self, name: str, value: np.ndarray, fmt: str) -> None:
        if fmt in ("bf16", "f32"):
            self.dense(name, value, fmt)
            return
        if not np.isfinite(value).all():
            raise PackError(f"{name} holds NaN or infinity")
        try:
            tiles, error = encode_matrix(value.astype(np.float32), fmt)
        except PackError as problem:
            raise PackError(f"{name} cannot be stored as {fmt}: {problem}") from None
        self._add(Tensor(name, "U8", tiles, fmt, value.shape), fmt, error)

    def conv(self, name: str, value: np.ndarray) -> None:
        # torch keeps [outputs, inputs, kh, kw]; packs keep the inputs innermost.
        ohwi = np.ascontiguousarray(value.transpose(0, 2, 3, 1))
        self.dense(name, ohwi, self.options.dense, ohwi.shape)

    def tokenizer(self, model: bytes) -> None:
        self._add(Tensor("tokenizer.model", "U8", np.frombuffer(model, np.uint8)), "bytes", 0.0)

    def text_encoder(self, tensors: dict[str, np.ndarray], layers: int) -> None:
        tensors = {name.removeprefix("model."): value for name, value in tensors.items()}
        for name in sorted(tensors, key=lambda n: (not n.startswith("embed_tokens."), natural(n))):
            full, value = f"text_encoder.{name}", tensors[name]
            layer = re.match(r"layers\.(\d+)\.", name)
            if name == "embed_tokens.weight":
                self.matrix(full, value, self.options.embedding)
            elif layer and int(layer[1]) < layers:
                if value.ndim == 2:
                    self.matrix(full, value, self.options.text_low_bit)
                else:
                    self.vector(full, value)

    def transformer(self, tensors: dict[str, np.ndarray]) -> None:
        for name in sorted(tensors, key=transformer_order):
            full, value = f"transformer.{name}", tensors[name]
            if value.ndim == 1:
                self.vector(full, value)
            elif re.match(r"(single_)?transformer_blocks\.", name):
                self.matrix(full, value, self.options.low_bit)
            else:
                self.dense(full, value, self.options.dense)

    def vae(self, tensors: dict[str, np.ndarray]) -> None:
        wanted = re.compile(r"decoder\.|post_quant_conv\.|bn\.running_(mean|var)$")
        for name in sorted(filter(wanted.match, tensors), key=natural):
            full, value = f"vae.{name}", tensors[name]
            if value.ndim == 4:
                self.conv(full, value)
            elif value.ndim == 2:
                self.dense(full, value, self.options.dense)
            else:
                self.vector(full, value)


def rope_theta(config: dict) -> float:
    """transformers moved it from the top level into rope_parameters."""
    return float((config.get("rope_parameters") or config)["rope_theta"])


def build_config(text: dict, transformer: dict, vae: dict, meta: dict, preview: dict | None) -> dict:
    """The pack's configuration out of the sub-models' config.json and meta.json."""
    text_keys = ("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
                 "intermediate_size", "vocab_size", "rms_norm_eps")
    transformer_keys = ("in_channels", "num_layers", "num_single_layers", "attention_head_dim", "num_attention_heads",
                        "joint_attention_dim", "timestep_guidance_channels", "mlp_ratio", "axes_dims_rope",
                        "rope_theta", "eps")
    vae_keys = ("latent_channels", "layers_per_block", "norm_num_groups", "patch_size", "batch_norm_eps",
                "use_post_quant_conv", "mid_block_add_attention")
    if transformer.get("guidance_embeds"):
        raise PackError("guidance_embeds is not supported")
    tokenizer = {"type": "sentencepiece"}
    tokenizer.update({key: meta["tokenizer"][key] for key in ("bos", "eos", "pad", "max_sequence_length")})
    config = {
        "architecture": "penjing-flux2",
        "text_encoder": {key: text[key] for key in text_keys}
        | {"rope_theta": rope_theta(text), "out_layers": list(meta["out_layers"])},
        "tokenizer": tokenizer,
        "transformer": {key: transformer[key] for key in transformer_keys},
        "vae": {key: vae[key] for key in vae_keys}
        | {"decoder_block_out_channels": vae.get("decoder_block_out_channels") or vae["block_out_channels"]},
        "scheduler": {key: meta["scheduler"][key] for key in ("shift", "dynamic_mu")},
        "defaults": {key: meta["defaults"][key] for key in ("width", "height", "steps", "guidance")},
        "limits": {key: meta["limits"][key] for key in ("min_size", "max_size")},
    }
    if meta.get("world"):
        config["world"] = {key: meta["world"].get(key, {} if key == "subjects" else [])
                           for key in ("subjects", "styles", "colors", "words")}
    if preview or meta.get("preview"):
        chosen = preview or meta["preview"]
        config["preview"] = {key: chosen[key] for key in ("factors", "bias")}
    return config


def find_tokenizer(folder: Path) -> bytes:
    found = sorted(folder.glob("tokenizer/*.model")) + sorted(folder.glob("*.model"))
    if len(found) != 1:
        raise PackError(f"{folder} must hold exactly one SentencePiece .model, found {len(found)}")
    return found[0].read_bytes()


def export(source: Path, target: Path, options: Options) -> Report:
    meta = json.loads((source / "meta.json").read_text())
    preview_file = source / "preview.json"
    preview = json.loads(preview_file.read_text()) if preview_file.exists() else None
    text_config, text = load_part(source / "text_encoder")
    transformer_config, transformer = load_part(source / "transformer")
    vae_config, vae = load_part(source / "vae")
    config = build_config(text_config, transformer_config, vae_config, meta, preview)

    exporter = Exporter(options)
    exporter.tokenizer(find_tokenizer(source))
    exporter.text_encoder(text, max(meta["out_layers"]))
    exporter.transformer(transformer)
    exporter.vae(vae)
    write_pack(target, exporter.tensors, config, meta["name"], meta["license"], meta["attribution"])
    return exporter.report


def main() -> int:
    parser = argparse.ArgumentParser(description="Turns a trained model in diffusers form into a pack.")
    parser.add_argument("--input", type=Path, required=True, metavar="EXPORT_DIR")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.penjing")
    parser.add_argument("--low-bit", choices=LOW_BIT, default="t3", help="block linears of the transformer")
    parser.add_argument("--text-low-bit", choices=LOW_BIT, help="linears of the text encoder (default: as --low-bit)")
    parser.add_argument("--embedding", choices=("bf16", "q8"), default="bf16", help="token embedding table")
    parser.add_argument("--dense", choices=("bf16", "f32"), default="bf16", help="other matrices and convolutions")
    args = parser.parse_args()
    options = Options(args.low_bit, args.text_low_bit or args.low_bit, args.embedding, args.dense)
    try:
        report = export(args.input, args.output, options)
    except (PackError, OSError, json.JSONDecodeError) as problem:
        print(f"export_pack: {problem}", file=sys.stderr)
        return 1
    except KeyError as key:
        print(f"export_pack: a config.json or meta.json lacks the key {key}", file=sys.stderr)
        return 1
    print("\n".join(report.lines()))
    print(f"{args.output}: {args.output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

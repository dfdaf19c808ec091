"""Checks penjing_pack and export_pack: `python training/tests/test_pack.py`. Needs numpy only."""
from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import export_pack  # noqa: E402
import penjing_pack as pp  # noqa: E402

RNG = np.random.default_rng(7)


def ternary(n: int, k: int) -> np.ndarray:
    codes = RNG.integers(-1, 2, (n, k)).astype(np.float32)
    scales = RNG.uniform(0.01, 0.1, (n, k // 128)).astype(np.float16).astype(np.float32)
    return codes * np.repeat(scales, 128, axis=1)


def check_tiles_are_exact() -> None:
    for n, k in ((32, 128), (5, 256), (70, 384)):
        weights = ternary(n, k)
        for fmt in ("t3",):
            tiles, error = pp.encode_matrix(weights, fmt)
            assert tiles.shape == (-(-n // 32), k // 128, pp.TILE_BYTES[fmt]), tiles.shape
            assert error == 0.0
        binary = np.where(weights < 0, -1, 1).astype(np.float32) * np.float32(0.5)
        assert pp.encode_matrix(binary, "b1")[1] == 0.0
        codes = RNG.integers(0, 16, (n, k)).astype(np.uint8)
        scales = RNG.uniform(0.01, 0.1, (n, k // 64)).astype(np.float16)
        offsets = RNG.uniform(-1, 0, (n, k // 64)).astype(np.float16)
        expected = codes * np.repeat(scales, 64, 1).astype(np.float32) + np.repeat(offsets, 64, 1).astype(np.float32)
        assert np.array_equal(pp.decode_tiles(pp.encode_q4(codes, scales, offsets), "q4", n, k), expected)


def check_one_code_lands_where_the_text_says() -> None:
    # Channel 21 = 16 * 1 + 5 and input 14 = 4 * 3 + 2 are byte 4 * 5 + 2 of vector 2 * 3 + 1 = 7.
    codes = np.ones((32, 128), np.uint8)
    codes[21, 14] = 2
    scales = np.arange(1, 33, dtype=np.float16).reshape(32, 1)
    t3 = pp.encode_t3(codes, scales)[0, 0]
    ones = 1 + 3 + 9 + 27 + 81
    assert t3[1 * 64 + 22] == ones + 9  # vector 7 = 5 * 1 + 2: digit 2 of base-3 vector 1
    assert np.count_nonzero(t3[:768] != ones) == 1
    assert np.all(t3[768:832] == ones - 81)  # the last digit of vector 12 is beyond the panel
    assert np.array_equal(t3[832:].view(np.float16), scales[:, 0])

    b1 = pp.encode_b1((codes == 2).astype(np.uint8), scales)[0, 0]
    assert b1[7 * 8 + 22 // 8] == 1 << (22 % 8) and np.count_nonzero(b1[:512]) == 1
    q4 = pp.encode_q4(codes, np.ones((32, 2), np.float16), np.zeros((32, 2), np.float16))[0, 0]
    assert q4[7 * 32 + 22] == 0x12 and np.count_nonzero(q4[:2048] != 0x11) == 1
    q8 = pp.encode_q8(codes, scales)[0, 0]
    assert q8[7 * 64 + 22] == 2 and np.count_nonzero(q8[:4096] != 1) == 1


def check_quantisers_are_close() -> None:
    weights = RNG.normal(0, 0.05, (64, 256)).astype(np.float32)
    step = np.abs(weights).max() / 127
    assert pp.encode_matrix(weights, "q8")[1] <= 0.52 * step + 1e-4
    assert pp.encode_matrix(weights, "q4")[1] <= 0.6 * (weights.max() - weights.min()) / 15


def check_refusals() -> None:
    for weights in (RNG.normal(size=(32, 128)).astype(np.float32), np.full((32, 128), 1e6, np.float32),
                    np.full((32, 128), 1e-12, np.float32), np.ones((32, 100), np.float32)):
        try:
            pp.encode_matrix(weights, "t3")
        except pp.PackError:
            continue
        raise AssertionError("should have been refused")


def check_bf16() -> None:
    values = np.array([1.0, -2.5, 1.00390625, 1.01171875, 3.3895314e38, 0.0], np.float32)
    expected = np.array([1.0, -2.5, 1.0, 1.015625, 3.3895314e38, 0.0], np.float32)  # ties go to even
    assert np.array_equal(pp.from_bf16(pp.to_bf16(values)), expected)


def write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    header, offset, blobs = {}, 0, []
    for name, value in tensors.items():
        value = np.ascontiguousarray(value, np.float32)
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
        blobs.append(value.tobytes())
    text = json.dumps(header).encode()
    path.parent.mkdir(parents=True)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blobs))


def tiny_export(folder: Path) -> dict[str, np.ndarray]:
    """A model in diffusers form with one layer of everything; returns the tensors under their pack names."""
    h, v, c = 128, 64, 8

    def dense(*shape: int) -> np.ndarray:
        return pp.from_bf16(pp.to_bf16(RNG.normal(0, 0.1, shape).astype(np.float32))).reshape(shape)

    text = {"embed_tokens.weight": dense(v, h), "norm.weight": dense(h)}
    for name, n in (("q", 128), ("k", 64), ("v", 64), ("o", 128)):
        text[f"layers.0.self_attn.{name}_proj.weight"] = ternary(n, h)
    for name in ("gate", "up", "down"):
        text[f"layers.0.mlp.{name}_proj.weight"] = ternary(128, h)
    for name, n in (("input_layernorm", h), ("post_attention_layernorm", h), ("self_attn.q_norm", 64),
                    ("self_attn.k_norm", 64)):
        text[f"layers.0.{name}.weight"] = dense(n)
    text_config = {"hidden_size": h, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
                   "head_dim": 64, "intermediate_size": 128, "vocab_size": v, "rms_norm_eps": 1e-6,
                   "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}}

    dit = {"x_embedder.weight": dense(h, 4 * c), "context_embedder.weight": dense(h, h), "proj_out.weight": dense(4 * c, h),
           "norm_out.linear.weight": dense(2 * h, h), "single_stream_modulation.linear.weight": dense(3 * h, h),
           "time_guidance_embed.timestep_embedder.linear_1.weight": dense(h, 256),
           "time_guidance_embed.timestep_embedder.linear_2.weight": dense(h, h)}
    for stream in ("img", "txt"):
        dit[f"double_stream_modulation_{stream}.linear.weight"] = dense(6 * h, h)
    block = "transformer_blocks.0."
    for name in ("to_q", "to_k", "to_v", "to_out.0", "add_q_proj", "add_k_proj", "add_v_proj", "to_add_out"):
        dit[f"{block}attn.{name}.weight"] = ternary(h, h)
    for name in ("norm_q", "norm_k", "norm_added_q", "norm_added_k"):
        dit[f"{block}attn.{name}.weight"] = dense(64)
    for name in ("ff", "ff_context"):
        dit[f"{block}{name}.linear_in.weight"] = ternary(2 * 384, h)
        dit[f"{block}{name}.linear_out.weight"] = ternary(h, 384)
    single = "single_transformer_blocks.0.attn."
    dit |= {f"{single}to_qkv_mlp_proj.weight": ternary(3 * h + 768, h), f"{single}to_out.weight": ternary(h, h + 384),
            f"{single}norm_q.weight": dense(64), f"{single}norm_k.weight": dense(64)}
    dit_config = {"in_channels": 4 * c, "num_layers": 1, "num_single_layers": 1, "attention_head_dim": 64,
                  "num_attention_heads": 2, "joint_attention_dim": h, "timestep_guidance_channels": 256, "mlp_ratio": 3.0,
                  "axes_dims_rope": [16, 16, 16, 16], "rope_theta": 2000, "eps": 1e-6, "guidance_embeds": False}

    def conv(name: str, n: int, k: int, size: int) -> dict[str, np.ndarray]:
        return {f"{name}.weight": dense(n, k, size, size), f"{name}.bias": dense(n)}

    def resnet(name: str) -> dict[str, np.ndarray]:
        result = conv(f"{name}.conv1", 8, 8, 3) | conv(f"{name}.conv2", 8, 8, 3)
        for norm in ("norm1", "norm2"):
            result |= {f"{name}.{norm}.weight": dense(8), f"{name}.{norm}.bias": dense(8)}
        return result

    vae = conv("post_quant_conv", c, c, 1) | conv("decoder.conv_in", 8, c, 3) | conv("decoder.conv_out", 3, 8, 3)
    vae |= resnet("decoder.mid_block.resnets.0") | resnet("decoder.mid_block.resnets.1")
    vae |= resnet("decoder.up_blocks.0.resnets.0") | resnet("decoder.up_blocks.0.resnets.1")
    vae |= {"decoder.conv_norm_out.weight": dense(8), "decoder.conv_norm_out.bias": dense(8),
            "bn.running_mean": dense(4 * c), "bn.running_var": np.abs(dense(4 * c)) + 1,
            "encoder.conv_in.weight": dense(8, 3, 3, 3), "quant_conv.weight": dense(16, 16, 1, 1)}
    vae_config = {"latent_channels": c, "block_out_channels": [8], "layers_per_block": 1, "norm_num_groups": 4,
                  "patch_size": [2, 2], "batch_norm_eps": 1e-4, "use_post_quant_conv": True,
                  "mid_block_add_attention": False}

    expected = {}
    for part, config, tensors in (("text_encoder", text_config, text), ("transformer", dit_config, dit),
                                  ("vae", vae_config, vae)):
        write_safetensors(folder / part / "model.safetensors", tensors)
        (folder / part / "config.json").write_text(json.dumps(config))
        expected |= {f"{part}.{name}": value for name, value in tensors.items()}
    (folder / "tokenizer").mkdir()
    (folder / "tokenizer" / "spm.model").write_bytes(b"not a real one")
    (folder / "meta.json").write_text(json.dumps({
        "name": "Tiny", "license": "CC0-1.0", "attribution": "none", "out_layers": [1],
        "tokenizer": {"bos": 2, "eos": 3, "pad": 0, "max_sequence_length": 8},
        "scheduler": {"shift": 2.0, "dynamic_mu": "none"}, "limits": {"min_size": 16, "max_size": 64},
        "defaults": {"width": 32, "height": 32, "steps": 4, "guidance": 1.0}}))
    return expected


def check_export_round_trip() -> None:
    with tempfile.TemporaryDirectory() as folder:
        expected = tiny_export(Path(folder) / "in")
        pack = Path(folder) / "tiny.penjing"
        report = export_pack.export(Path(folder) / "in", pack, export_pack.Options())
        assert not report.worst, report.lines()
        metadata, weights = pp.read_pack(pack)
        assert metadata["penjing.name"] == "Tiny"
        dropped = {"text_encoder.norm.weight", "vae.encoder.conv_in.weight", "vae.quant_conv.weight"}
        assert set(weights) == set(expected) - dropped | {"tokenizer.model"}
        for name, value in weights.items():
            if name != "tokenizer.model":
                original = expected[name].transpose(0, 2, 3, 1) if value.ndim == 4 else expected[name]
                assert np.array_equal(value, original), name
        assert pack.stat().st_size % 64 == 0

        quantised = export_pack.Options(low_bit="q8", text_low_bit="q4", embedding="q8", dense="f32")
        export_pack.export(Path(folder) / "in", pack, quantised)
        for name, value in pp.read_pack(pack)[1].items():
            if name != "tokenizer.model" and value.ndim == 2:
                assert np.abs(value - expected[name]).max() < 0.02, name


def main() -> None:
    for check in (check_tiles_are_exact, check_one_code_lands_where_the_text_says, check_quantisers_are_close,
                  check_refusals, check_bf16, check_export_round_trip):
        check()
        print(f"ok   {check.__name__}")


if __name__ == "__main__":
    main()

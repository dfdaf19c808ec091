"""Packs: tile encoders, their decoders, and a safetensors reader and writer, with numpy only.

The layout is docs/formats/pack.md. Matrices are [n outputs, k inputs]; a tile holds 32 outputs x 128 inputs.
"""
from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TILE_CHANNELS = 32
GROUP = 128
TILE_BYTES = {"t3": 896, "b1": 576, "q4": 2304, "q8": 4160}
ALIGNMENT = 64

_DTYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "U8": np.uint8, "I8": np.int8, "U32": np.uint32,
           "I32": np.int32, "I64": np.int64, "U16": np.uint16, "I16": np.int16, "BOOL": np.bool_}


class PackError(Exception):
    """What is wrong with an input, in one line."""


# --- bfloat16 -------------------------------------------------------------------------------------------------------

def to_bf16(x: np.ndarray) -> np.ndarray:
    """float32 -> the uint16 of bfloat16, rounded to nearest, ties to even. Finite values only."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bf16(x: np.ndarray) -> np.ndarray:
    return (x.astype(np.uint32) << 16).view(np.float32)


# --- tiles ----------------------------------------------------------------------------------------------------------

def _pad_rows(x: np.ndarray, fill) -> np.ndarray:
    """Rows filled up to a multiple of 32."""
    rest = -x.shape[0] % TILE_CHANNELS
    return x if rest == 0 else np.concatenate([x, np.full((rest, *x.shape[1:]), fill, x.dtype)])


def to_panels(codes: np.ndarray) -> np.ndarray:
    """Codes [n, k] (n a multiple of 32) -> panel vectors [n / 32, k / 128, 64, 64].

    Vector v = 2q + h holds in byte 4c + j the code of channel 16h + c and input 4q + j.
    """
    n, k = codes.shape
    split = codes.reshape(n // 32, 2, 16, k // GROUP, 32, 4)  # tile row, h, c, group, q, j
    return split.transpose(0, 3, 4, 1, 2, 5).reshape(n // 32, k // GROUP, 64, 64)


def from_panels(panels: np.ndarray) -> np.ndarray:
    """Inverse of to_panels."""
    rows, groups = panels.shape[:2]
    split = panels.reshape(rows, groups, 32, 2, 16, 4)  # tile row, group, q, h, c, j
    return split.transpose(0, 3, 4, 1, 2, 5).reshape(rows * 32, groups * GROUP)


def _scales_to_tiles(scales: np.ndarray) -> np.ndarray:
    """float16 [n, sets * groups] -> bytes [n / 32, groups, sets * 64]; sets follow each other within a tile."""
    n, columns = scales.shape
    return np.ascontiguousarray(scales.reshape(n // 32, 32, columns).transpose(0, 2, 1)).view(np.uint8)


def encode_t3(codes: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """codes uint8 [n, k] in {0, 1, 2}; scales float16 [n, k / 128] -> uint8 [ceil(n / 32), k / 128, 896]."""
    panels = to_panels(_pad_rows(codes, 1)).astype(np.uint16)
    padded = np.concatenate([panels, np.zeros((*panels.shape[:2], 1, 64), np.uint16)], axis=2)  # 65 = 13 * 5 vectors
    digits = padded.reshape(*panels.shape[:2], 13, 5, 64)
    packed = (digits * np.array([1, 3, 9, 27, 81], np.uint16)[:, None]).sum(axis=3).astype(np.uint8)
    return np.concatenate([packed.reshape(*panels.shape[:2], 832), _scales_to_tiles(_pad_rows(scales, 0))], axis=2)


def encode_b1(bits: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """bits uint8 [n, k] in {0, 1}; scales float16 [n, k / 128] -> uint8 [.., .., 576]."""
    panels = to_panels(_pad_rows(bits, 0))
    packed = np.packbits(panels, axis=3, bitorder="little")
    return np.concatenate([packed.reshape(*panels.shape[:2], 512), _scales_to_tiles(_pad_rows(scales, 0))], axis=2)


def encode_q4(codes: np.ndarray, scales: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """codes uint8 [n, k] in 0..15; scales and offsets float16 [n, k / 64] -> uint8 [.., .., 2304]."""
    panels = to_panels(_pad_rows(codes, 0))
    packed = panels[..., :32] | (panels[..., 32:] << 4)

    def halves(x: np.ndarray) -> np.ndarray:
        tiles = _scales_to_tiles(_pad_rows(x, 0))  # [rows, 2 * groups, 64]
        return tiles.reshape(tiles.shape[0], -1, 128)

    return np.concatenate([packed.reshape(*panels.shape[:2], 2048), halves(scales), halves(offsets)], axis=2)


def encode_q8(codes: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """codes uint8 [n, k] in 1..255; scales float16 [n, k / 128] -> uint8 [.., .., 4160]."""
    panels = to_panels(_pad_rows(codes, 128))
    return np.concatenate([panels.reshape(*panels.shape[:2], 4096), _scales_to_tiles(_pad_rows(scales, 0))], axis=2)


def decode_tiles(tiles: np.ndarray, fmt: str, n: int, k: int) -> np.ndarray:
    """Stored tiles -> float32 weights [n, k]; written straight from the format's text, to check the encoders."""
    rows, groups = tiles.shape[:2]

    def halves_at(offset: int, sets: int) -> np.ndarray:
        raw = np.ascontiguousarray(tiles[:, :, offset:offset + 64 * sets]).view(np.float16)
        per_row = raw.reshape(rows, groups, sets, 32).transpose(0, 3, 1, 2)  # tile row, channel, group, set
        return per_row.reshape(rows * 32, groups * sets).astype(np.float32)

    if fmt == "t3":
        packed = tiles[:, :, :832].reshape(rows, groups, 13, 64).astype(np.uint16)
        digits = np.stack([packed // 3**d % 3 for d in range(5)], axis=3).reshape(rows, groups, 65, 64)[:, :, :64]
        weights = (from_panels(digits).astype(np.float32) - 1) * np.repeat(halves_at(832, 1), GROUP, axis=1)
    elif fmt == "b1":
        bits = np.unpackbits(tiles[:, :, :512].reshape(rows, groups, 64, 8), axis=3, bitorder="little")
        weights = (from_panels(bits).astype(np.float32) * 2 - 1) * np.repeat(halves_at(512, 1), GROUP, axis=1)
    elif fmt == "q4":
        packed = tiles[:, :, :2048].reshape(rows, groups, 64, 32)
        codes = from_panels(np.concatenate([packed & 15, packed >> 4], axis=3)).astype(np.float32)
        weights = codes * np.repeat(halves_at(2048, 2), 64, axis=1) + np.repeat(halves_at(2176, 2), 64, axis=1)
    elif fmt == "q8":
        codes = from_panels(tiles[:, :, :4096].reshape(rows, groups, 64, 64)).astype(np.float32)
        weights = (codes - 128) * np.repeat(halves_at(4096, 1), GROUP, axis=1)
    else:
        raise PackError(f"unknown format {fmt}")
    return weights[:n, :k]


# --- from weights to codes ------------------------------------------------------------------------------------------

def _groups(weights: np.ndarray) -> np.ndarray:
    n, k = weights.shape
    if k % GROUP:
        raise PackError(f"{k} inputs are not a multiple of {GROUP}")
    return weights.reshape(n, k // GROUP, GROUP)


def half_scales(scales: np.ndarray) -> tuple[np.ndarray, float]:
    """float32 -> (float16, largest relative error). Refuses what float16 cannot hold."""
    with np.errstate(over="ignore"):
        half = scales.astype(np.float16)
    if not np.isfinite(half).all():
        raise PackError("a scale is too large for float16")
    if np.any((half == 0) & (scales != 0)):
        raise PackError("a scale is too small for float16")
    error = np.abs(half.astype(np.float32) - scales) / np.where(scales == 0, 1, np.abs(scales))
    return half, float(error.max(initial=0.0))


def ternary_codes(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exactly ternary float32 [n, k] -> (codes uint8 [n, k], scales float32 [n, k / 128])."""
    groups = _groups(weights)
    scales = np.abs(groups).max(axis=2)
    bad = (groups != 0) & (np.abs(groups) != scales[..., None])
    if bad.any():
        row, group, _ = np.argwhere(bad)[0]
        raise PackError(f"row {row}, inputs {group * GROUP}..{group * GROUP + GROUP - 1} are not ternary")
    return (np.sign(weights).astype(np.int8) + 1).astype(np.uint8), scales


def binary_codes(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights that are all +s or -s per (row, 128 inputs) -> (bits, scales)."""
    groups = _groups(weights)
    scales = np.abs(groups[..., 0])
    if np.any(np.abs(groups) != scales[..., None]):
        raise PackError("not binary: a group has more than one magnitude")
    return (weights > 0).astype(np.uint8), scales


def quantize_q8(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 per (row, 128 inputs): codes 1..255, scales float16 rounded before the codes are chosen."""
    groups = _groups(weights)
    scales, _ = half_scales(np.abs(groups).max(axis=2) / np.float32(127))
    # A scale that was rounded down could need the code 256; the clip costs at most half a step there.
    wide = np.where(scales == 0, 1, scales).astype(np.float32)[..., None]
    codes = np.clip(np.rint(groups / wide), -127, 127) + 128
    return codes.astype(np.uint8).reshape(weights.shape), scales


def quantize_q4(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Affine 4-bit per (row, 64 inputs), from the smallest to the largest weight."""
    n, k = weights.shape
    _groups(weights)
    groups = weights.reshape(n, k // 64, 64)
    low, high = groups.min(axis=2), groups.max(axis=2)
    scales, _ = half_scales((high - low) / np.float32(15))
    offsets = low.astype(np.float16)
    wide = np.where(scales == 0, 1, scales).astype(np.float32)[..., None]
    codes = np.clip(np.rint((groups - offsets.astype(np.float32)[..., None]) / wide), 0, 15)
    return codes.astype(np.uint8).reshape(n, k), scales, offsets


def encode_matrix(weights: np.ndarray, fmt: str) -> tuple[np.ndarray, float]:
    """float32 [n, k] -> (tiles, largest absolute error after decoding)."""
    if fmt == "t3":
        codes, scales = ternary_codes(weights)
        tiles = encode_t3(codes, half_scales(scales)[0])
    elif fmt == "b1":
        codes, scales = binary_codes(weights)
        tiles = encode_b1(codes, half_scales(scales)[0])
    elif fmt == "q8":
        tiles = encode_q8(*quantize_q8(weights))
    elif fmt == "q4":
        tiles = encode_q4(*quantize_q4(weights))
    else:
        raise PackError(f"unknown format {fmt}")
    error = np.abs(decode_tiles(tiles, fmt, *weights.shape) - weights)
    return tiles, float(error.max(initial=0.0))


# --- files ----------------------------------------------------------------------------------------------------------

@dataclass
class Tensor:
    """One tensor of a pack as it is stored. `logical` is set for low-bit matrices and convolutions."""
    name: str
    dtype: str
    data: np.ndarray  # BF16 as uint16
    fmt: str | None = None
    logical: tuple[int, ...] | None = None


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Every tensor of a safetensors file; BF16 becomes float32, the others keep their type."""
    raw = np.memmap(path, np.uint8, "r")
    length = int(raw[:8].view("<u8")[0])
    header = json.loads(bytes(raw[8:8 + length]))
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        data = bytes(raw[8 + length + begin:8 + length + end])
        if entry["dtype"] == "BF16":
            array = from_bf16(np.frombuffer(data, "<u2"))
        elif entry["dtype"] in _DTYPES:
            array = np.frombuffer(data, _DTYPES[entry["dtype"]])
        else:
            raise PackError(f"{path}: {name} has the type {entry['dtype']}")
        tensors[name] = array.reshape(entry["shape"])
    return tensors


def _with_padding(tensors: list[Tensor]) -> list[Tensor]:
    """Adds `padding.N` tensors of zeros, so that every tensor begins at a multiple of 64 and the file ends at one."""
    result, paddings = [], 0
    for tensor in tensors:
        result.append(tensor)
        rest = -tensor.data.nbytes % ALIGNMENT
        if rest:
            result.append(Tensor(f"padding.{paddings}", "U8", np.zeros(rest, np.uint8)))
            paddings += 1
    return result


def write_pack(path: Path, tensors: list[Tensor], config: dict, name: str, license_name: str, attribution: str) -> None:
    """Writes a pack through a temporary file that is renamed."""
    compact = {"separators": (",", ":"), "ensure_ascii": False}
    metadata = {
        "penjing.format": "1",
        "penjing.name": name,
        "penjing.license": license_name,
        "penjing.attribution": attribution,
        "penjing.config": json.dumps(config, **compact),
        "penjing.tensors": json.dumps(
            {t.name: {"format": t.fmt, "shape": list(t.logical)} for t in tensors if t.fmt}, **compact),
        "penjing.sha256": json.dumps(
            {t.name: hashlib.sha256(np.ascontiguousarray(t.data)).hexdigest() for t in tensors}, **compact),
    }
    header: dict = {"__metadata__": metadata}
    offset = 0
    stored = _with_padding(tensors)
    for t in stored:
        header[t.name] = {"dtype": t.dtype, "shape": list(t.data.shape), "data_offsets": [offset, offset + t.data.nbytes]}
        offset += t.data.nbytes
    text = json.dumps(header, **compact).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    temporary = path.with_name(path.name + ".part")
    with open(temporary, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for t in stored:
            file.write(np.ascontiguousarray(t.data).tobytes())
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def read_pack(path: Path) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """(metadata, {name: float32 weights or bytes}) of a pack; the slow way round, for tests."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + length])
    metadata = header.pop("__metadata__")
    layouts, hashes = json.loads(metadata["penjing.tensors"]), json.loads(metadata["penjing.sha256"])
    weights = {}
    for name, entry in header.items():
        if name.startswith("padding."):
            continue
        begin, end = (8 + length + o for o in entry["data_offsets"])
        if begin % ALIGNMENT:
            raise PackError(f"{name} is not aligned")
        data = raw[begin:end]
        if hashlib.sha256(data).hexdigest() != hashes[name]:
            raise PackError(f"{name} has the wrong hash")
        if entry["dtype"] == "BF16":
            array = from_bf16(np.frombuffer(data, "<u2"))
        else:
            array = np.frombuffer(data, _DTYPES[entry["dtype"]])
        array = array.reshape(entry["shape"])
        fmt = layouts.get(name, {}).get("format")
        if fmt in TILE_BYTES:
            array = decode_tiles(array, fmt, *layouts[name]["shape"])
        weights[name] = array
    return metadata, weights

"""The prompt's tokenizer: SentencePiece unigram, lower-casing (NFKC_CF), byte fallback.

A prompt is [bos] pieces [eos], cut to `length` ids and padded on the right with pad.
"""
from __future__ import annotations

import io
import json
from pathlib import Path

import sentencepiece
import torch

PAD, UNK, BOS, EOS = 0, 1, 2, 3


def english_words(annotations: Path) -> list[str]:
    """Names and keywords of CLDR's annotations.json of English."""
    table = json.loads(annotations.read_text())["annotations"]["annotations"]
    return [word for entry in table.values() for word in entry.get("tts", []) + entry.get("default", [])]


def train(lines: list[str], vocab_size: int) -> bytes:
    """Returns the serialised SentencePiece model."""
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=out, model_type="unigram", vocab_size=vocab_size,
        hard_vocab_limit=False, byte_fallback=True, normalization_rule_name="nfkc_cf", character_coverage=0.9999,
        pad_id=PAD, unk_id=UNK, bos_id=BOS, eos_id=EOS, num_threads=1, minloglevel=2)
    return out.getvalue()


class Tokenizer:
    def __init__(self, path: Path, length: int):
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.length = length

    def __len__(self) -> int:
        return self.pieces.vocab_size()

    def __call__(self, prompts: list[str]) -> torch.Tensor:
        """int64 [N, length]."""
        rows = []
        for prompt in prompts:
            ids = ([BOS] + self.pieces.encode(prompt) + [EOS])[:self.length]
            rows.append(ids + [PAD] * (self.length - len(ids)))
        return torch.tensor(rows)

"""Small random models of the FLUX.2 klein architecture, for the tests of `penjing import`.

Everything is the ecosystem's own class at a small configuration: Flux2Transformer2DModel, AutoencoderKLFlux2 and
Flux2KleinPipeline of diffusers, Qwen3ForCausalLM and Qwen2Tokenizer of transformers. Every weight is exact in bfloat16,
and most matrices have few distinct values, so that the files in all layouts compress to little.
"""
from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import AutoencoderKLFlux2, Flux2KleinPipeline, Flux2Transformer2DModel, FlowMatchEulerDiscreteScheduler
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import Qwen2Tokenizer, Qwen3Config, Qwen3ForCausalLM
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

GROUP = 128
OUT_LAYERS = (1, 2, 3)  # of four: what 9, 18, 27 of 36 are to Qwen3-4B
TEXT_TOKENS = 512
HIDDEN = 128
BYTE_TOKENS_AND_MERGES = 256 + 120
VOCABULARY_ROWS = 416  # more than there are tokens, as in Qwen3-4B

TRANSFORMER = dict(patch_size=1, in_channels=128, num_layers=2, num_single_layers=2, attention_head_dim=64,
                   num_attention_heads=2, joint_attention_dim=HIDDEN * len(OUT_LAYERS),
                   timestep_guidance_channels=256, mlp_ratio=2.0, axes_dims_rope=(16, 16, 16, 16), rope_theta=2000,
                   eps=1e-6, guidance_embeds=False)
TEXT_ENCODER = dict(vocab_size=VOCABULARY_ROWS, hidden_size=HIDDEN, intermediate_size=256, num_hidden_layers=4,
                    num_attention_heads=4, num_key_value_heads=2, head_dim=32, rms_norm_eps=1e-6,
                    rope_parameters={"rope_type": "default", "rope_theta": 1_000_000.0}, tie_word_embeddings=True,
                    max_position_embeddings=40960)
VAE = dict(block_out_channels=(8, 12, 16, 16), layers_per_block=2, latent_channels=32, norm_num_groups=4)
SMALL_DECODER = (4, 8, 12, 12)
SCHEDULER = dict(num_train_timesteps=1000, shift=3.0, use_dynamic_shifting=True, base_shift=0.5, max_shift=1.15,
                 base_image_seq_len=256, max_image_seq_len=4096, time_shift_type="exponential")

# Qwen3's added tokens in the order of their ids; those after <|video_pad|> are not special.
ADDED_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
                "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>",
                "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<|fim_prefix|>",
                "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<tool_response>",
                "</tool_response>", "<think>", "</think>"]
SPECIAL_TOKENS = ADDED_TOKENS.index("<|video_pad|>") + 1

# What Qwen3's template makes of one user message when thinking is off.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\n\n</think>\n\n' }}{% endif %}{% endif %}")

CORPUS = ["A bonsai tree in a quiet ceramic studio, soft morning light", "user\nassistant\n", "red apple on the table",
          "ink drawing of the moon over water", "small house, tall tree, blue stone", "the cat and the other cat",
          "ein kleiner Baum im Garten", "盆景 盆栽 松树", "it's what they're drawing, isn't it", "\n\n  \n"] * 4


@dataclass
class KleinModel:
    """The parts that layouts are written from; all float32, all values exact in bfloat16."""
    tokenizer: Qwen2Tokenizer
    text_encoder: Qwen3ForCausalLM
    transformers: dict[str, Flux2Transformer2DModel]  # ternary, binary, plain: the same but for the packed linears
    vae: AutoencoderKLFlux2
    small_vae: AutoencoderKLFlux2  # another decoder behind the same encoder

    def pipeline(self, transformer: Flux2Transformer2DModel, text_encoder: Qwen3ForCausalLM | None = None,
                 vae: AutoencoderKLFlux2 | None = None) -> Flux2KleinPipeline:
        pipeline = Flux2KleinPipeline(scheduler=FlowMatchEulerDiscreteScheduler(**SCHEDULER), vae=vae or self.vae,
                                      text_encoder=text_encoder or self.text_encoder, tokenizer=self.tokenizer,
                                      transformer=transformer, is_distilled=True)
        pipeline.set_progress_bar_config(disable=True)
        return pipeline


def packed_linears(transformer: Flux2Transformer2DModel) -> list[str]:
    """The linears that Bonsai quantises: all of both kinds of blocks."""
    return [name for name, module in transformer.named_modules()
            if isinstance(module, torch.nn.Linear) and "transformer_blocks." in name]


# --- values -----------------------------------------------------------------------------------------------------------

class RandomWeights:
    """Random values by kind, exact in bfloat16."""

    def __init__(self, seed: int):
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, shape) -> torch.Tensor:
        return torch.randn(shape, generator=self.generator)

    def fine(self, shape, spread: float) -> torch.Tensor:
        return (self.normal(shape) * spread).bfloat16().float()

    def coarse(self, shape) -> torch.Tensor:
        """Multiples of a power of two: 7 values in a matrix, which compress to little more than two bits each."""
        unit = 2.0 ** round(math.log2(0.8 / math.sqrt(math.prod(shape[1:]))))
        return (self.normal(shape) * 1.25).round().clamp(-3, 3) * unit

    def scales(self, rows: int, inputs: int, mean_square: float) -> torch.Tensor:
        """One positive bfloat16 a row and group that keeps the variance of the inputs."""
        spread = 0.5 + torch.rand(rows, inputs // GROUP, 1, generator=self.generator)
        return (spread / math.sqrt(mean_square * inputs)).bfloat16().float()

    def ternary(self, shape) -> torch.Tensor:
        rows, inputs = shape
        codes = torch.randint(-1, 2, (rows, inputs // GROUP, GROUP), generator=self.generator).float()
        scales = self.scales(rows, inputs, 2 / 3)
        codes[0, 0] = 0                                 # a group without a scale
        scales[0, 0] = 0
        codes[1, 0] = codes[1, 0].abs()                 # a group without a -1
        codes[2, 0] = torch.where(codes[2, 0] < 0, -1, 1).float()  # a group without a 0
        scales[3, 0] = 1.5 * 2.0 ** -16                 # a scale that binary16 holds as a subnormal number
        return (codes * scales).reshape(rows, inputs)

    def binary(self, shape) -> torch.Tensor:
        rows, inputs = shape
        codes = torch.randint(0, 2, (rows, inputs // GROUP, GROUP), generator=self.generator).float() * 2 - 1
        codes[1, 0] = 1                                 # a group with one value only
        codes[2, 0] = -1
        return (codes * self.scales(rows, inputs, 1)).reshape(rows, inputs)


def fill(module: torch.nn.Module, random: RandomWeights, coarse: tuple[str, ...], unused: str | None = None) -> None:
    """Weights that make every part of a graph matter: norms off 1, biases off 0, matrices that keep variance.

    Parameters whose name contains `unused` become zero: files need them, no picture does.
    """
    for name, value in module.named_parameters():
        if unused and unused in name:
            value.zero_()
        elif value.ndim == 1:
            offset = 1.0 if name.endswith("weight") else 0.0
            value.copy_((offset + 0.2 * random.normal(value.shape)).bfloat16())
        elif any(part in name for part in coarse):
            value.copy_(random.coarse(value.shape))
        else:
            value.copy_(random.fine(value.shape, 1 / math.sqrt(math.prod(value.shape[1:]))))
    for name, value in module.named_buffers():
        if name == "bn.running_mean":
            value.copy_(random.fine(value.shape, 0.3))
        elif name == "bn.running_var":
            value.copy_((0.5 + torch.rand(value.shape, generator=random.generator)).bfloat16())
        elif name == "bn.num_batches_tracked":
            value.fill_(1000)


# --- parts ------------------------------------------------------------------------------------------------------------

def make_tokenizer() -> Qwen2Tokenizer:
    """A vocabulary trained on a few lines, in transformers' own class with its own pre-tokenizer."""
    trained = Tokenizer(models.BPE())
    trained.normalizer = normalizers.NFC()
    trained.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    trained.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=BYTE_TOKENS_AND_MERGES, min_frequency=1, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer = Qwen2Tokenizer(vocab=trained.get_vocab(), merges=merges_of(trained),
                               chat_template=CHAT_TEMPLATE)
    tokenizer.backend_tokenizer.add_tokens(
        [AddedToken(text, special=i < SPECIAL_TOKENS, normalized=False) for i, text in enumerate(ADDED_TOKENS)])
    tokenizer.eos_token = "<|im_end|>"
    return tokenizer


def merges_of(tokenizer: Tokenizer) -> list[tuple[str, str]]:
    return [tuple(pair) if isinstance(pair, list) else tuple(pair.split(" "))
            for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def make_text_encoder(seed: int) -> Qwen3ForCausalLM:
    encoder = Qwen3ForCausalLM(Qwen3Config(**TEXT_ENCODER, attn_implementation="eager")).float().eval()
    fill(encoder, RandomWeights(seed), ("self_attn.", "mlp.", "embed_tokens"), f"layers.{max(OUT_LAYERS)}.")
    return encoder


def make_transformers(seed: int) -> dict[str, Flux2Transformer2DModel]:
    """Plain weights, and the same with ternary and with binary linears in the blocks."""
    variants = {}
    for kind in ("plain", "ternary", "binary"):
        transformer = Flux2Transformer2DModel(**TRANSFORMER).float().eval()
        fill(transformer, RandomWeights(seed),
             ("transformer_blocks.", "modulation", "context_embedder", "norm_out", "time_guidance"))
        low_bit = RandomWeights(seed + 1)
        for name in packed_linears(transformer) if kind != "plain" else []:
            weight = transformer.get_submodule(name).weight
            weight.copy_(getattr(low_bit, kind)(weight.shape))
        variants[kind] = transformer
    return variants


def make_vae(seed: int, decoder_widths: tuple[int, ...] | None = None) -> AutoencoderKLFlux2:
    vae = AutoencoderKLFlux2(**VAE, decoder_block_out_channels=decoder_widths).float().eval()
    fill(vae, RandomWeights(seed), (), "encoder.")
    return vae


def make_model(seed: int) -> KleinModel:
    with torch.no_grad():
        vae = make_vae(seed + 30)
        small = make_vae(seed + 40, SMALL_DECODER)
        for part in ("encoder", "quant_conv", "post_quant_conv", "bn"):
            getattr(small, part).load_state_dict(getattr(vae, part).state_dict())
        return KleinModel(make_tokenizer(), make_text_encoder(seed + 10), make_transformers(seed + 20), vae, small)


def save_tokenizer(tokenizer: Qwen2Tokenizer, folder: Path) -> None:
    """All the files of the official packs: tokenizer.json, and the older ones that hold the same."""
    tokenizer.save_pretrained(folder)
    tokenizer.backend_tokenizer.model.save(str(folder))  # vocab.json, merges.txt
    added = {text: tokenizer.convert_tokens_to_ids(text) for text in ADDED_TOKENS}
    (folder / "added_tokens.json").write_text(json.dumps(added, indent=2))
    (folder / "special_tokens_map.json").write_text(json.dumps(
        {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
         "additional_special_tokens": ADDED_TOKENS[1:SPECIAL_TOKENS]}, indent=2))

"""Text encoder and transformer as one trainable module.

text_encoder  transformers' Qwen3Model; conditioning = residual stream after the layers of out_layers, concatenated
transformer   diffusers' Flux2Transformer2DModel, in the normalised token space of the autoencoder
All linears of the encoder's layers and the transformer's blocks are TernaryLinear; embedders, modulation, the last
layer, the embedding table and the norms stay dense.
"""
from __future__ import annotations

import torch
from diffusers import Flux2Transformer2DModel
from diffusers.models.transformers import transformer_flux2
from torch import nn
from transformers import Qwen3Config, Qwen3Model

from .ternary import TernaryLinear, replace_linears
from .tokenizer import BOS, EOS, PAD
from .vae import TOKEN


def plain_attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, **_) -> torch.Tensor:
    """Attention [N, L, heads, dim] without a mask, as two matrix products with a softmax in fp32 between them."""
    q, k, v = (t.transpose(1, 2) for t in (query, key, value))
    scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5
    return (torch.softmax(scores.float(), -1).to(v.dtype) @ v).transpose(1, 2)


def attention_for(device: str) -> None:
    """Chooses how the transformer attends. PyTorch's fused attention on CPUs is made for long sequences; on some ninety
    tokens, forward and backward, the compiled products take a quarter of its time."""
    if torch.device(device).type == "cpu":
        transformer_flux2.dispatch_attention_fn = plain_attention


def text_encoder_config(cfg: dict, vocab_size: int) -> Qwen3Config:
    t = dict(cfg["text_encoder"])
    t.pop("out_layers")
    rope = {"rope_type": "default", "rope_theta": t.pop("rope_theta")}
    return Qwen3Config(vocab_size=vocab_size, tie_word_embeddings=True, attention_bias=False, rope_parameters=rope,
                       attn_implementation="sdpa", **t)


class Seedling(nn.Module):
    """Shapes: ids int64 [N, L]; tokens x float [N, T, 4C]; sigma float [N]; conditioning float [N, L, joint dim]."""

    def __init__(self, cfg: dict, vocab_size: int):
        super().__init__()
        self.out_layers = cfg["text_encoder"]["out_layers"]
        length, grid = cfg["tokenizer"]["length"], cfg["picture"] // TOKEN
        self.text_encoder = Qwen3Model(text_encoder_config(cfg, vocab_size))
        # transformers applies the final norm to the last hidden state; the conditioning is taken before it.
        self.text_encoder.norm = nn.Identity()
        t = cfg["transformer"]
        self.transformer = Flux2Transformer2DModel(
            **{**t, "patch_size": 1, "eps": 1e-6, "guidance_embeds": False,
               "axes_dims_rope": tuple(t["axes_dims_rope"])})
        self._initialise()
        for part in (self.text_encoder.layers, self.transformer.transformer_blocks,
                     self.transformer.single_transformer_blocks):
            replace_linears(part)
        # Position ids (T, H, W, L): a picture token is (0, h, w, 0), the j-th text token (0, 0, 0, j).
        image_ids, text_ids = torch.zeros(grid * grid, 4), torch.zeros(length, 4)
        image_ids[:, 1] = torch.arange(grid).repeat_interleave(grid)
        image_ids[:, 2] = torch.arange(grid).repeat(grid)
        text_ids[:, 3] = torch.arange(length)
        self.register_buffer("image_ids", image_ids, persistent=False)
        self.register_buffer("text_ids", text_ids, persistent=False)

    def _initialise(self) -> None:
        d = self.transformer
        nn.init.normal_(self.text_encoder.embed_tokens.weight, std=0.5)
        for m in (d.double_stream_modulation_img, d.double_stream_modulation_txt, d.single_stream_modulation):
            nn.init.normal_(m.linear.weight, std=0.002)
        nn.init.zeros_(d.norm_out.linear.weight)
        nn.init.zeros_(d.proj_out.weight)

    def matrix_names(self) -> frozenset[str]:
        """Names in state_dict of the weights that become ternary."""
        return frozenset(f"{name}.weight" for name, m in self.named_modules() if isinstance(m, TernaryLinear))

    def encode(self, ids: torch.Tensor) -> torch.Tensor:
        """Ids to conditioning. A row sees earlier rows that are not padding; padding rows are kept, as in FLUX.2."""
        length = ids.shape[1]
        causal = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
        keep = causal[None, None] & (ids != PAD)[:, None, None, :]
        states = self.text_encoder(input_ids=ids, attention_mask=keep, output_hidden_states=True,
                                   use_cache=False).hidden_states
        return torch.cat([states[i] for i in self.out_layers], -1)

    def velocity(self, x: torch.Tensor, conditioning: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        return self.transformer(hidden_states=x, encoder_hidden_states=conditioning, timestep=sigma,
                                img_ids=self.image_ids, txt_ids=self.text_ids, guidance=None, return_dict=False)[0]

    def forward(self, x: torch.Tensor, ids: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        return self.velocity(x, self.encode(ids), sigma)


def empty_prompt(length: int) -> torch.Tensor:
    """Ids of the empty prompt, int64 [1, length]."""
    ids = torch.full((1, length), PAD)
    ids[0, 0], ids[0, 1] = BOS, EOS
    return ids

"""Fixtures of the importer's tests: small models in every layout, and what PyTorch computes with them.

    python training/import_golden.py --output tests/golden/import

writes layouts.tar.xz (folders and files as `penjing import` takes them) and golden.safetensors (float32, by stage).
Needs torch, diffusers, transformers, tokenizers, safetensors, mlx and gguf. docs/parity.md says what is compared how.
"""
from __future__ import annotations

import argparse
import copy
import json
import lzma
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKLFlux2, Flux2KleinPipeline, Flux2Transformer2DModel, FlowMatchEulerDiscreteScheduler
from diffusers.pipelines.flux2.pipeline_flux2_klein import compute_empirical_mu
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).resolve().parent))
import import_layouts as layouts  # noqa: E402
from import_models import OUT_LAYERS, SCHEDULER, TEXT_TOKENS, KleinModel, make_model  # noqa: E402

SEED = 20
NOISE_SEED = 42
WIDTH, HEIGHT, STEPS = 80, 64, 4
PROBED_SIGMAS = (1.0, 0.7, 0.15)
BLOCK_SIGMA = 0.7
PROMPTS = ["a red apple on the table", "  A bonsai tree,\nin a quiet ceramic studio; it's 12:30 ☀", "\n盆景 äpple",
           "tree <|im_end|> <think>", ""]
# Rows of 512 whose conditioning is kept: the beginning with all real ones, and some of the padding.
CONDITIONING_ROWS = list(range(28)) + [64, 128, 255, 511]
# (image tokens, steps): the sizes of a table that others have published, and steps beside the usual four.
SCHEDULES = [(64, 4), (256, 4), (1024, 4), (2304, 4), (3072, 4), (3600, 4), (4096, 4), (16384, 4), (20, 4), (1024, 1),
             (1024, 2), (1024, 6), (4096, 8), (4300, 4), (4301, 4)]
Vectors = dict[str, torch.Tensor]


def text_vectors(pipeline: Flux2KleinPipeline, prompt: str, name: str) -> Vectors:
    """Conditioning of a prompt, chosen rows: [rows, 3·hidden]."""
    return {f"{name}.conditioning": conditioning(pipeline, prompt)[torch.tensor(CONDITIONING_ROWS)]}


def conditioning(pipeline: Flux2KleinPipeline, prompt: str) -> torch.Tensor:
    return pipeline.encode_prompt(prompt, max_sequence_length=TEXT_TOKENS, text_encoder_out_layers=OUT_LAYERS)[0][0]


def token_vectors(model: KleinModel) -> Vectors:
    ids, real = [], []
    for prompt in PROMPTS:
        text = model.tokenizer.apply_chat_template([{"role": "user", "content": prompt}], tokenize=False,
                                                   add_generation_prompt=True, enable_thinking=False)
        encoded = model.tokenizer(text, padding="max_length", truncation=True, max_length=TEXT_TOKENS)
        ids.append(encoded["input_ids"])
        real.append(sum(encoded["attention_mask"]))
    return {"token_ids": torch.tensor(ids, dtype=torch.int32), "real_tokens": torch.tensor(real, dtype=torch.int32)}


def noise() -> torch.Tensor:
    grid = torch.randn(1, 128, HEIGHT // 16, WIDTH // 16, generator=torch.Generator().manual_seed(NOISE_SEED))
    return Flux2KleinPipeline._pack_latents(grid)[0].contiguous()


def transformer_vectors(transformer: Flux2Transformer2DModel, text: torch.Tensor, name: str) -> Vectors:
    """Velocities at three noise levels, and the residual stream [text + image, hidden] behind every block at one."""
    grid = torch.zeros(1, 128, HEIGHT // 16, WIDTH // 16)

    def velocity(sigma: float) -> torch.Tensor:
        return transformer(
            hidden_states=noise()[None], encoder_hidden_states=text[None], timestep=torch.tensor([sigma]),
            img_ids=Flux2KleinPipeline._prepare_latent_ids(grid), guidance=None, return_dict=False,
            txt_ids=Flux2KleinPipeline._prepare_text_ids(text[None]))[0][0]

    vectors = {f"{name}.velocities": torch.stack([velocity(sigma) for sigma in PROBED_SIGMAS])}
    streams: list[torch.Tensor] = []
    hooks = [block.register_forward_hook(lambda _, __, out: streams.append(torch.cat(out, dim=1)[0]))
             for block in transformer.transformer_blocks]
    hooks += [block.register_forward_hook(lambda _, __, out: streams.append(out[0]))
              for block in transformer.single_transformer_blocks]
    velocity(BLOCK_SIGMA)
    for hook in hooks:
        hook.remove()
    vectors[f"{name}.blocks"] = torch.stack(streams)
    return vectors


def pipeline_vectors(pipeline: Flux2KleinPipeline, name: str, text: torch.Tensor | None = None) -> Vectors:
    """diffusers' whole pipeline from the prompt (or from conditioning): latents after every step, pixels."""
    trajectory: list[torch.Tensor] = []

    def keep(_, __, ___, state: dict) -> dict:
        trajectory.append(state["latents"][0].clone())
        return {}

    source = {"prompt": PROMPTS[0]} if text is None else {"prompt_embeds": text[None]}
    image = pipeline(**source, height=HEIGHT, width=WIDTH, num_inference_steps=STEPS, guidance_scale=1.0,
                     generator=torch.Generator().manual_seed(NOISE_SEED), max_sequence_length=TEXT_TOKENS,
                     text_encoder_out_layers=OUT_LAYERS, callback_on_step_end=keep).images[0]
    return {f"{name}.trajectory": torch.stack(trajectory), f"{name}.pixels": torch.from_numpy(np.array(image))}


def decoder_vectors(vae: AutoencoderKLFlux2, tokens: torch.Tensor, name: str) -> Vectors:
    """What the decoder makes of normalised latents [tokens, 128]: [H, W, 3], about -1 to 1."""
    patched = tokens.T.reshape(1, 128, HEIGHT // 16, WIDTH // 16)
    deviation = torch.sqrt(vae.bn.running_var + vae.config.batch_norm_eps)
    patched = patched * deviation.view(1, -1, 1, 1) + vae.bn.running_mean.view(1, -1, 1, 1)
    picture = vae.decode(Flux2KleinPipeline._unpatchify_latents(patched)).sample[0]
    return {f"{name}.picture": picture.permute(1, 2, 0)}


def schedule_vectors() -> Vectors:
    """mu, and the sigmas of every case filled up with -1."""
    mus, table = [], torch.full((len(SCHEDULES), 1 + max(steps for _, steps in SCHEDULES)), -1.0)
    for row, (tokens, steps) in enumerate(SCHEDULES):
        mus.append(compute_empirical_mu(tokens, steps))
        scheduler = FlowMatchEulerDiscreteScheduler(**SCHEDULER)
        scheduler.set_timesteps(sigmas=np.linspace(1.0, 1 / steps, steps), mu=mus[-1])
        table[row, :steps + 1] = scheduler.sigmas
    return {"schedules": torch.tensor(SCHEDULES, dtype=torch.int32), "schedule_mu": torch.tensor(mus),
            "schedule_sigmas": table}


def with_q8_modulation(transformer: Flux2Transformer2DModel) -> Flux2Transformer2DModel:
    """The transformer that binary-mod_q8_0-q1_0.gguf holds, by the gguf package's own arithmetic."""
    from gguf import GGMLQuantizationType, quants
    rounded = copy.deepcopy(transformer)
    for module in (rounded.double_stream_modulation_img, rounded.double_stream_modulation_txt):
        blocks = quants.quantize(module.linear.weight.numpy(), GGMLQuantizationType.Q8_0)
        module.linear.weight.copy_(torch.from_numpy(quants.dequantize(blocks, GGMLQuantizationType.Q8_0)))
    return rounded


def golden_vectors(model: KleinModel) -> Vectors:
    four_bit = copy.deepcopy(model.text_encoder)
    four_bit.load_state_dict(layouts.mlx_text_encoder(model.text_encoder)[1], strict=False)
    ternary, binary = model.transformers["ternary"], model.transformers["binary"]
    encoders = {"bf16": model.pipeline(ternary), "mlx4": model.pipeline(ternary, four_bit)}

    vectors = token_vectors(model) | schedule_vectors()
    vectors |= {"noise": noise(), "conditioning_rows": torch.tensor(CONDITIONING_ROWS, dtype=torch.int32),
                "velocity_sigmas": torch.tensor(PROBED_SIGMAS), "block_sigma": torch.tensor([BLOCK_SIGMA])}
    vectors |= text_vectors(encoders["bf16"], PROMPTS[-1], "empty")
    for name, pipeline in encoders.items():
        vectors |= text_vectors(pipeline, PROMPTS[0], name)
    compact = conditioning(encoders["bf16"], PROMPTS[0])[:int(vectors["real_tokens"][0])]
    vectors["compact_conditioning"] = compact
    for name, transformer in model.transformers.items():
        vectors |= transformer_vectors(transformer, compact, name)
    vectors |= transformer_vectors(with_q8_modulation(binary), compact, "binary-q8")
    for name in ("binary", "plain", "binary-q8"):  # the same graph; the velocities say enough about the weights
        del vectors[name + ".blocks"]

    vectors |= pipeline_vectors(encoders["bf16"], "ternary-unpacked")
    vectors |= pipeline_vectors(encoders["mlx4"], "ternary-mlx")
    vectors |= pipeline_vectors(model.pipeline(binary, four_bit), "binary-mlx")
    vectors |= pipeline_vectors(model.pipeline(model.transformers["plain"]), "plain")
    vectors |= pipeline_vectors(encoders["bf16"], "compact", compact)
    for name in ("binary-mlx", "plain", "compact"):
        del vectors[name + ".pixels"]
    latents = vectors["ternary-unpacked.trajectory"][-1]
    return vectors | decoder_vectors(model.vae, latents, "full") | decoder_vectors(model.small_vae, latents, "small")


def write_layouts(model: KleinModel, root: Path) -> None:
    layouts.write_diffusers(model, "ternary", root / "ternary-unpacked", shards="900KB")
    layouts.write_diffusers(model, "binary", root / "binary-unpacked")
    layouts.write_diffusers(model, "plain", root / "plain")
    layouts.write_mlx(model, "ternary", root / "ternary-mlx")
    layouts.write_mlx(model, "binary", root / "binary-mlx")
    layouts.write_small_decoder(model, root / "small-decoder")
    layouts.write_all_gguf(model, root / "gguf")


def pack(root: Path, archive: Path) -> None:
    """One solid archive: layouts of the same weights share runs of bytes, which a large dictionary finds again."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 7, "dict_size": 64 << 20}]

    def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        entry.mode = 0o755 if entry.isdir() else 0o644
        return entry

    with lzma.open(archive, "wb", filters=filters) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        for folder in sorted(root.iterdir()):
            tar.add(folder, folder.name, filter=anonymous)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fixtures of the importer's tests.")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the layouts here as well, to look at")
    parser.add_argument("--vectors-only", action="store_true", help="leave the layouts as they are")
    args = parser.parse_args()
    output, keep = args.output, args.keep
    output.mkdir(parents=True, exist_ok=True)
    with torch.no_grad(), tempfile.TemporaryDirectory() as temporary:
        model = make_model(SEED)
        root = keep or Path(temporary) / "layouts"
        if not args.vectors_only:
            write_layouts(model, root)
            pack(root, output / "layouts.tar.xz")
        vectors = {name: value.detach().contiguous() for name, value in golden_vectors(model).items()}
    save_file(vectors, output / "golden.safetensors",
              metadata={"prompts": json.dumps(PROMPTS), "noise_seed": str(NOISE_SEED)})
    for path in sorted(output.iterdir()):
        print(f"{path}: {path.stat().st_size} bytes")
    for name, value in vectors.items():
        wide = value.double()
        print(f"  {name:32} {str(list(value.shape)):18} mean {wide.mean():9.4f} largest {wide.abs().max():9.4f}")


if __name__ == "__main__":
    main()

"""Golden vectors: what PyTorch computes in float32, stage by stage, for the engine's parity tests.

    python training/golden.py tiny --pack tests/golden/tiny.penjing --output tests/golden/tiny.safetensors
    python training/golden.py pack --pack assets/seedling.penjing --output tests/golden/seedling.safetensors

`tiny` makes a random model and its pack through export_pack.py, and takes the vectors from the model before it was
packed. `pack` rebuilds the model from a pack's own weights. docs/parity.md says what is compared with which tolerance.
Needs torch, diffusers, transformers, sentencepiece and safetensors.
"""
from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.pipelines.flux2.pipeline_flux2_klein import Flux2KleinPipeline
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).resolve().parent))
from golden_models import ReferenceModel, denormalise, model_of_pack, tiny_model, unpatchify  # noqa: E402

NOISE_SEED = 42
PROBED_SIGMAS = (1.0, 0.7, 0.15)


class Reference:
    """The pipeline in PyTorch, one method per stage."""

    def __init__(self, model: ReferenceModel):
        self.model = model
        defaults, vae = model.config["defaults"], model.config["vae"]
        pixels = 2 ** (len(vae["decoder_block_out_channels"]) - 1) * vae["patch_size"][0]
        self.height, self.width = defaults["height"] // pixels, defaults["width"] // pixels
        self.channels = model.config["transformer"]["in_channels"]

    def tokens(self, prompt: str) -> tuple[list[int], int]:
        """Padded ids and the number of real ones."""
        c = self.model.config["tokenizer"]
        length = c["max_sequence_length"]
        ids = [c["bos"]] + self.model.tokenizer.encode(prompt)[:length - 2] + [c["eos"]]
        return ids + [c["pad"]] * (length - len(ids)), len(ids)

    def conditioning(self, ids: list[int], real: int) -> torch.Tensor:
        """Residual stream after the listened-to layers, side by side: [tokens, width]."""
        outputs: dict[int, torch.Tensor] = {}
        # Hooks and not output_hidden_states, whose last entry is behind the final norm.
        hooks = [layer.register_forward_hook(lambda _, __, out, i=i: outputs.__setitem__(
            i + 1, out[0] if isinstance(out, tuple) else out))
            for i, layer in enumerate(self.model.text_encoder.layers)]
        mask = torch.tensor([[1] * real + [0] * (len(ids) - real)])
        self.model.text_encoder(input_ids=torch.tensor([ids]), attention_mask=mask, use_cache=False)
        for hook in hooks:
            hook.remove()
        return torch.cat([outputs[i][0] for i in self.model.config["text_encoder"]["out_layers"]], dim=-1)

    def velocity(self, latents: torch.Tensor, conditioning: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        """latents [tokens, channels] -> the same."""
        grid = torch.zeros(1, self.channels, self.height, self.width)
        return self.model.transformer(
            hidden_states=latents[None], encoder_hidden_states=conditioning[None], timestep=sigma.reshape(1),
            img_ids=Flux2KleinPipeline._prepare_latent_ids(grid), txt_ids=Flux2KleinPipeline._prepare_text_ids(
                conditioning[None]), guidance=None, return_dict=False)[0][0]

    def noise(self, seed: int) -> torch.Tensor:
        noise = torch.randn(1, self.channels, self.height, self.width, generator=torch.Generator().manual_seed(seed))
        return Flux2KleinPipeline._pack_latents(noise)[0].contiguous()

    def sample(self, latents: torch.Tensor, conditioning: torch.Tensor, empty: torch.Tensor) -> torch.Tensor:
        """The defaults' number of steps and guidance: [step, tokens, channels], latents after every step."""
        defaults, scheduler = self.model.config["defaults"], self.scheduler()
        trajectory = []
        for t in scheduler.timesteps:
            sigma = t / 1000
            velocity = self.velocity(latents, conditioning, sigma)
            if defaults["guidance"] != 1:
                base = self.velocity(latents, empty, sigma)
                velocity = base + defaults["guidance"] * (velocity - base)
            latents = scheduler.step(velocity, t, latents, return_dict=False)[0]
            trajectory.append(latents)
        return torch.stack(trajectory)

    def scheduler(self) -> FlowMatchEulerDiscreteScheduler:
        config, steps = self.model.config["scheduler"], self.model.config["defaults"]["steps"]
        dynamic = config["dynamic_mu"] == "flux2-empirical"
        scheduler = FlowMatchEulerDiscreteScheduler(shift=1.0 if dynamic else config["shift"],
                                                    use_dynamic_shifting=dynamic)
        if dynamic:
            from diffusers.pipelines.flux2.pipeline_flux2_klein import compute_empirical_mu
            mu = {"mu": compute_empirical_mu(self.height * self.width, steps)}
        else:
            mu = {}
        scheduler.set_timesteps(sigmas=np.linspace(1.0, 1 / steps, steps), **mu)
        return scheduler

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """latents [tokens, channels] -> [H, W, 3], about -1 to 1."""
        patched = latents.T.reshape(1, self.channels, self.height, self.width)
        return self.model.vae.decode(unpatchify(denormalise(self.model.vae, patched))).sample[0].permute(1, 2, 0)


def golden_vectors(reference: Reference, prompts: list[str]) -> dict[str, torch.Tensor]:
    """Everything the C++ tests compare. Prompt 0 is the one that is drawn; the last one is empty."""
    vectors: dict[str, torch.Tensor] = {}
    encoded = [reference.tokens(prompt) for prompt in prompts]
    vectors["token_ids"] = torch.tensor([ids for ids, _ in encoded], dtype=torch.int32)
    vectors["real_tokens"] = torch.tensor([real for _, real in encoded], dtype=torch.int32)

    drawn, empty = reference.conditioning(*encoded[0]), reference.conditioning(*encoded[-1])
    vectors["conditioning.first"], vectors["conditioning.empty"] = drawn, empty

    noise = reference.noise(NOISE_SEED)
    vectors["noise"] = noise
    sigmas = torch.tensor(PROBED_SIGMAS)
    vectors["velocity_sigmas"] = sigmas
    vectors["velocities"] = torch.stack([reference.velocity(noise, drawn, sigma) for sigma in sigmas])

    vectors["schedule"] = reference.scheduler().sigmas
    trajectory = reference.sample(noise, drawn, empty)
    vectors["trajectory"] = trajectory
    picture = reference.decode(trajectory[-1])
    vectors["picture"] = picture
    vectors["pixels"] = torch.round((picture * 0.5 + 0.5).clamp(0, 1) * 255).to(torch.uint8)
    return vectors


def write(vectors: dict[str, torch.Tensor], prompts: list[str], output: Path) -> None:
    tensors = {name: value.detach().contiguous() for name, value in vectors.items()}
    save_file(tensors, output, metadata={"prompts": json.dumps(prompts), "noise_seed": str(NOISE_SEED)})
    print(f"{output}: {output.stat().st_size} bytes")
    for name, value in tensors.items():
        wide = value.double()
        print(f"  {name:20} {str(list(value.shape)):18} mean {wide.mean():9.4f} std {wide.std():9.4f} "
              f"largest {wide.abs().max():9.4f}")


def make_tiny(pack: Path, output: Path, seed: int) -> None:
    from export_pack import Options, export
    prompts = ["a red apple on the white background", "small bonsai tree", "the moon over water in ink style",
               "  tall   stone  ", "äpple!? 123", ""]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        model = tiny_model(folder, seed)
        export(folder, pack, Options())
    print(f"{pack}: {pack.stat().st_size} bytes")
    write(golden_vectors(Reference(model), prompts), prompts, output)


def make_from_pack(pack: Path, output: Path, prompts: list[str]) -> None:
    model = model_of_pack(pack)
    write(golden_vectors(Reference(model), prompts), prompts, output)


def main() -> None:
    parser = argparse.ArgumentParser(description="Golden vectors for the engine's parity tests.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("tiny", "pack"):
        command = commands.add_parser(name)
        command.add_argument("--pack", type=Path, required=True, help="written by tiny, read by pack")
        command.add_argument("--output", type=Path, required=True, metavar="FILE.safetensors")
    commands.choices["tiny"].add_argument("--seed", type=int, default=7)
    commands.choices["pack"].add_argument("--prompt", action="append", help="repeat for more; an empty one is added")
    args = parser.parse_args()

    torch.manual_seed(0)
    with torch.no_grad():
        if args.command == "tiny":
            make_tiny(args.pack, args.output, args.seed)
        else:
            prompts = args.prompt or ["a red apple", "a blue house on a white background", "two cats", "a green tree",
                                      "sun"]
            make_from_pack(args.pack, args.output, prompts + [""])


if __name__ == "__main__":
    main()

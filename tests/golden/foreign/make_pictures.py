#!/usr/bin/env python3
"""Writes one small PNG per program, with its settings where and how that program keeps them.

The grammars are described in docs/formats/png.md. With a folder as argument it also writes the texts alone, as the
fuzz target foreign_recipe reads them ("keyword NUL text").
"""
import json
import pathlib
import struct
import sys
import zlib

PROMPT = "a red fox, \"asleep\" in the snow: evening 🦊"
NEGATIVE = "fog, text"
SEED = 9007199254740993  # beyond what a double holds
MODEL = "klein-4b"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def text_chunk(keyword, text, kind):
    key = keyword.encode("latin-1")
    if kind == b"iTXt":
        return chunk(kind, key + b"\0\0\0\0\0" + text.encode())
    if kind == b"zTXt":
        return chunk(kind, key + b"\0\0" + zlib.compress(text.encode()))
    return chunk(kind, key + b"\0" + text.encode())


def png(texts, color, width=16, height=12):
    rows = b"".join(b"\0" + bytes(color) * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + b"".join(text_chunk(*text) for text in texts)
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def infotext(prompt, negative, settings):
    return f"{prompt}\nNegative prompt: {negative}\n" + ", ".join(f"{key}: {value}" for key, value in settings)


def automatic1111():
    return [("parameters", infotext(
        PROMPT + " <lora:ink:0.8>", NEGATIVE,
        [("Steps", 20), ("Sampler", "Euler a"), ("Schedule type", "Karras"), ("CFG scale", 3.5), ("Seed", SEED),
         ("Size", "512x768"), ("Model hash", "0123456789"), ("Model", MODEL), ("Clip skip", 2),
         ("Lora hashes", '"ink: 0123456789ab"'), ("Version", "v1.10.1")]), b"iTXt")]


def stable_diffusion_cpp():
    document = {
        "schema": "sdcpp.image.params/v1", "mode": "img_gen", "seed": SEED, "width": 512, "height": 768,
        "prompt": {"positive": PROMPT, "negative": NEGATIVE}, "strength": 0.75, "clip_skip": -1, "rng": "cuda",
        "sampling": {"steps": 20, "method": "euler", "scheduler": "simple", "eta": 0.0,
                     "guidance": {"txt_cfg": 3.5, "img_cfg": 3.5, "distilled_guidance": 0.0}},
        "models": {"model": "", "diffusion_model": MODEL}, "loras": [], "hires": {"enabled": False}}
    line = infotext(PROMPT, NEGATIVE, [
        ("Steps", 20), ("CFG scale", "3.500000"), ("Guidance", "0.000000"), ("Eta", "0.000000"), ("Seed", SEED),
        ("Size", "512x768"), ("Model", ""), ("RNG", "cuda"), ("Sampler", "euler simple"),
        ("Version", "stable-diffusion.cpp")])
    return [("parameters", line + ", SDCPP: " + json.dumps(document, ensure_ascii=False), b"tEXt")]


def invokeai():
    document = {
        "generation_mode": "flux2_txt2img", "positive_prompt": PROMPT, "negative_prompt": NEGATIVE, "width": 512,
        "height": 768, "seed": 3735928559, "rand_device": "cpu", "cfg_scale": 3.5, "steps": 20, "scheduler": "euler",
        "model": {"key": "k", "hash": "h", "name": MODEL, "base": "flux2", "type": "main"},
        "loras": [{"model": {"name": "ink"}, "weight": 0.75}], "app_version": "6.0.0"}
    return [("invokeai_metadata", json.dumps(document), b"tEXt")]


def draw_things():
    comment = {"c": PROMPT, "uc": NEGATIVE, "steps": 20, "sampler": "DDIM Trailing", "scale": 3.5, "seed": 4294967295,
               "size": "512x768", "model": MODEL, "strength": 1, "seed_mode": "Scale Alike", "shift": 3,
               "lora": [], "v2": {"steps": 20}}
    encoded = json.dumps(comment, ensure_ascii=False).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    xmp = ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
           '<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
           'xmlns:xmp="http://ns.adobe.com/xap/1.0/"><exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">'
           + encoded + '</rdf:li></rdf:Alt></exif:UserComment><xmp:CreatorTool>Draw Things</xmp:CreatorTool>'
           '</rdf:Description></rdf:RDF></x:xmpmeta>')
    return [("XML:com.adobe.xmp", xmp, b"iTXt")]


def comfyui():
    def node(kind, **inputs):
        return {"class_type": kind, "inputs": inputs}
    graph = {
        "1": node("SamplerCustomAdvanced", noise=["2", 0], guider=["3", 0], sampler=["4", 0], sigmas=["5", 0],
                  latent_image=["6", 0]),
        "2": node("RandomNoise", noise_seed=SEED),
        "3": node("CFGGuider", cfg=3.5, model=["7", 0], positive=["8", 0], negative=["9", 0]),
        "4": node("KSamplerSelect", sampler_name="euler"),
        "5": node("Flux2Scheduler", steps=20, width=512, height=768),
        "6": node("EmptyFlux2LatentImage", width=512, height=768, batch_size=1),
        "7": node("UNETLoader", unet_name=MODEL, weight_dtype="default"),
        "8": node("CLIPTextEncode", text=PROMPT, clip=["10", 0]),
        "9": node("CLIPTextEncode", text=NEGATIVE, clip=["10", 0]),
        "10": node("CLIPLoader", clip_name="qwen_3_4b.safetensors", type="flux2"),
        "11": node("VAEDecode", samples=["1", 0], vae=["12", 0]),
        "12": node("VAELoader", vae_name="flux2-vae.safetensors"),
        "13": node("SaveImage", filename_prefix="fox", images=["11", 0])}
    return [("prompt", json.dumps(graph), b"tEXt"), ("workflow", json.dumps({"nodes": [], "links": []}), b"tEXt")]


def swarmui():
    document = {"sui_image_params": {
        "prompt": PROMPT, "negativeprompt": NEGATIVE, "model": MODEL, "seed": SEED, "steps": 20, "cfgscale": 3.5,
        "aspectratio": "2:3", "width": 512, "height": 768, "sampler": "euler", "scheduler": "normal",
        "loras": ["ink"], "loraweights": ["0.8"], "swarm_version": "0.9.7.0"},
        "sui_extra_data": {"date": "2025-11-30"}, "sui_models": [{"name": MODEL, "param": "model", "hash": "0x01"}]}
    return [("parameters", json.dumps(document, indent=4, ensure_ascii=False), b"iTXt")]


def fooocus():
    document = {
        "adm_guidance": "(1.5, 0.8, 0.3)", "base_model": MODEL, "base_model_hash": "0123456789",
        "full_negative_prompt": [NEGATIVE], "full_prompt": [PROMPT + ", cinematic"], "guidance_scale": 3.5,
        "lora_combined_1": "ink : 0.1", "loras": [["ink", 0.1, "0123456789"]], "metadata_scheme": "fooocus",
        "negative_prompt": NEGATIVE, "performance": "Speed", "prompt": PROMPT, "refiner_model": "None",
        "refiner_switch": 0.5, "resolution": "(512, 768)", "sampler": "dpmpp_2m_sde_gpu", "scheduler": "karras",
        "seed": str(SEED), "sharpness": 2.0, "steps": 20, "styles": "['Fooocus V2']", "vae": "Default (model)",
        "version": "Fooocus v2.5.5"}
    return [("parameters", json.dumps(document), b"zTXt"), ("fooocus_scheme", "fooocus", b"tEXt")]


def flux2_c():
    return [("flux:seed", str(SEED), b"tEXt"), ("flux:model", "FLUX.2-klein-4B", b"tEXt"),
            ("Software", "flux (https://github.com/antirez/flux-c)", b"tEXt")]


def penjing():
    recipe = {"schema": "penjing.recipe/1", "prompt": PROMPT, "seed": str(SEED), "steps": 20, "guidance": 3.5,
              "width": 512, "height": 768, "shift": 2.0, "model": MODEL, "model_hash": "a" * 64, "kernels": "avx2",
              "precision": "int8", "engine": "0.1.0", "pixel_hash": "b" * 64}
    line = f"{PROMPT}\nSteps: 20, Sampler: Euler, CFG scale: 3.5, Seed: {SEED}, Size: 512x768, Version: Penjing 0.1.0"
    return [("parameters", line, b"iTXt"), ("penjing:recipe", json.dumps(recipe, ensure_ascii=False), b"iTXt")]


PROGRAMS = [automatic1111, stable_diffusion_cpp, invokeai, draw_things, comfyui, swarmui, fooocus, flux2_c, penjing]


def main():
    here = pathlib.Path(__file__).parent
    for index, program in enumerate(PROGRAMS):
        texts = program()
        (here / f"{program.__name__}.png").write_bytes(png(texts, (200, 90 + 15 * index, 60)))
        if len(sys.argv) > 1:
            flat = b"\0".join(part.encode() for keyword, text, _ in texts for part in (keyword, text))
            (pathlib.Path(sys.argv[1]) / program.__name__).write_bytes(flat)


if __name__ == "__main__":
    main()

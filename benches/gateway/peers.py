"""Where the other gateways are, and how they are installed: only when they are asked for, into `target`."""

import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PLACE = HERE.parents[1] / "target/bench-peers"
PYTHON = PLACE / "python"
NODE = PLACE / "node"
LITELLM = PYTHON / "bin/litellm"
PORTKEY = NODE / "node_modules/@portkey-ai/gateway/build/start-server.js"


def install():
    """Both of them, at the versions of `peers.txt` and `npm-shrinkwrap.json`.

    Portkey takes any `@hono/node-server` from 1.3.3 on. With 1.19 every stream is answered with 500 (its headers cannot be
    written), so it gets 1.13.8, with which streams work.
    """
    subprocess.run([sys.executable, "-m", "venv", PYTHON], check=True)
    subprocess.run([PYTHON / "bin/pip", "install", "--quiet", "-r", HERE / "peers.txt"], check=True)
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "npm-shrinkwrap.json"):
        shutil.copy(HERE / name, NODE)
    # Its script patches its developers' dependencies, which are not installed.
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=NODE, check=True)


def litellm_version():
    """None where it is not installed."""
    found = sorted(PYTHON.glob("lib/python*/site-packages/litellm-*.dist-info"))
    return found[0].name.removeprefix("litellm-").removesuffix(".dist-info") if found and LITELLM.exists() else None


def portkey_version():
    """None where it is not installed."""
    package = PORTKEY.parents[1] / "package.json"
    return json.loads(package.read_text())["version"] if PORTKEY.exists() and shutil.which("node") else None

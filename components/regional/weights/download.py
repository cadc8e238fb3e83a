"""Runs in the publishing Job, in the server's image: one revision from the model hub, and what the engine would ask for.

Reads REPOSITORY and REVISION, FILES (where the download goes), BESIDE (lines of `<sha256> <path below FILES> <url>`: files
the engine fetches from the internet when it starts, unless they lie beside the weights) and HF_TOKEN where a licence must
have been accepted. Does nothing where `publish.sh check` has found the revision in the origin bucket.
"""

import hashlib
import os
import sys
import urllib.request
from pathlib import Path

DUPLICATES = ("original/*", "metal/*", "*.pth", "*.gguf")
"""Some repositories hold the same weights two or three times over; vLLM reads the safetensors at the top."""


def main() -> None:
    """Leave everything below FILES, or end with what went wrong."""
    files = Path(os.environ["FILES"])
    if (files / ".published").exists():
        return
    # Only here: the library is the image's, and the program that carries this file has no use for it.
    from huggingface_hub import snapshot_download

    snapshot_download(
        os.environ["REPOSITORY"],
        revision=os.environ["REVISION"],
        local_dir=files,
        ignore_patterns=list(DUPLICATES),
    )
    for line in os.environ["BESIDE"].splitlines():
        sha256, path, url = line.split()
        _fetch(url, files / path, sha256)


def _fetch(url: str, target: Path, sha256: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(url, timeout=60) as answer:
        content = answer.read()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        sys.exit(f"{url} has SHA-256 {found}, not {sha256}: it is not the file that was pinned")
    target.write_bytes(content)


if __name__ == "__main__":
    main()

"""Programs that come as Go modules only: built once each, and kept outside the tree."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A Go module at one version."""

    path: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One command of a module."""

    name: str
    module: Module
    package: str
    """Import path of its `main`."""
    tags: str = ""


_BUILDING: Final = threading.Lock()


class NoGo(RuntimeError):
    """Go is missing, and something must be built with it."""


def cache() -> Path:
    """Where everything built is kept."""
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "llm-fleet"


def built(program: Program) -> Path:
    """Where a program lies once it is built."""
    return cache() / "bin" / f"{program.name}-{program.module.version}"


def ensure(program: Program) -> Path:
    """The program, built if need be; raises `NoGo` with what to install."""
    target = built(program)
    # Three clusters start at once, and the first to ask for a program builds it for all.
    with _BUILDING:
        return target if target.is_file() else _build(program, target)


def source(module: Module) -> Path:
    """The module's own files, as the module proxy gives them."""
    told = _go(
        "mod", "download", "-json", f"{module.path}@{module.version}", folder=Path(tempfile.gettempdir())
    )
    return Path(json.loads(told)["Dir"])


def _build(program: Program, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Another process may be at the same; each has a file of its own, and the last to end is as good as the first.
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    with tempfile.TemporaryDirectory() as folder:
        wrap(program.module, source(program.module), Path(folder))
        flags = ["-trimpath", "-ldflags", f"-s -w {_stamp(program.module)}".strip(), "-tags", program.tags]
        _go("build", *flags, "-o", str(unfinished), program.package, folder=Path(folder))
    # Renamed last, so that an interrupted build is never taken for a program.
    return unfinished.rename(target)


def wrap(module: Module, where: Path, folder: Path) -> None:
    """A module of our own that requires theirs with its own choice of dependencies.

    `go install module@version` refuses a go.mod with replacements, and Kubernetes replaces each of its libraries by a
    folder that the module does not carry; each is published as the version of the same minor and patch.
    """
    lines = []
    for line in (where / "go.mod").read_text().splitlines():
        if line.startswith("module "):
            line = "module llm-fleet/build"
        elif found := re.search(r"(\S+) => \.\S*", line):
            library = found[1]
            if not library.startswith("k8s.io/"):
                continue
            line = line[: found.start()] + f"{library} => {library} v0{module.version[2:]}"
        lines.append(line)
    (folder / "go.mod").write_text("\n".join([*lines, f"require {module.path} {module.version}", ""]))
    if (where / "go.sum").is_file():
        shutil.copy(where / "go.sum", folder / "go.sum")


def _stamp(module: Module) -> str:
    """What makes Kubernetes' programs know their version; they would call themselves v0.0.0 and refuse features."""
    if module.path != "k8s.io/kubernetes":
        return ""
    _, minor, _ = module.version.split(".")
    told = {"gitVersion": module.version, "gitMajor": "1", "gitMinor": minor}
    return " ".join(f"-X k8s.io/component-base/version.{key}={value}" for key, value in told.items())


def _go(*arguments: str, folder: Path) -> str:
    """What it prints; what it does meanwhile, downloads among it, goes to the terminal."""
    if shutil.which("go") is None:
        raise NoGo("this needs Go 1.26.6 or newer (https://go.dev/dl/) to build its programs once")
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
    done = subprocess.run(
        ["go", *arguments],
        cwd=folder,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise RuntimeError(f"go {arguments[0]} failed in {folder}; its output is above")
    return done.stdout

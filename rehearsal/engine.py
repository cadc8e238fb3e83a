"""The real Pulumi engine: the one on PATH, or one built from its Go module and kept outside the tree.

`python -m rehearsal.engine` builds it where it is absent; three to four minutes on two cores, then never again.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from rehearsal import gobuild

# renovate: datasource=go depName=github.com/pulumi/pulumi/pkg/v3
VERSION: Final = "v3.254.0"
"""Of the engine that is built; any newer `pulumi` on PATH will do as well."""

_GO_MOD: Final = f"""module llm-fleet/engine

go 1.26.6

require github.com/pulumi/pulumi/pkg/v3 {VERSION}
"""

_TOOLS_GO: Final = """package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
"""


class NoEngine(RuntimeError):
    """Neither a Pulumi engine nor what it takes to build one."""


def cache() -> Path:
    """Where the built engine is kept."""
    return gobuild.cache() / "engine" / VERSION


def find() -> Path | None:
    """An engine that is there already."""
    if (built := cache() / "pulumi").is_file():
        return built
    found = shutil.which("pulumi")
    return Path(found) if found else None


def ensure() -> Path:
    """An engine, built if need be; raises `NoEngine` with what to install."""
    return find() or build()


def build() -> Path:
    """Build the engine from the Go module proxy into the cache."""
    if shutil.which("go") is None:
        raise NoEngine(
            "the engine tests need the Pulumi CLI (https://www.pulumi.com/docs/install/)"
            " or Go 1.26.6 or newer to build its engine; install one of the two"
        )
    target = cache()
    target.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "go.mod").write_text(_GO_MOD)
        (Path(folder) / "tools.go").write_text(_TOOLS_GO)
        subprocess.run(["go", "mod", "tidy"], cwd=folder, env=environment, check=True, stdout=sys.stderr)
        flags = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={VERSION}"
        unfinished = target / "pulumi.unfinished"
        command = ["go", "build", "-tags", "osusergo,grpcnotrace", "-trimpath", "-ldflags", flags]
        package = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
        subprocess.run(
            [*command, "-o", str(unfinished), package],
            cwd=folder,
            env=environment,
            check=True,
            stdout=sys.stderr,
        )
    # Renamed last, so that an interrupted build is never taken for an engine.
    return unfinished.rename(target / "pulumi")


if __name__ == "__main__":
    try:
        print(ensure())
    except NoEngine as missing:
        sys.exit(str(missing))

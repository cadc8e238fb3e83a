"""`python -m rehearsal.cluster`: every Kubernetes object of every stack, applied to a real API server."""

import sys
import tempfile
import time
from pathlib import Path

from components.planning.terminal import console
from components.settings import stackfile
from rehearsal import gobuild
from rehearsal.cluster import objects
from rehearsal.cluster.control_plane import control_plane
from rehearsal.cluster.report import Applied, apply, table
from rehearsal.recorder import Recorded, rehearse


def main() -> int:
    """Print what was applied and accepted; 1 where anything was refused."""
    try:
        clusters = [
            applied(stack, region, told)
            for stack in stackfile.stacks()
            for region, told in objects.by_cluster(rehearse(stackfile.read(stack))).items()
        ]
    except gobuild.NoGo as missing:
        print(missing, file=sys.stderr)
        return 1
    console().print(table(clusters))
    for one in clusters:
        if one.refused:
            print(one.refused, file=sys.stderr)
    return 1 if any(one.refused for one in clusters) else 0


def applied(stack: str, region: str, told: tuple[Recorded, ...]) -> Applied:
    """What a fresh API server says against the objects."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, control_plane(Path(folder)) as plane:
        return apply(stack, region, told, plane, began)


if __name__ == "__main__":
    sys.exit(main())

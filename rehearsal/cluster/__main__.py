"""`python -m rehearsal.cluster`: every Kubernetes object of every stack, applied to a real API server."""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from components.planning.terminal import console, plain_table
from components.settings import stackfile
from rehearsal import gobuild
from rehearsal.cluster import definitions, objects
from rehearsal.cluster.control_plane import control_plane
from rehearsal.cluster.kubectl import Kubectl
from rehearsal.recorder import Recorded, rehearse


def main() -> int:
    """Print what was applied and accepted; 1 where anything was refused."""
    table = plain_table()
    for column in ("Stack", "Cluster", "Objects", "Kinds", "Accepted", "Seconds"):
        table.add_column(column, justify="left" if column in ("Stack", "Cluster") else "right")
    kinds: Counter[str] = Counter()
    refused = []
    try:
        for stack in stackfile.stacks():
            for region, told in objects.by_cluster(rehearse(stackfile.read(stack))).items():
                start = time.monotonic()
                said = applied(told)
                own = Counter(str(one.inputs["kind"]) for one in told)
                kinds += own
                refused += [said] if said else []
                seconds = f"{time.monotonic() - start:.0f}"
                table.add_row(stack, region, str(len(told)), str(len(own)), "no" if said else "all", seconds)
    except gobuild.NoGo as missing:
        print(missing, file=sys.stderr)
        return 1
    shown = console()
    shown.print(table)
    shown.print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    for said in refused:
        print(said, file=sys.stderr)
    return 1 if refused else 0


def applied(told: tuple[Recorded, ...]) -> str:
    """What a fresh API server says against the objects; empty where it accepts them all without a warning."""
    with tempfile.TemporaryDirectory() as folder, control_plane(Path(folder)) as plane:
        kubectl = Kubectl(plane.kubeconfig)
        kubectl.define(definitions.files(), definitions.target_group_binding())
        return kubectl.apply(objects.manifest(one) for one in told).err.strip()


if __name__ == "__main__":
    sys.exit(main())

"""What is applied to real API servers, and what they said, as a table."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Group, RenderableType

from components.planning.terminal import plain_table
from rehearsal.cluster import definitions, objects
from rehearsal.cluster.control_plane import ControlPlane
from rehearsal.cluster.kubectl import Answer, Kubectl
from rehearsal.recorder import Recorded

TEXTS: Final = ("Stack", "Cluster")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One cluster's objects, and what its API server said."""

    stack: str
    region: str
    told: tuple[Recorded, ...]
    said: Answer
    seconds: float

    @property
    def refused(self) -> str:
        """Empty where all were accepted without a warning."""
        return self.said.err.strip()

    @property
    def kinds(self) -> Counter[str]:
        return Counter(str(one.inputs["kind"]) for one in self.told)


def apply(stack: str, region: str, told: tuple[Recorded, ...], plane: ControlPlane, began: float) -> Applied:
    """Definitions first, then the objects of one cluster; its seconds count from `began`, of `time.monotonic()`."""
    kubectl = Kubectl(plane.kubeconfig)
    kubectl.define(definitions.files(), definitions.target_group_binding())
    said = kubectl.apply(objects.manifest(one) for one in told)
    return Applied(stack=stack, region=region, told=told, said=said, seconds=time.monotonic() - began)


def table(clusters: Sequence[Applied]) -> RenderableType:
    """A row for each cluster, and beneath it how many of each kind there were in all."""
    rows = plain_table()
    for column in (*TEXTS, "Objects", "Kinds", "Accepted", "Seconds"):
        rows.add_column(column, justify="left" if column in TEXTS else "right")
    for one in clusters:
        accepted = "no" if one.refused else "all"
        rows.add_row(
            one.stack, one.region, str(len(one.told)), str(len(one.kinds)), accepted, f"{one.seconds:.0f}"
        )
    kinds: Counter[str] = sum((one.kinds for one in clusters), Counter())
    return Group(rows, ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))

"""What was applied to real API servers, as a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Group, RenderableType

from components.planning.terminal import plain_table
from rehearsal.recorder import Recorded

TEXTS: Final = ("Stack", "Cluster")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One cluster's objects, and what its API server said."""

    stack: str
    region: str
    told: tuple[Recorded, ...]
    refused: str
    """Empty where all were accepted without a warning."""
    seconds: float

    @property
    def kinds(self) -> Counter[str]:
        return Counter(str(one.inputs["kind"]) for one in self.told)


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

"""Which Kubernetes a chart was tested with, or says that it needs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Minors = tuple[int, int]
"""First and last minor version of Kubernetes 1, both included."""

SUPPORTED: Final[Minors] = (33, 36)
"""Those with a GPU node image of the pinned date (awslabs/amazon-eks-ami CHANGELOG v20260714, read 2026-11-20)."""

TESTED: Final[Mapping[str, Minors]] = MappingProxyType(
    {
        # keda.sh/docs/2.20/operate/cluster (2026-08): tested with 1.33 to 1.35.
        "keda": (33, 35),
        # Karpenter's compatibility page of 1.14 (2026-08): 1.36 needs 1.13 or newer, 1.35 needs 1.9, 1.34 needs 1.6.
        "karpenter": (34, 36),
    }
)
"""By chart. A chart that is left out publishes no matrix that was read."""


def minor(version: str) -> int | None:
    """`35` of `1.35` or `1.35.6-20260714`; None where it is no version of Kubernetes 1."""
    major, _, rest = version.partition(".")
    found = rest.split(".")[0].split("-")[0]
    return int(found) if major == "1" and found.isdigit() else None

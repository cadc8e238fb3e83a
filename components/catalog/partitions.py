"""Into which partitions a GPU can be cut: MIG profiles, each with its own memory, bandwidth and multiprocessors.

Names, fractions of memory and instances: NVIDIA's MIG user guide, Supported MIG Profiles (r590, read 2026-11-21); B300's:
aws/sagemaker-hyperpod-cli pull request 403; RTX PRO 4500's: NVIDIA AI Enterprise 8, vGPU types of Blackwell boards. Memory:
as `nvidia-smi mig -lgip` printed it in public logs of A100 40 and 80 GB, H100 80 GB, H200 (1g and 2g), RTX PRO 6000 and one
slice of a B200. Not read anywhere, so reckoned low: H200's 3g as twice its 2g, B200's larger as multiples of its slice,
B300's and RTX PRO 4500's in B200's and RTX PRO 6000's proportion. Multiprocessors: of 108 (A100), 132 (H100, H200;
Blackwell alike) and 188 (RTX PRO 6000) from the same logs. A profile of which a GPU holds only one is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from components.catalog import accelerators
from components.catalog.accelerators import Gpu


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One MIG profile of one GPU."""

    name: str
    """As the node label `nvidia.com/mig.config=all-<name>` and the resource `nvidia.com/mig-<name>` spell it."""
    instances: int
    """That fit one GPU at once."""
    memory_gib: float
    memory_share: float
    """Of the GPU's memory slices, and so of its bandwidth."""
    compute_share: float
    """Of the GPU's multiprocessors."""


# name, instances, memory GiB, slices of memory, multiprocessors
_Row = tuple[str, int, float, int, int]


def _partitions(slices: int, multiprocessors: int, *rows: _Row) -> tuple[Partition, ...]:
    return tuple(
        Partition(
            name=name,
            instances=instances,
            memory_gib=memory,
            memory_share=taken / slices,
            compute_share=units / multiprocessors,
        )
        for name, instances, memory, taken, units in rows
    )


PARTITIONS: Final[Mapping[Gpu, tuple[Partition, ...]]] = MappingProxyType(
    {
        accelerators.A100_40: _partitions(
            8,
            108,
            ("1g.5gb", 7, 4.75, 1, 14),
            ("1g.10gb", 4, 9.75, 2, 14),
            ("2g.10gb", 3, 9.75, 2, 28),
            ("3g.20gb", 2, 19.62, 4, 42),
        ),
        accelerators.A100_80: _partitions(
            8,
            108,
            ("1g.10gb", 7, 9.50, 1, 14),
            ("1g.20gb", 4, 19.50, 2, 14),
            ("2g.20gb", 3, 19.50, 2, 28),
            ("3g.40gb", 2, 39.25, 4, 42),
        ),
        accelerators.H100: _partitions(
            8,
            132,
            ("1g.10gb", 7, 9.75, 1, 16),
            ("1g.20gb", 4, 19.62, 2, 16),
            ("2g.20gb", 3, 19.62, 2, 32),
            ("3g.40gb", 2, 39.50, 4, 60),
        ),
        accelerators.H200: _partitions(
            8,
            132,
            ("1g.18gb", 7, 16.00, 1, 16),
            ("1g.35gb", 4, 32.50, 2, 16),
            ("2g.35gb", 3, 32.50, 2, 32),
            ("3g.71gb", 2, 65.00, 4, 60),
        ),
        accelerators.B200: _partitions(
            8,
            132,
            ("1g.23gb", 7, 20.50, 1, 16),
            ("1g.45gb", 4, 41.00, 2, 16),
            ("2g.45gb", 3, 41.00, 2, 32),
            ("3g.90gb", 2, 82.00, 4, 60),
        ),
        accelerators.B300: _partitions(
            8,
            132,
            ("1g.34gb", 7, 30.75, 1, 16),
            ("1g.67gb", 4, 61.50, 2, 16),
            ("2g.67gb", 3, 61.50, 2, 32),
            ("3g.135gb", 2, 123.00, 4, 60),
        ),
        accelerators.RTX_PRO_6000: _partitions(
            4, 188, ("1g.24gb", 4, 23.62, 1, 46), ("2g.48gb", 2, 47.38, 2, 94)
        ),
        accelerators.RTX_PRO_4500: _partitions(2, 2, ("1g.16gb", 2, 15.70, 1, 1)),
    }
)


def of(gpu: Gpu) -> tuple[Partition, ...]:
    """The profiles of a GPU, smallest first; none where it cannot be cut."""
    return PARTITIONS.get(gpu, ())

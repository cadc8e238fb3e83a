"""How often spot is to be had and taken back: two published extremes, between which the truth of a day lies.

Scarce: availability of one p3.2xlarge (V100) spot node in nine zones, a probe every 195 s for 45 days from 2023-02-15
(github.com/skypilot-org/spot-traces, availability/1-node/aws-02-15-2023; summed up here on 2026-11-21): an old GPU that was
scarce then, but measured zone by zone. Its zone letters are of the account that measured. No such trace of a G6 or
newer type is published; regions it does not cover take the middle one of the three.
Calm: the highest band below the open-ended one that the Spot Instance Advisor has shown for GPU types, 15-20 % of
instances a month, and spot always to be had (quoted by thundercompute, 2026-02, for p5; p4d and g6f 5-10 %; cloudprice.app,
2026, for g5.xlarge "sometimes under 5 %, sometimes 15-20 %"). The Advisor itself could not be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

AS_OF: Final = date(2026, 11, 21)

MEASURED_DAYS: Final = 20158 * 195 / 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRecord:
    """What was seen of spot in one zone."""

    available_share: float
    """Of the time."""
    interruptions: int
    """Times it ran out while it was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRecord:
    """What was seen of spot in one region."""

    zones: Mapping[str, ZoneRecord]
    any_available_share: float
    """Of the time, in at least one of its zones; zones fail together, so it is less than their shares suggest."""

    @property
    def interruptions_per_hour(self) -> float:
        """Of one spot node, over the zones by the time they had spot."""
        hours = sum(one.available_share for one in self.zones.values()) * MEASURED_DAYS * 24
        return sum(one.interruptions for one in self.zones.values()) / hours


def _region(any_available: float, **zones: tuple[float, int]) -> RegionRecord:
    records = {
        letter: ZoneRecord(available_share=share, interruptions=count)
        for letter, (share, count) in zones.items()
    }
    return RegionRecord(zones=MappingProxyType(records), any_available_share=any_available)


SCARCE: Final[Mapping[str, RegionRecord]] = MappingProxyType(
    {
        "us-east-1": _region(0.713, a=(0.167, 253), c=(0.467, 343), d=(0.447, 293), f=(0.591, 285)),
        "us-east-2": _region(0.806, a=(0.759, 145), b=(0.682, 174)),
        "us-west-2": _region(0.961, a=(0.883, 158), b=(0.905, 94), c=(0.891, 142)),
    }
)

MIDDLE: Final = "us-east-2"
"""Stands for regions that were not measured: the middle of the three by availability."""

CALM_INTERRUPTIONS_PER_MONTH: Final = 0.20
"""Of one spot node; the upper edge of the Advisor's 15-20 % band."""


def scarce(region: str) -> tuple[str, RegionRecord]:
    """The measured region that is planned on, and its record."""
    known = region if region in SCARCE else MIDDLE
    return known, SCARCE[known]

"""An amount at the floor, as expected, and at the ceiling."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One quantity at the floor, as expected over a month, and at the ceiling."""

    floor: float
    expected: float
    ceiling: float

    def times(self, factor: float) -> "Range":
        return Range(
            floor=self.floor * factor, expected=self.expected * factor, ceiling=self.ceiling * factor
        )


def total(ranges: Iterable[Range]) -> Range:
    """The sum, level by level."""
    every = tuple(ranges)
    return Range(
        floor=sum(one.floor for one in every),
        expected=sum(one.expected for one in every),
        ceiling=sum(one.ceiling for one in every),
    )

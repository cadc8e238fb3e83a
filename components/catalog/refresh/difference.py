"""What changed between two states of the data files, in lines for a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

SPOT_MOVE: Final = 0.10
"""Spot moves all the time; smaller moves than this are only counted."""

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure before and after; None where there was none, or is none any more."""

    name: str
    """Region, and what of it."""
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        return "rose" if self.after > self.before else "fell"

    @property
    def share(self) -> float | None:
        """By which part of what it was it changed."""
        numbers = isinstance(self.before, int | float) and isinstance(self.after, int | float)
        return self.after / self.before - 1 if numbers and self.before else None


def changes(before: Values, after: Values) -> list[Change]:
    """Every name whose value differs, in order."""
    return [
        Change(name=name, before=before.get(name), after=after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def on_demand(file: Mapping[str, Any]) -> Values:
    """Dollars an hour by region and instance type."""
    return {
        f"{region} {family}.{size}": usd
        for region, row in file["regions"].items()
        for family, sizes in row["usd_per_hour"].items()
        for size, usd in sizes.items()
    }


def spot(file: Mapping[str, Any]) -> Values:
    """Mean dollars an hour over the zones, by region and instance type."""
    return {
        f"{region} {name}": sum(zones.values()) / len(zones)
        for region, row in file["regions"].items()
        for name, zones in row["usd_per_hour"].items()
    }


def offerings(file: Mapping[str, Any]) -> Values:
    """How many zones offer an instance type, by region."""
    return {
        f"{region} {family}.{size}": len(numbers)
        for region, row in file["regions"].items()
        for family, sizes in row["offerings"].items()
        for size, numbers in sizes.items()
    }


def zones(file: Mapping[str, Any]) -> Values:
    """1 for every zone there is."""
    return {f"{region} {zone}": 1 for region, row in file["regions"].items() for zone in row["zones"]}


def quotas(file: Mapping[str, Any]) -> Values:
    """Default by region and code."""
    return {
        f"{region} {code}": value
        for region, row in file["regions"].items()
        for code, value in row["default"].items()
    }


_VIEWS: Final = (
    ("on-demand prices", "prices", on_demand, "${:g}", 0.0),
    ("spot prices", "spot", spot, "${:.4f}", SPOT_MOVE),
    ("zones", "offerings", zones, "a zone", 0.0),
    ("offerings", "offerings", offerings, "{:g} zone(s)", 0.0),
    ("default quotas", "quotas", quotas, "{:g} vCPUs", 0.0),
)


def lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Every kind of figure with how many rose, fell, came and went, and each of them in a line."""
    for title, file, view, pattern, least in _VIEWS:
        found = changes(view(before[file]), view(after[file]))
        shown = [one for one in found if one.share is None or abs(one.share) >= least]
        yield f"{title}: {_counts(found)}"
        yield from (f"  {_line(one, pattern)}" for one in shown)
        if small := len(found) - len(shown):
            yield f"  {small} move(s) of less than {least:.0%} not shown"


def _counts(found: list[Change]) -> str:
    counted = {kind: sum(one.kind == kind for one in found) for kind in ("rose", "fell", "new", "gone")}
    return ", ".join(f"{count} {kind}" for kind, count in counted.items()) if found else "as they were"


def _line(one: Change, pattern: str) -> str:
    if one.before is None:
        return f"{one.name}: new, {pattern.format(one.after)}"
    if one.after is None:
        return f"{one.name}: gone, was {pattern.format(one.before)}"
    share = "" if one.share is None else f" ({one.share:+.1%})"
    return f"{one.name}: {pattern.format(one.before)} -> {pattern.format(one.after)}{share}"

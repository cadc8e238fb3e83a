"""What follows from the rows that were read: each region's indices, and each file's day."""

from collections.abc import Mapping
from statistics import median
from typing import Any, Final

from components.catalog import prices

_SERVICES: Final = ("m7i", "m6i")
_OLD: Final = "g4dn"
"""Priced by a ratio of its own; it tells of a region only where nothing newer does."""


def settle(file: dict[str, Any]) -> None:
    """Write both indices of every region into prices.json's data, over the home region's; and what is still not sold."""
    home = file["regions"][prices.HOME]["usd_per_hour"]
    sold = {
        f"{family}.{size}"
        for row in file["regions"].values()
        for family, sizes in row["usd_per_hour"].items()
        for size in sizes
    }
    file["not_sold"] = {name: why for name, why in file["not_sold"].items() if name not in sold}
    for row in file["regions"].values():
        there = row["usd_per_hour"]
        gpus = _gpu_index(there, home) or row.get("gpu_index")
        services = _services_index(there, home) or row.get("services_index") or gpus
        row |= {"services_index": services, "gpu_index": gpus or services}


def _gpu_index(there: Mapping[str, Any], home: Mapping[str, Any]) -> float | None:
    """The middle ratio of the G types priced in both; of the P types where only those are sold."""
    families = [one for one in there if one.startswith("g")] or [one for one in there if one.startswith("p")]
    newer = [one for one in families if one != _OLD] or families
    ratios = [ratio for family in newer for ratio in _ratios(there[family], home.get(family, {}))]
    return round(median(ratios), 4) if ratios else None


def _services_index(there: Mapping[str, Any], home: Mapping[str, Any]) -> float | None:
    """The ratio of the newest general-purpose family priced in both."""
    for family in _SERVICES:
        if ratios := _ratios(there.get(family, {}), home.get(family, {})):
            return round(median(ratios), 4)
    return None


def _ratios(there: Mapping[str, float], home: Mapping[str, float]) -> list[float]:
    return [usd / home[size] for size, usd in there.items() if size in home]


def date_of(file: dict[str, Any]) -> str:
    """The day of the oldest row; a row without a day is as old as the file was."""
    before: str = file["as_of"]
    return min((row.get("as_of", before) for row in file["regions"].values()), default=before)

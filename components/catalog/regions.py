"""AWS regions that offer GPUs, their zones, and which zones offer which instance type.

Zones are named by id (`use1-az2`), because the letters differ between accounts and ids do not. Zones where EKS places no
control plane (`WITHOUT_CONTROL_PLANE`: the EKS user guide's network requirements, as generally known) are left out.
Offerings: see the source and date inside data/offerings.json.
"""

import difflib
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from components.catalog import datafiles

WITHOUT_CONTROL_PLANE: Final = ("use1-az3", "usw1-az2", "cac1-az3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One AWS region."""

    name: str
    zones: tuple[str, ...]
    """Zone ids, in order."""


class UnknownRegion(LookupError):
    """A region that offers no GPU the catalog knows, or does not exist."""


def _data() -> Mapping[str, Any]:
    return datafiles.load("offerings")


@functools.cache
def regions() -> Mapping[str, Region]:
    """Every region that offers at least one accelerator, by name."""
    return MappingProxyType(
        {name: Region(name=name, zones=tuple(row["zones"])) for name, row in _data()["regions"].items()}
    )


def as_of() -> date:
    """The day the offerings were read."""
    return datafiles.as_of(_data())


def find(name: str) -> Region:
    """The region of that name; raises `UnknownRegion` with a suggestion."""
    if name not in regions():
        raise UnknownRegion(suggest(name))
    return regions()[name]


def suggest(name: str) -> str:
    """What to tell somebody who asked for a region that is not here."""
    near = difflib.get_close_matches(name, regions(), n=1)
    return f"{name} is not a region with GPUs" + (f"; did you mean {near[0]}?" if near else "")


def offered_zones(instance_type: str, region: str) -> tuple[str, ...]:
    """Ids of the zones of a region that offer an instance type; empty where none does."""
    family, _, size = instance_type.partition(".")
    row = _data()["regions"].get(region)
    if row is None:
        return ()
    prefix = row["zones"][0].split("-az")[0]
    return tuple(f"{prefix}-az{number}" for number in row["offerings"].get(family, {}).get(size, ()))


def offered(instance_type: str, region: str) -> bool:
    return bool(offered_zones(instance_type, region))


def offered_in(instance_type: str) -> tuple[str, ...]:
    """Regions that offer an instance type, in name order."""
    return tuple(sorted(region for region in regions() if offered(instance_type, region)))

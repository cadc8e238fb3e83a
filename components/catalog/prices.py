"""What AWS charges, in US dollars.

EC2 on-demand and spot: data/prices.json and data/spot.json, each region with its own source and day; `python -m
components.catalog refresh` reads them anew from AWS. Where a region's row lacks an instance type, us-east-1's price times
the region's index stands in for it, and `estimated` says so. Spot without a row: see `SPOT_SHARE`.
Services: us-east-1 list prices; the region's index carries them to other regions. Most were compared on 2026-11-21 with what
is published: Global Accelerator with AWS's own price page; EKS, NAT gateway, interface endpoint, public IPv4, data
transfer, ALB, WAF, EFS, CloudWatch Logs and Lustre at 125 MB/s per TiB with third parties' price guides of 2026. Not
compared with anything, and so general knowledge: the other Lustre tiers, gp3, S3, KMS, and a health check's options.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from components.catalog import accelerators, datafiles

_DATA: Final = datafiles.load("prices")
_SPOT: Final = datafiles.load("spot")

HOME: Final = "us-east-1"
"""Every index is over this region's prices."""

AS_OF: Final = datafiles.as_of(_DATA)
"""The day of the oldest on-demand price."""


def _by_type(tables: Mapping[str, Mapping[str, float]]) -> Mapping[str, float]:
    """`{"g6": {"xlarge": 0.8048}}` as `{"g6.xlarge": 0.8048}`."""
    return MappingProxyType(
        {f"{family}.{size}": usd for family, sizes in tables.items() for size, usd in sizes.items()}
    )


_ON_DEMAND: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {region: _by_type(row["usd_per_hour"]) for region, row in _DATA["regions"].items()}
)

NOT_SOLD: Final[Mapping[str, str]] = _DATA["not_sold"]
"""Instance types without an on-demand price anywhere, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemInstance:
    """A CPU instance type for everything that is not a model."""

    instance_type: str
    vcpus: int
    ram_gib: int
    usd_per_hour: float
    """us-east-1, on-demand."""


SYSTEM_INSTANCES: Final[Mapping[str, SystemInstance]] = MappingProxyType(
    {
        name: SystemInstance(
            instance_type=name, vcpus=vcpus, ram_gib=ram, usd_per_hour=_ON_DEMAND[HOME][name]
        )
        for name, vcpus, ram in (
            ("m6i.large", 2, 8),
            ("m6i.xlarge", 4, 16),
            ("m6i.2xlarge", 8, 32),
            ("m7i.large", 2, 8),
            ("m7i.xlarge", 4, 16),
            ("m7i.2xlarge", 8, 32),
            ("m7i.4xlarge", 16, 64),
        )
    }
)

REGION_INDEX: Final[Mapping[str, float]] = MappingProxyType(
    {region: row["services_index"] for region, row in _DATA["regions"].items()}
)
"""A region's prices of CPU instances over us-east-1's. Services are taken to follow these; not compared region by region."""

_GPU_INDEX: Final[Mapping[str, float]] = MappingProxyType(
    {region: row["gpu_index"] for region, row in _DATA["regions"].items()}
)

SPOT_SHARE: Final = 0.42
"""Spot over on-demand of a G family where no price was read. Of the 97 means over zones in data/spot.json half lie below
0.37 and nine in ten between 0.15 and 0.65; a little above the middle, so as to promise less."""


class UnknownPrice(LookupError):
    """An instance type or region without a price."""


def index(region: str) -> float:
    """The region's index; raises `UnknownPrice`."""
    if region not in REGION_INDEX:
        raise UnknownPrice(
            f"no prices are known for {region}; python -m components.catalog refresh reads them"
        )
    return REGION_INDEX[region]


def on_demand_usd_per_hour(instance_type: str, region: str) -> float:
    """On-demand Linux price, read or by index; raises `UnknownPrice` (p5e is sold in capacity blocks and has none)."""
    read = _ON_DEMAND.get(region, {}).get(instance_type)
    if read is not None:
        return read
    if instance_type not in _ON_DEMAND[HOME]:
        raise UnknownPrice(
            f"no price is known for {instance_type}; python -m components.catalog refresh reads it if there is one"
        )
    general = index(region)
    return _ON_DEMAND[HOME][instance_type] * (
        general if instance_type in SYSTEM_INSTANCES else _GPU_INDEX[region]
    )


def gp3_usd_per_month(gib: float, iops: int = 3000, mb_per_second: int = 125) -> float:
    """One volume in us-east-1, with what it is given beyond a volume's own pace."""
    return (
        gib * GP3_USD_PER_GB_MONTH
        + max(iops - 3000, 0) * GP3_USD_PER_IOPS_MONTH
        + max(mb_per_second - 125, 0) * GP3_USD_PER_MB_PER_SECOND_MONTH
    )


def priced(instance_type: str, region: str) -> bool:
    """Whether an accelerator has a price in a region, read or by index."""
    known = instance_type in _ON_DEMAND.get(region, {}) or instance_type in _ON_DEMAND[HOME]
    return known and region in REGION_INDEX and instance_type not in SYSTEM_INSTANCES


def estimated(region: str, instance_type: str | None = None) -> bool:
    """Whether an instance type's price there is derived by index and not read; without one, whether all of them are."""
    read = _ON_DEMAND.get(region, {})
    return not read if instance_type is None else instance_type not in read


def as_of(region: str) -> date:
    """The day the region's on-demand prices were read."""
    return datafiles.as_of(_DATA["regions"].get(region, _DATA))


def spot_zones_usd_per_hour(instance_type: str, region: str) -> Mapping[str, float]:
    """Spot price by zone id, as last read; empty where it was not."""
    row = _SPOT["regions"].get(region, {"usd_per_hour": {}})
    found: Mapping[str, float] = row["usd_per_hour"].get(instance_type, MappingProxyType({}))
    return found


def spot_usd_per_hour(instance_type: str, region: str) -> float | None:
    """A planning figure for spot: the mean of the zones read, otherwise on-demand times `SPOT_SHARE`.

    None where spot is not to be planned on: for P families it is too rarely to be had, and where the zones' mean is no
    less than on-demand there is nothing to save. A price of one moment says little of another: see `as_of` in the file.
    """
    if accelerators.find(instance_type).quota_family == "P":
        return None
    own = on_demand_usd_per_hour(instance_type, region)
    zones = spot_zones_usd_per_hour(instance_type, region)
    usd = sum(zones.values()) / len(zones) if zones else own * SPOT_SHARE
    return usd if usd < own else None


# Services, us-east-1.
EKS_USD_PER_HOUR: Final = 0.10
NAT_USD_PER_HOUR: Final = 0.045
NAT_USD_PER_GB: Final = 0.045
ENDPOINT_USD_PER_HOUR: Final = 0.01
"""Per interface endpoint and zone."""
ALB_USD_PER_HOUR: Final = 0.0225
ALB_LCU_USD_PER_HOUR: Final = 0.008
PUBLIC_IPV4_USD_PER_HOUR: Final = 0.005
WAF_USD_PER_MONTH: Final = 5.0 + 3 * 1.0
"""One web ACL with three rules, before requests."""
WAF_USD_PER_MILLION_REQUESTS: Final = 0.60
GP3_USD_PER_GB_MONTH: Final = 0.08
GP3_USD_PER_IOPS_MONTH: Final = 0.005
"""Above 3000, which come with every volume."""
GP3_USD_PER_MB_PER_SECOND_MONTH: Final = 0.04
"""Above 125."""
EFS_USD_PER_GB_MONTH: Final = 0.30
EFS_READ_USD_PER_GB: Final = 0.03
FSX_USD_PER_GB_MONTH: Final[Mapping[int, float]] = MappingProxyType(
    {125: 0.145, 250: 0.210, 500: 0.340, 1000: 0.600}
)
"""Lustre PERSISTENT_2 SSD, by MB/s per TiB."""
S3_USD_PER_GB_MONTH: Final = 0.023
INTER_REGION_USD_PER_GB: Final = 0.02
INTERNET_OUT_USD_PER_GB: Final = 0.09
LOGS_USD_PER_GB: Final = 0.50
KMS_KEY_USD_PER_MONTH: Final = 1.0
HEALTH_CHECK_USD_PER_MONTH: Final = 0.50 + 1.0 + 1.0
"""Of an AWS endpoint, with HTTPS and the ten-second interval."""
GLOBAL_ACCELERATOR_USD_PER_HOUR: Final = 0.025
GLOBAL_ACCELERATOR_USD_PER_GB: Final = 0.015

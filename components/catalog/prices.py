"""What AWS charges, in US dollars.

us-east-1 on-demand: Karpenter 1.14.1's generated price table, 2026-07-20 (g4dn and CPU types included). Other regions:
us-east-1 times the region's index, read from SkyPilot's AWS catalog (v8, commit e385a0d): the ratio of its G6-family rows
to us-east-1, or of its i4i rows where a region has no G6. Within a region AWS keeps one ratio over a family's sizes; over
families it is close, not exact, so a price outside us-east-1 is `estimated` and says so. Spot: see `spot_usd_per_hour`.
Services: us-east-1 list prices; the same index carries them to other regions. Most were compared on 2026-11-21 with what
is published: Global Accelerator with AWS's own price page; EKS, NAT gateway, interface endpoint, public IPv4, data
transfer, ALB, WAF, EFS, CloudWatch Logs and Lustre at 125 MB/s per TiB with third parties' price guides of 2026. Not
compared with anything, and so general knowledge: the other Lustre tiers, gp3, S3, KMS, and a health check's options.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from components.catalog import accelerators

AS_OF: Final = date(2026, 7, 20)

_US_EAST_1: Final[Mapping[str, float]] = MappingProxyType(
    {
        "g4dn.xlarge": 0.526,
        "g4dn.2xlarge": 0.752,
        "g4dn.4xlarge": 1.204,
        "g4dn.8xlarge": 2.176,
        "g4dn.12xlarge": 3.912,
        "g4dn.16xlarge": 4.352,
        "g5.xlarge": 1.006,
        "g5.2xlarge": 1.212,
        "g5.4xlarge": 1.624,
        "g5.8xlarge": 2.448,
        "g5.12xlarge": 5.672,
        "g5.24xlarge": 8.144,
        "g5.48xlarge": 16.288,
        "g6.xlarge": 0.8048,
        "g6.2xlarge": 0.9776,
        "g6.4xlarge": 1.3232,
        "g6.8xlarge": 2.0144,
        "g6.12xlarge": 4.6016,
        "g6.24xlarge": 6.6752,
        "g6.48xlarge": 13.3504,
        "g6e.xlarge": 1.861,
        "g6e.2xlarge": 2.24208,
        "g6e.4xlarge": 3.00424,
        "g6e.8xlarge": 4.52856,
        "g6e.12xlarge": 10.49264,
        "g6e.24xlarge": 15.06559,
        "g6e.48xlarge": 30.13118,
        "g7.2xlarge": 2.52,
        "g7.4xlarge": 3.04208,
        "g7.8xlarge": 4.08624,
        "g7.12xlarge": 7.12832,
        "g7.24xlarge": 14.25664,
        "g7.48xlarge": 28.51328,
        "g7e.2xlarge": 3.36312,
        "g7e.4xlarge": 3.99816,
        "g7e.8xlarge": 5.26824,
        "g7e.12xlarge": 8.28608,
        "g7e.24xlarge": 16.57216,
        "g7e.48xlarge": 33.14432,
        "p4d.24xlarge": 21.957642,
        "p4de.24xlarge": 27.44705,
        "p5.4xlarge": 6.88,
        "p5.48xlarge": 55.04,
        "p5en.48xlarge": 63.296,
        "p6-b200.48xlarge": 113.9328,
        "p6-b300.48xlarge": 142.416,
    }
)


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
        name: SystemInstance(instance_type=name, vcpus=vcpus, ram_gib=ram, usd_per_hour=usd)
        for name, vcpus, ram, usd in (
            ("m6i.large", 2, 8, 0.096),
            ("m6i.xlarge", 4, 16, 0.192),
            ("m6i.2xlarge", 8, 32, 0.384),
            ("m7i.large", 2, 8, 0.1008),
            ("m7i.xlarge", 4, 16, 0.2016),
            ("m7i.2xlarge", 8, 32, 0.4032),
            ("m7i.4xlarge", 16, 64, 0.8064),
        )
    }
)

REGION_INDEX: Final[Mapping[str, float]] = MappingProxyType(
    {
        "us-east-1": 1.0,
        "us-east-2": 1.0,
        "us-west-2": 1.0,
        "us-west-1": 1.10,
        "ca-central-1": 1.11,
        "eu-central-1": 1.25,
        "eu-north-1": 1.06,
        "eu-south-1": 1.16,
        "eu-south-2": 1.10,
        "eu-west-1": 1.10,
        "eu-west-2": 1.27,
        "eu-west-3": 1.16,
        "ap-northeast-1": 1.45,
        "ap-northeast-2": 1.17,
        "ap-northeast-3": 1.17,
        "ap-south-1": 1.20,
        "ap-southeast-1": 1.20,
        "ap-southeast-2": 1.30,
        "ap-southeast-3": 1.20,
        "me-central-1": 1.21,
        "me-south-1": 1.21,
        "af-south-1": 1.31,
        "ap-east-1": 1.32,
    }
)
"""A region's prices over us-east-1's."""

SPOT_SHARE: Final = 0.42
"""Spot over on-demand for G families: SkyPilot's rows give 0.27-0.45 for G6 over thirteen regions, and 0.50 happens."""


class UnknownPrice(LookupError):
    """An instance type or region without a price."""


def index(region: str) -> float:
    """The region's index; raises `UnknownPrice`."""
    if region not in REGION_INDEX:
        raise UnknownPrice(f"no prices are known for {region}; add its index to catalog/prices.py")
    return REGION_INDEX[region]


def on_demand_usd_per_hour(instance_type: str, region: str) -> float:
    """On-demand Linux price; raises `UnknownPrice` (p5e is not sold in us-east-1 and has none)."""
    if (system := SYSTEM_INSTANCES.get(instance_type)) is not None:
        return system.usd_per_hour * index(region)
    if instance_type not in _US_EAST_1:
        raise UnknownPrice(f"no price is known for {instance_type}; add it to catalog/prices.py")
    return _US_EAST_1[instance_type] * index(region)


def priced(instance_type: str, region: str) -> bool:
    return instance_type in _US_EAST_1 and region in REGION_INDEX


def estimated(region: str) -> bool:
    """Whether the region's prices are derived by index and not read."""
    return region != "us-east-1"


def spot_usd_per_hour(instance_type: str, region: str) -> float | None:
    """A planning figure for spot; None for P families, whose spot is too rarely to be had to plan on."""
    if accelerators.find(instance_type).quota_family == "P":
        return None
    return on_demand_usd_per_hour(instance_type, region) * SPOT_SHARE


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

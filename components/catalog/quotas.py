"""Limits that AWS sets, in the units it sets them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from components.catalog.accelerators import Accelerator


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """One Service Quota, per region."""

    code: str
    title: str
    service: str = "ec2"
    unit: str = "vCPUs"
    default: int = 0
    """What a new account has; 0 for GPU vCPUs, although older accounts may hold more."""


VCPU_QUOTAS: Final[Mapping[tuple[str, str], Quota]] = MappingProxyType(
    {
        ("G", "on-demand"): Quota(code="L-DB2E81BA", title="Running On-Demand G and VT instances"),
        ("G", "spot"): Quota(code="L-3819A6DF", title="All G and VT Spot Instance Requests"),
        ("P", "on-demand"): Quota(code="L-417A185B", title="Running On-Demand P instances"),
        ("P", "spot"): Quota(code="L-7212CCBC", title="All P4, P3 and P2 Spot Instance Requests"),
    }
)
"""Codes as several public quota tools use them, read 2026-11-21. New accounts start with 0 in most of them."""

P5_SPOT: Final = Quota(code="L-C4BD4855", title="All P5 Spot Instance Requests")
"""Apart from the older P families (EC2's own list of quotas, as public tools copy it, read 2026-11-21). Under which of the
two P6 spot counts could not be verified, public tools differ; it is taken for this one."""

STANDARD: Final = Quota(
    code="L-1216C47A", title="Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", default=5
)
"""The system nodes' family; the default is a new account's, as reported for 2026 (read 2026-11-21)."""

ELASTIC_IPS: Final = Quota(code="L-0263D0A3", title="EC2-VPC Elastic IPs", unit="addresses", default=5)
NAT_GATEWAYS: Final = Quota(
    code="L-FE5A380F",
    title="NAT gateways per Availability Zone",
    service="vpc",
    unit="gateways a zone",
    default=5,
)
VPCS: Final = Quota(code="L-F678F1CE", title="VPCs per Region", service="vpc", unit="networks", default=5)
LOAD_BALANCERS: Final = Quota(
    code="L-53DA6B97",
    title="Application Load Balancers per Region",
    service="elasticloadbalancing",
    unit="load balancers",
    default=50,
)
CLUSTERS: Final = Quota(code="L-1194D53C", title="Clusters", service="eks", unit="clusters", default=100)
"""Codes and defaults as public quota tools and copies of the AWS lists have them, read 2026-11-21; EKS's default of 100 is
general knowledge."""

ALL: Final[Mapping[str, Quota]] = MappingProxyType(
    {
        one.code: one
        for one in (
            *VCPU_QUOTAS.values(),
            P5_SPOT,
            STANDARD,
            ELASTIC_IPS,
            NAT_GATEWAYS,
            VPCS,
            LOAD_BALANCERS,
            CLUSTERS,
        )
    }
)


def vcpu_quota(family: Literal["G", "P"], purchase: Literal["on-demand", "spot"]) -> Quota:
    return VCPU_QUOTAS[family, purchase]


def quota_of(accelerator: Accelerator, purchase: Literal["on-demand", "spot"]) -> Quota:
    """The quota an instance type's vCPUs count against."""
    if purchase == "spot" and accelerator.family.startswith(("p5", "p6")):
        return P5_SPOT
    return vcpu_quota(accelerator.quota_family, purchase)


LOG_RETENTION_DAYS: Final = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""The periods CloudWatch Logs offers (its PutRetentionPolicy, AWS SDK reference, read 2026-11-21)."""

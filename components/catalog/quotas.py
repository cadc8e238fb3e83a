"""Limits that AWS sets, in the units it sets them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """One Service Quota of EC2, per region, in vCPUs."""

    code: str
    title: str


VCPU_QUOTAS: Final[Mapping[tuple[str, str], Quota]] = MappingProxyType(
    {
        ("G", "on-demand"): Quota(code="L-DB2E81BA", title="Running On-Demand G and VT instances"),
        ("G", "spot"): Quota(code="L-3819A6DF", title="All G and VT Spot Instance Requests"),
        ("P", "on-demand"): Quota(code="L-417A185B", title="Running On-Demand P instances"),
        ("P", "spot"): Quota(code="L-7212CCBC", title="All P4, P3 and P2 Spot Instance Requests"),
    }
)
"""Codes as several public quota tools use them, read 2026-11-21. New accounts start with 0 in most of them."""


def vcpu_quota(family: Literal["G", "P"], purchase: Literal["on-demand", "spot"]) -> Quota:
    return VCPU_QUOTAS[family, purchase]


LOG_RETENTION_DAYS: Final = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""The periods CloudWatch Logs offers (its PutRetentionPolicy, AWS SDK reference, read 2026-11-21)."""

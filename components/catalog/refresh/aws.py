"""What AWS answers, as the rows of the data files: plain functions of a client and of nothing else.

Calls: the Price List API's GetProducts; EC2's DescribeAvailabilityZones, DescribeInstanceTypeOfferings and
DescribeSpotPriceHistory; Service Quotas' ListAWSDefaultServiceQuotas (botocore 1.44.5's service models, 2026-11-21).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from components.catalog import prices
from components.catalog.accelerators import ACCELERATORS
from components.catalog.regions import WITHOUT_CONTROL_PLANE

PRICE_FILTERS: Final = {
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
    "operatingSystem": "Linux",
    "preInstalledSw": "NA",
    "productFamily": "Compute Instance",
    "tenancy": "Shared",
}
"""Those Karpenter asks with (pkg/providers/pricing/pricing.go, 2026-08): plain Linux on shared hardware."""

WANTED: Final = (*ACCELERATORS, *prices.SYSTEM_INSTANCES)

SPOT_WINDOW: Final = timedelta(days=7)

Tables = dict[str, dict[str, Any]]
"""By family, then by size."""


def on_demand(pricing: Any, region: str) -> Tables:
    """On-demand dollars an hour of the catalog's instance types in a region."""
    filters = [
        {"Type": "TERM_MATCH", "Field": field, "Value": value}
        for field, value in {**PRICE_FILTERS, "regionCode": region}.items()
    ]
    pages = pricing.get_paginator("get_products").paginate(ServiceCode="AmazonEC2", Filters=filters)
    found: dict[str, float] = {}
    for page in pages:
        for text in page["PriceList"]:
            product = json.loads(text)
            name = product["product"]["attributes"].get("instanceType")
            usd = _usd_per_hour(product)
            if name in WANTED and usd:
                found[name] = usd
    return by_family(found)


def _usd_per_hour(product: Mapping[str, Any]) -> float | None:
    """The one hourly price of a product; rows at no charge belong to capacity paid for otherwise."""
    for term in product["terms"].get("OnDemand", {}).values():
        for dimension in term["priceDimensions"].values():
            usd = float(dimension["pricePerUnit"].get("USD", 0))
            if dimension["unit"] == "Hrs" and usd > 0:
                return usd
    return None


def by_family(values: Mapping[str, Any]) -> Tables:
    """`{"g6.xlarge": 0.8}` as `{"g6": {"xlarge": 0.8}}`, in the catalog's order."""
    tables: Tables = {}
    for name in WANTED:
        if name in values:
            family, _, size = name.partition(".")
            tables.setdefault(family, {})[size] = values[name]
    return tables


def zones(ec2: Any) -> dict[str, str]:
    """Name to id of the region's zones where EKS places control planes, by id; local zones left out."""
    answer = ec2.describe_availability_zones(
        Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}], AllAvailabilityZones=False
    )
    named = {one["ZoneName"]: one["ZoneId"] for one in answer["AvailabilityZones"]}
    kept = {name: zone for name, zone in named.items() if zone not in WITHOUT_CONTROL_PLANE}
    return dict(sorted(kept.items(), key=lambda one: one[1]))


def offerings(ec2: Any, zone_ids: Iterable[str]) -> Tables:
    """Numbers of the zones (`2` of `use1-az2`) that offer each accelerator."""
    known = set(zone_ids)
    pages = ec2.get_paginator("describe_instance_type_offerings").paginate(
        LocationType="availability-zone-id",
        Filters=[{"Name": "instance-type", "Values": list(ACCELERATORS)}],
    )
    found: dict[str, list[int]] = {}
    for page in pages:
        for row in page["InstanceTypeOfferings"]:
            if row["InstanceType"] in ACCELERATORS and row["Location"] in known:
                found.setdefault(row["InstanceType"], []).append(int(row["Location"].rpartition("-az")[2]))
    return by_family({name: sorted(numbers) for name, numbers in found.items()})


def spot(ec2: Any, zone_ids: Mapping[str, str], end: datetime) -> dict[str, dict[str, float]]:
    """Mean spot dollars an hour over `SPOT_WINDOW`, by instance type and zone id."""
    start = end - SPOT_WINDOW
    pages = ec2.get_paginator("describe_spot_price_history").paginate(
        # A filter, unlike the parameter InstanceTypes, may name types that a region has never heard of.
        Filters=[
            {
                "Name": "instance-type",
                "Values": [n for n, one in ACCELERATORS.items() if one.quota_family == "G"],
            }
        ],
        ProductDescriptions=["Linux/UNIX"],
        StartTime=start,
        EndTime=end,
    )
    changes: dict[tuple[str, str], list[tuple[datetime, float]]] = {}
    for page in pages:
        for row in page["SpotPriceHistory"]:
            zone = row.get("AvailabilityZoneId") or zone_ids.get(row.get("AvailabilityZone", ""))
            if zone in zone_ids.values():
                key = row["InstanceType"], str(zone)
                changes.setdefault(key, []).append((row["Timestamp"], float(row["SpotPrice"])))
    found: dict[str, dict[str, float]] = {}
    for (name, zone), prices_there in sorted(changes.items()):
        found.setdefault(name, {})[zone] = round(mean_over_time(prices_there, start, end), 4)
    return {name: found[name] for name in WANTED if name in found}


def mean_over_time(changes: Iterable[tuple[datetime, float]], start: datetime, end: datetime) -> float:
    """Mean of a price that holds from each change to the next; AWS also sends the change before the window began."""
    ordered = sorted(changes)
    if ordered[0][0] >= end:
        return ordered[0][1]
    spans = list(_spans(ordered, start, end))
    lasted = sum(seconds for seconds, _ in spans)
    return sum(seconds * usd for seconds, usd in spans) / lasted


def _spans(
    ordered: list[tuple[datetime, float]], start: datetime, end: datetime
) -> Iterator[tuple[float, float]]:
    """How many seconds of the window each price held."""
    ends = [*(moment for moment, _ in ordered[1:]), end]
    for (begun, usd), over in zip(ordered, ends, strict=True):
        seconds = (min(over, end) - max(begun, start)).total_seconds()
        if seconds > 0:
            yield seconds, usd


def quotas(service_quotas: Any) -> dict[str, float]:
    """Default value, by code, of every EC2 quota on running on-demand instances and on spot requests."""
    pages = service_quotas.get_paginator("list_aws_default_service_quotas").paginate(ServiceCode="ec2")
    return {
        one["QuotaCode"]: one["Value"]
        for page in pages
        for one in page["Quotas"]
        if "On-Demand" in one["QuotaName"] or "Spot Instance Requests" in one["QuotaName"]
    }

"""One region read from AWS: what could be read becomes new rows, what could not is told and stays as it was."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from components.catalog import datafiles
from components.catalog.refresh import aws

FILES: Final = ("prices", "offerings", "spot", "quotas")

Data = dict[str, Any]
"""The data files, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """What one region is asked through; the Price List API answers for all regions from one."""

    ec2: Any
    pricing: Any
    service_quotas: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something of one region that could not be read."""

    region: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.region}: {self.what} not read, kept as they were: {self.why}"


class Nothing(LookupError):
    """An answer without a single row that the catalog knows; nothing is deleted on its word."""


def current() -> Data:
    """The data files as they are now, to be changed."""
    return {name: datafiles.thawed(datafiles.load(name)) for name in FILES}


def refresh(
    data: Data, region: str, clients: Clients, now: datetime, refused: tuple[type[Exception], ...]
) -> Iterator[Failure]:
    """Put a region's new rows into `data`; `refused` are the errors by which AWS says no."""
    told: tuple[type[Exception], ...] = (*refused, Nothing)
    named: dict[str, str] = {}

    def zoned() -> Mapping[str, str]:
        if not named:
            named.update(aws.zones(clients.ec2))
        return named

    parts: dict[str, Callable[[], None]] = {
        "prices": lambda: _prices(data, region, clients.pricing, now),
        "offerings": lambda: _offerings(data, region, clients.ec2, zoned(), now),
        "spot": lambda: _spot(data, region, clients.ec2, zoned(), now),
        "quotas": lambda: _quotas(data, region, clients.service_quotas, now),
    }
    for what, part in parts.items():
        try:
            part()
        except told as error:
            yield Failure(region=region, what=what, why=str(error))


def _row(data: Data, file: str, region: str, source: str, now: datetime, values: Mapping[str, Any]) -> None:
    if not any(values.values()):
        raise Nothing("AWS answered without a row of the catalog's")
    # What this source does not tell stays: an index that other rows gave the region.
    kept = data[file]["regions"].get(region, {})
    data[file]["regions"][region] = {**kept, "source": source, "as_of": now.date().isoformat(), **values}


def _prices(data: Data, region: str, pricing: Any, now: datetime) -> None:
    values = {"usd_per_hour": aws.on_demand(pricing, region)}
    _row(data, "prices", region, "AWS Price List API", now, values)


def _offerings(data: Data, region: str, ec2: Any, named: Mapping[str, str], now: datetime) -> None:
    found = aws.offerings(ec2, named.values())
    values = {"zones": list(named.values()), "offerings": found} if found else {}
    _row(data, "offerings", region, "EC2 DescribeInstanceTypeOfferings by zone id", now, values)


def _spot(data: Data, region: str, ec2: Any, named: Mapping[str, str], now: datetime) -> None:
    source = f"EC2 DescribeSpotPriceHistory, mean of {aws.SPOT_WINDOW.days} days"
    _row(data, "spot", region, source, now, {"usd_per_hour": aws.spot(ec2, named, now)})


def _quotas(data: Data, region: str, service_quotas: Any, now: datetime) -> None:
    source = "Service Quotas ListAWSDefaultServiceQuotas"
    _row(data, "quotas", region, source, now, {"default": aws.quotas(service_quotas)})

"""Values that only documentation may use: whoever copies a stack file replaces them before the first `up`."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake

NETWORKS: Final = tuple(map(IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
"""RFC 5737: nobody's."""

DOMAINS: Final = ("example.com", "example.net", "example.org")
"""RFC 2606: nobody's either."""


def examples_in(settings: FleetSettings) -> Iterator[Mistake]:
    """Where the file still says what an example would."""
    if _example(settings.traffic.hosted_zone):
        yield _left("fleet.traffic.hosted_zone", settings.traffic.hosted_zone)
    for position, address in enumerate(settings.budget.emails):
        if _example(address.rpartition("@")[2]):
            yield _left(f"fleet.budget.emails.{position}", address)
    if _example(settings.observability.runbook_url.split("/")[2]):
        yield _left("fleet.observability.runbook_url", settings.observability.runbook_url)
    for name, region in settings.regions.items():
        for position, cidr in enumerate(region.operator_cidrs):
            if any(cidr.overlaps(one) for one in NETWORKS):
                yield _left(f"fleet.regions.{name}.operator_cidrs.{position}", str(cidr))


def _example(host: str) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in DOMAINS)


def _left(path: str, value: str) -> Mistake:
    return Mistake(path, f"{value} is the example's own")

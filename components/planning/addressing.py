"""Which addresses each zone gets, so that adding a zone moves none."""

from ipaddress import IPv4Network

from components.catalog import regions
from components.planning.plan import NetworkPlan, SubnetPlan

PRIVATE_BITS = 3
"""Eighths of the network: seven for zones' private subnets, the last for all public ones."""

PUBLIC_BITS = 8


def network_plan(
    region: str, cidr: IPv4Network, zones: tuple[str, ...], *, nat_per_zone: bool
) -> NetworkPlan:
    """Subnets by the zone's place in the region, not in the list, so that a zone keeps its addresses for ever."""
    known = regions.find(region).zones
    eighths = list(cidr.subnets(prefixlen_diff=PRIVATE_BITS))
    public = list(eighths[-1].subnets(prefixlen_diff=PUBLIC_BITS - PRIVATE_BITS))
    ordered = sorted(zones, key=known.index)
    private_plans = tuple(_subnet(zone, eighths[known.index(zone)]) for zone in ordered)
    public_plans = tuple(_subnet(zone, public[known.index(zone)]) for zone in ordered)
    keys = tuple(one.key for one in private_plans)
    return NetworkPlan(
        cidr=str(cidr),
        private=private_plans,
        public=public_plans,
        nat_keys=keys if nat_per_zone else keys[:1],
    )


def _subnet(zone: str, cidr: IPv4Network) -> SubnetPlan:
    return SubnetPlan(key=zone.split("-")[-1], zone=zone, cidr=str(cidr))

"""Every rule of the pack, in the order a reviewer reads them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policies import (
    autoscaling,
    capacity,
    cost,
    exposure,
    identity,
    nodes,
    pace,
    placement,
    pods,
    pools,
    spot,
    start,
    storage,
    supply,
    tagging,
    teardown,
    thrift,
)
from policies.rule import Rule

FAMILIES: Final[Mapping[str, tuple[Rule, ...]]] = MappingProxyType(
    {
        "Capacity": (*capacity.RULES, *start.RULES, *pools.RULES),
        "Autoscaler safety": (*autoscaling.RULES, *pace.RULES),
        "Spot and drain": spot.RULES,
        "Cost": (*cost.RULES, *thrift.RULES, *tagging.RULES),
        "Placement": (*placement.RULES, *nodes.RULES),
        "Exposure": (*exposure.RULES, *storage.RULES, *pods.RULES, *identity.RULES),
        "Supply": supply.RULES,
        "Destroy safety": teardown.RULES,
    }
)

RULES: Final[tuple[Rule, ...]] = tuple(rule for rules in FAMILIES.values() for rule in rules)
NAMES: Final = tuple(rule.name for rule in RULES)

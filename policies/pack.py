"""Every rule of the pack, in the order a reviewer reads them."""

from typing import Final

from policies import autoscaling, capacity, cost, exposure, placement, supply, tagging
from policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *capacity.RULES,
    *cost.RULES,
    *autoscaling.RULES,
    *placement.RULES,
    *exposure.RULES,
    *supply.RULES,
    *tagging.RULES,
)

"""How old the prices of a plan are, and which of them were derived."""

from datetime import date, timedelta

from components.catalog import prices
from components.planning import limits
from components.planning.plan import FleetPlan


def estimates(plan: FleetPlan) -> tuple[str, ...]:
    """Instance types of the plan whose price was not read there but derived by index: `eu-west-2 g7e.2xlarge`."""
    used = (
        (here.region, instance_type)
        for here in plan.regions
        for instance_type in dict.fromkeys(
            [*(model.accelerator.instance_type for model in here.models), here.system_nodes.instance_type]
        )
    )
    return tuple(f"{region} {one}" for region, one in used if prices.estimated(region, one))


def too_old(plan: FleetPlan, today: date) -> bool:
    """Whether the oldest price is older than `PRICE_AGE_DAYS`."""
    return today - date.fromisoformat(plan.prices_as_of) > timedelta(days=limits.PRICE_AGE_DAYS)


def told(plan: FleetPlan, today: date | None) -> str:
    """What a reader must know of the prices, in a line or two; of their age only against a day to measure it from."""
    lines = [f"prices of {plan.prices_as_of}"]
    if today is not None and too_old(plan, today):
        lines[0] += f", more than {limits.PRICE_AGE_DAYS} days old: python -m components.catalog refresh"
    if derived := estimates(plan):
        lines.append(f"estimated by index: {', '.join(derived)}")
    return "\n".join(lines)

"""The plan as GitHub tables, short enough for a comment on a pull request."""

from typing import Any

from components.planning.amounts import usd
from components.planning.difference import LEVELS
from components.planning.sheets import Sheet, markdown


def document(title: str, sheets: tuple[Sheet, ...]) -> str:
    """A heading and the tables that have rows."""
    return "\n\n".join([f"### {title}", *(text for one in sheets if (text := markdown(one)))])


def plan_title(data: dict[str, Any]) -> str:
    month, budget = data["usd_per_month"], data["budget_usd"]
    return (
        f"{data['stack']}: {usd(month['expected'])} a month expected, {usd(month['floor'])} at rest,"
        f" {usd(month['ceiling'])} at the ceiling ({month['ceiling'] / budget:.0%} of the budget)"
    )


def plan_sheets(data: dict[str, Any]) -> tuple[Sheet, ...]:
    """Models, money and what is left when a region dies, from the plan's data."""
    return (_models(data), _money(data), _survival(data))


def _models(data: dict[str, Any]) -> Sheet:
    return Sheet(
        title="Models",
        columns=(
            "Region",
            "Model",
            "Type/GPUs",
            "Replicas",
            "On-demand/spot",
            "Cold start",
            "$/month",
            "$/1M tokens",
        ),
        names=3,
        rows=tuple(
            (
                one["region"],
                name,
                f"{one['instance_type']}/{one['gpus']}",
                f"{one['replicas']['floor']}..{one['replicas']['ceiling']}",
                f"{one['on_demand_floor']}/{one['spot_ceiling']}",
                f"{one['cold_start_seconds']} s",
                usd(one["usd_per_month"]["expected"]),
                f"{one['usd_per_million_tokens']:.2f}",
            )
            for region in data["regions"]
            for name, places in data["models"].items()
            for one in places
            if one["region"] == region
        ),
        note="Replicas at rest..at most; replicas on-demand at least / on spot at most; dollars as expected.",
    )


def _money(data: dict[str, Any]) -> Sheet:
    rows = [
        (place, item, *(usd(amounts[level]) for level in LEVELS))
        for place, items in data["costs_usd_per_month"].items()
        for item, amounts in items.items()
        if amounts["ceiling"] >= 1
    ]
    total = ("all", "", *(usd(data["usd_per_month"][level]) for level in LEVELS))
    return Sheet(
        title="Dollars a month",
        columns=("Place", "Item", *LEVELS),
        names=2,
        rows=(*rows, total),
        note=f"Prices of {data['prices_as_of']}; items below a dollar at the ceiling are only in the sum.",
    )


def _survival(data: dict[str, Any]) -> Sheet:
    return Sheet(
        title="When a region dies",
        columns=("Lost", "Model", "peak req/s", "left req/s", "holds"),
        names=2,
        rows=tuple(
            (
                one["lost_region"],
                one["model"],
                f"{one['peak_requests_per_second']:g}",
                f"{one['capacity_requests_per_second']:g}",
                "yes" if one["holds"] else "**no**",
            )
            for one in data["survival"]
        ),
        note=(
            f"Failover {data['failover']['worst_seconds']:g} s at worst of {data['failover']['target_seconds']:g} s"
            f" promised ({data['failover']['method']})."
        ),
    )

"""What it costs, by place and by item."""

from collections.abc import Mapping

from components.planning.amounts import usd
from components.planning.figures import money
from components.planning.limits import HOURS_PER_MONTH
from components.planning.page.markup import Markup, tag
from components.planning.page.parts import (
    COLOURS,
    MARGIN,
    Piece,
    bar,
    bar_row,
    behind,
    legend,
    section,
    table,
)
from components.planning.plan import FleetPlan
from components.planning.ranges import Range, total

LEVELS = ("floor", "expected", "ceiling")
OTHER = "everything else"

BEYOND = 1.6
"""Times the ceiling: a budget further out would shrink every bar, and is only told."""

SMALLEST = 0.005
"""Of the scale: what costs less in one place has no bar of its own there, and is told in the table."""


def costs(plan: FleetPlan) -> Markup:
    """Three bars for each place and for all of them, against the budget."""
    spent = {
        place: {item: one.times(HOURS_PER_MONTH) for item, one in items.items()}
        for place, items in money(plan).items()
    }
    shown = dearest(spent)
    budget = plan.budget.monthly_usd
    ceiling = plan.usd_per_month.ceiling
    near = budget <= BEYOND * ceiling
    whole = max(budget if near else 0, ceiling) * MARGIN
    places = {
        place: grouped(items, shown)
        for place, items in spent.items()
        if total(items.values()).ceiling >= SMALLEST * whole
    }
    everything = grouped(_added(spent), shown)
    colours = {item: position + 1 for position, item in enumerate([*shown, OTHER])}
    blocks = [_block(place, items, colours, whole) for place, items in places.items()]
    blocks.append(_block("all", everything, colours, whole, budget if near else None))
    head = ("Place", "Item", *(level.capitalize() for level in LEVELS))
    rows = [
        (place, item, *(usd(getattr(one, level)) for level in LEVELS))
        for place, items in spent.items()
        for item, one in items.items()
    ]
    return section(
        "costs",
        "What it costs a month",
        legend((f"c{colours[item]}", item) for item in everything),
        *blocks,
        behind(table("Dollars a month by place and item", head, rows, texts=2)),
        lead="At rest, as expected of a mean day, and with everything at its ceiling, in US dollars a month of 730 hours."
        + (
            f" The line across marks the budget of {usd(budget)}."
            if near
            else f" The budget is {usd(budget)}."
        ),
    )


def dearest(spent: Mapping[str, Mapping[str, Range]]) -> list[str]:
    """The items that cost most at the ceiling, as many as have a colour; what is always paid comes first."""
    added = _added(spent)
    ranked = sorted(added, key=lambda item: -added[item].ceiling)
    return sorted(ranked[: COLOURS - 1], key=lambda item: -added[item].floor)


def _added(spent: Mapping[str, Mapping[str, Range]]) -> dict[str, Range]:
    items = {item for one in spent.values() for item in one}
    return {item: total(one[item] for one in spent.values() if item in one) for item in sorted(items)}


def grouped(items: Mapping[str, Range], shown: list[str]) -> dict[str, Range]:
    """The items that have a colour, and the sum of the others."""
    found = {item: items[item] for item in shown if item in items}
    rest = total(one for item, one in items.items() if item not in shown)
    return found | {OTHER: rest}


def _block(
    place: str,
    items: Mapping[str, Range],
    colours: Mapping[str, int],
    whole: float,
    budget: float | None = None,
) -> Markup:
    rows = []
    for level in LEVELS:
        amount, start = sum(getattr(one, level) for one in items.values()), 0.0
        pieces = []
        for item, one in items.items():
            length = getattr(one, level)
            title = f"{place}, {item}, {level}: {usd(length)}"
            pieces.append(Piece(start=start, length=length, colour=colours[item], title=title))
            start += length
        told = f"{place}, {level}: {usd(amount)} a month"
        rows.append(bar_row(level, bar(pieces, whole, told, budget), usd(amount)))
    return tag("div", tag("h3", place), *rows, class_="block")

"""Why each model runs where it does, as a person reads it."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from components.planning import alternatives, recommendations
from components.planning.memory_limits import MemoryLimits
from components.planning.plan import FleetPlan
from components.planning.recommendations import Recommendation

LISTED = 3
"""Other placements of each model."""


def render(plan: FleetPlan) -> RenderableType:
    """One paragraph for each model of each region: what was chosen, what else there is, and in which other ways."""
    told = [
        recommendations.recommendation(plan, here.region, model)
        for here in plan.regions
        for model in here.models
    ]
    return Group(*(paragraph(one) for one in told))


def paragraph(told: Recommendation) -> RenderableType:
    """The model's name and placement, then one line for each answer."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for label, answer in answers(told):
        table.add_row(label, answer)
    heading = Text(f"{told.region} {told.model}: {told.chosen.name}", style="bold")
    return Group(heading, table, Text())


def answers(told: Recommendation) -> Iterator[tuple[str, str]]:
    """What a person asks of a placement, and what the arithmetic says."""
    usd = told.chosen.usd_per_month
    yield (
        "chosen",
        f"${usd.expected:,.0f} in a mean month, ${usd.ceiling:,.0f} at the ceiling; {told.why_chosen}",
    )
    for position, one in enumerate(told.others[:LISTED]):
        label = "" if position else "otherwise"
        yield label, f"{one.name}: {alternatives.compared(one, told.chosen)}"
    yield "spot", _spot(told)
    yield "mix", told.mixing
    yield "sharing", told.sharing
    yield "prefill", told.splitting
    yield "memory", "; ".join(_held(one) for one in told.memory)


def _spot(told: Recommendation) -> str:
    bought = told.purchase
    saved = bought.on_demand_usd_per_month - bought.planned_usd_per_month
    more = bought.planned_usd_per_month - bought.most_spot_usd_per_month
    text = f"saves ${saved:,.0f} in a mean month" if saved >= 0.5 else "saves nothing in a mean month"
    if more >= 0.5:
        return f"{text}; with all above the on-demand floor on spot ${more:,.0f} more"
    return text


def _held(one: MemoryLimits) -> str:
    gpus = f"{one.tensor_parallel} GPU{'s' if one.tensor_parallel > 1 else ''}"
    if not one.divides:
        return f"{gpus}: heads do not divide"
    if not one.most_sequences_at_mean:
        return f"{gpus}: weights do not fit"
    return (
        f"{gpus}: every planned sequence up to {one.longest_context_tokens:,} tokens,"
        f" {one.most_sequences:,} sequences at full context, {one.most_sequences_at_mean:,} at mean length"
    )

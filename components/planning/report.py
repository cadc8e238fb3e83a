"""The plan as a person reads it."""

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from components.planning import price_age
from components.planning.amounts import usd
from components.planning.levers import cold_start_lines
from components.planning.limits import HOURS_PER_MONTH
from components.planning.model_plan import ModelPlan
from components.planning.plan import FleetPlan, RegionPlan
from components.planning.pricing import usd_per_million_tokens
from components.planning.ranges import Range, total
from components.planning.scaling import ready_seconds
from components.planning.terminal import plain_table


def render(plan: FleetPlan, today: date | None = None) -> RenderableType:
    """Regions, models, money, failover and what is left when a region dies; fits 80 columns.

    `today` tells whether the prices are old; without it nothing is said of their age.
    """
    return Group(
        Text(
            f"{plan.stack}: {plan.environment}, {len(plan.regions)} region(s), {plan.traffic.domain}",
            style="bold",
        ),
        models_table(plan),
        legend(),
        *reasons(plan),
        *headroom_line(plan),
        *known_peak_line(plan),
        Text(),
        money_table(plan),
        *budget_lines(plan),
        price_line(plan, today),
        Text(),
        *failover_lines(plan),
        *survival_lines(plan),
        *(Text.assemble(("cold ", "bold"), line) for line in cold_start_lines(plan)),
    )


def _table(*columns: str) -> Table:
    """First column to the left, numbers to the right, no boxes."""
    table = plain_table()
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position < 2 else "right", no_wrap=True)
    return table


def models_table(plan: FleetPlan) -> Table:
    """One line per region and model."""
    table = _table("Region", "Model", "type/GPUs", "replicas", "nodes", "od/spot", "req/s", "cold", "$/1M")
    for here in plan.regions:
        for position, model in enumerate(here.models):
            table.add_row(here.region if position == 0 else "", model.name, *_cells(here, model))
    return table


def _cells(here: RegionPlan, model: ModelPlan) -> Iterator[str]:
    held, nodes = model.replicas, model.nodes
    yield f"{model.accelerator.instance_type}/{model.engine.tensor_parallel}"
    yield f"{held.floor}..{held.ceiling}"
    yield f"{nodes.floor:g}..{nodes.ceiling:g}"
    yield f"{held.on_demand_floor}/{held.spot_ceiling}"
    yield f"{model.demand.peak_requests_per_second:g}/{held.ceiling * model.throughput.requests_per_second:.1f}"
    yield f"{model.cold_start.seconds:.0f} s"
    yield f"{usd_per_million_tokens(model, here.region)[0]:.2f}"


def legend() -> Text:
    """What the short headings mean."""
    return Text(
        "od/spot: replicas on-demand at least / on spot at most; req/s: this region's peak / what its ceiling carries;"
        " cold: a new node to its first answer; $/1M: per million tokens, GPU nodes only",
        style="dim",
    )


def reasons(plan: FleetPlan) -> Iterator[Text]:
    """Why a GPU was chosen, where it was not simply the first choice."""
    for here in plan.regions:
        for model in here.models:
            if model.accelerator_reason != "first choice":
                yield Text(
                    f"  {here.region} {model.name}: {model.accelerator_reason}", style="dim", overflow="fold"
                )


def headroom_line(plan: FleetPlan) -> Iterator[Text]:
    """Replicas counted for what demand gains during one cold start, where there are any."""

    def ahead(model: ModelPlan) -> Iterator[str]:
        if model.replicas.headroom:
            yield f"{model.name} +{model.replicas.headroom}"

    yield from _by_region("counted ahead while demand grows", plan, ahead)


def known_peak_line(plan: FleetPlan) -> Iterator[Text]:
    """How long before its users each known peak must start, where there are any."""

    def ready(model: ModelPlan) -> Iterator[str]:
        for peak in model.scaling.known_peaks:
            yield f"{model.name} {peak.name} {math.ceil(ready_seconds(model, peak) / 60)} min"

    yield from _by_region("from the start of a known peak until all of it is ready", plan, ready)


def _by_region(what: str, plan: FleetPlan, told: Callable[[ModelPlan], Iterator[str]]) -> Iterator[Text]:
    """One line of what is told of any model, region by region; none where nothing is."""
    found = {here.region: [one for model in here.models for one in told(model)] for here in plan.regions}
    held = [f"{region} {', '.join(ones)}" for region, ones in found.items() if ones]
    if held:
        yield Text(f"  {what}: {'; '.join(held)}", style="dim")


def money_table(plan: FleetPlan) -> Table:
    """Each model's GPU nodes and everything else of each place, a month; with the hour of it all."""
    table = _table("Dollars a month", "", "floor", "expected", "ceiling")
    for place, lines in (*((here.region, here.costs) for here in plan.regions), ("worldwide", plan.costs)):
        rows: dict[str, list[Range]] = {}
        for line in lines:
            what = f"{line.model}, GPU nodes" if line.model else "everything else"
            rows.setdefault(what, []).append(line.usd_per_hour.times(HOURS_PER_MONTH))
        for position, (what, ranges) in enumerate(rows.items()):
            table.add_row(place if position == 0 else "", what, *_levels(total(ranges)))
    table.add_row("all", "", *_levels(plan.usd_per_month), style="bold")
    table.add_row("an hour", "", *_levels(plan.usd_per_hour))
    return table


def _levels(amount: Range) -> tuple[str, str, str]:
    return usd(amount.floor), usd(amount.expected), usd(amount.ceiling)


def budget_lines(plan: FleetPlan) -> Iterator[Text]:
    """The ceiling against the budget, as a bar and in words."""
    ceiling, budget = plan.usd_per_month.ceiling, plan.budget.monthly_usd
    share = ceiling / budget
    bar = "█" * round(share * 40) + "░" * (40 - round(share * 40))
    style = "green" if share <= 0.9 else "yellow"
    yield Text.assemble(
        ("budget ", "bold"),
        (bar, style),
        f" {share:.0%} of {usd(budget)} at the ceiling",
    )


def price_line(plan: FleetPlan, today: date | None) -> Text:
    """How old the prices are, and which are not AWS's own."""
    old = today is not None and price_age.too_old(plan, today)
    return Text(price_age.told(plan, today), style="yellow" if old else "dim")


def failover_lines(plan: FleetPlan) -> Iterator[Text]:
    """Worst seconds to leave a dead region, step by step."""
    failover = plan.traffic.failover
    steps = " + ".join(f"{what} {seconds:g}" for what, seconds in failover.steps)
    yield Text.assemble(
        ("failover ", "bold"),
        f"{failover.worst_seconds:g} s at worst of {failover.target_seconds} s promised ({failover.method}): {steps}",
    )


def survival_lines(plan: FleetPlan) -> Iterator[Text]:
    """What breaks when a region dies."""
    for here in plan.regions:
        lost = [one for one in plan.survivals if one.lost_region == here.region]
        broken = [one for one in lost if not one.holds]
        if not broken:
            yield Text.assemble(
                (f"without {here.region} ", "bold"),
                ("every model keeps its peak", "green"),
                ": ",
                _carried(lost),
            )
            continue
        texts = (
            f"{one.model} {one.capacity_requests_per_second:.1f} of {one.peak_requests_per_second:g} req/s"
            for one in broken
        )
        yield Text.assemble((f"without {here.region} ", "bold"), ("short", "red"), f": {', '.join(texts)}")


def _carried(lost: list[Any]) -> str:
    return ", ".join(
        f"{one.model} {one.capacity_requests_per_second:.1f} of {one.peak_requests_per_second:g} req/s"
        for one in lost
    )

"""The plan as a person reads it, and as data."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from components.planning.limits import HOURS_PER_MONTH
from components.planning.model_plan import ModelPlan, Range
from components.planning.plan import FleetPlan, RegionPlan
from components.planning.pricing import usd_per_million_tokens


def render(plan: FleetPlan) -> RenderableType:
    """Regions, models, money, failover and what is left when a region dies; fits 100 columns."""
    return Group(
        Text(
            f"{plan.stack}: {plan.environment}, {len(plan.regions)} region(s), {plan.traffic.domain}",
            style="bold",
        ),
        models_table(plan),
        *reasons(plan),
        Text(),
        money_table(plan),
        *budget_lines(plan),
        Text(),
        *failover_lines(plan),
        *survival_lines(plan),
    )


def usd(amount: float) -> str:
    return f"${amount:,.0f}" if abs(amount) >= 10 else f"${amount:,.2f}"


def _table(*columns: str) -> Table:
    """First column to the left, numbers to the right, no boxes."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position < 2 else "right", no_wrap=True)
    return table


def models_table(plan: FleetPlan) -> Table:
    """One line per region and model."""
    table = _table(
        "Region",
        "Model",
        "instance type",
        "GPUs",
        "replicas",
        "nodes",
        "spot",
        "req/s peak",
        "most",
        "cold",
        "$/1M",
    )
    for here in plan.regions:
        for position, model in enumerate(here.models):
            table.add_row(here.region if position == 0 else "", model.name, *_cells(here, model))
    return table


def _cells(here: RegionPlan, model: ModelPlan) -> Iterator[str]:
    held, nodes = model.replicas, model.nodes
    yield model.accelerator.instance_type
    yield f"{model.engine.tensor_parallel}"
    yield f"{held.floor}..{held.ceiling}"
    yield f"{nodes.floor:g}..{nodes.ceiling:g}"
    yield f"<={held.spot_ceiling}"
    yield f"{model.demand.peak_requests_per_second:g}"
    yield f"{held.ceiling * model.throughput.requests_per_second:.1f}"
    yield f"{model.cold_start.seconds:.0f} s"
    yield f"{usd_per_million_tokens(model, here.region)[0]:.2f}"


def reasons(plan: FleetPlan) -> Iterator[Text]:
    """Why a GPU was chosen, where it was not simply the first choice."""
    for here in plan.regions:
        for model in here.models:
            if model.accelerator_reason != "first choice":
                yield Text(
                    f"  {here.region} {model.name}: {model.accelerator_reason}", style="dim", overflow="fold"
                )


def money(plan: FleetPlan) -> dict[str, dict[str, Range]]:
    """Dollars an hour by place and item; the models' lines are added up by item."""
    places = [(here.region, here.costs) for here in plan.regions] + [("worldwide", plan.costs)]
    added: dict[str, dict[str, Range]] = {}
    for place, lines in places:
        items = added.setdefault(place, {})
        for line in lines:
            before = items.get(line.item, Range(floor=0, expected=0, ceiling=0))
            items[line.item] = Range(
                floor=before.floor + line.usd_per_hour.floor,
                expected=before.expected + line.usd_per_hour.expected,
                ceiling=before.ceiling + line.usd_per_hour.ceiling,
            )
    return added


def money_table(plan: FleetPlan) -> Table:
    """Each model's GPU nodes and everything else of each place, a month; with the hour of it all."""
    table = _table("Dollars a month", "", "floor", "expected", "ceiling")
    for place, lines in (*((here.region, here.costs) for here in plan.regions), ("worldwide", plan.costs)):
        rows: dict[str, list[Range]] = {}
        for line in lines:
            what = f"{line.model}, GPU nodes" if line.model else "everything else"
            rows.setdefault(what, []).append(line.usd_per_hour.times(HOURS_PER_MONTH))
        for position, (what, ranges) in enumerate(rows.items()):
            table.add_row(place if position == 0 else "", what, *_levels(ranges))
    table.add_row("all", "", *_levels([plan.usd_per_month]), style="bold")
    table.add_row("an hour", "", *_levels([plan.usd_per_hour]))
    return table


def _levels(ranges: list[Range]) -> Iterator[str]:
    for level in ("floor", "expected", "ceiling"):
        yield usd(sum(getattr(one, level) for one in ranges))


def budget_lines(plan: FleetPlan) -> Iterator[Text]:
    """The ceiling against the budget, as a bar and in words."""
    ceiling, budget = plan.usd_per_month.ceiling, plan.budget.monthly_usd
    share = ceiling / budget
    bar = "█" * round(share * 40) + "░" * (40 - round(share * 40))
    style = "green" if share <= 0.9 else "yellow"
    yield Text.assemble(
        ("budget ", "bold"),
        (bar, style),
        f" {share:.0%} of {usd(budget)} at the ceiling; prices of {plan.prices_as_of}",
    )


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


def data(plan: FleetPlan) -> dict[str, Any]:
    """The same for programs; every number of the tables and those behind them."""
    return {
        "stack": plan.stack,
        "environment": plan.environment,
        "prices_as_of": plan.prices_as_of,
        "usd_per_month": levels(plan.usd_per_month),
        "usd_per_hour": levels(plan.usd_per_hour),
        "budget_usd": plan.budget.monthly_usd,
        "regions": {here.region: region_data(here) for here in plan.regions},
        "models": {model.name: models_data(plan, model.name) for model in plan.regions[0].models},
        "failover": {
            "method": plan.traffic.failover.method,
            "worst_seconds": plan.traffic.failover.worst_seconds,
            "target_seconds": plan.traffic.failover.target_seconds,
            "steps": dict(plan.traffic.failover.steps),
        },
        "survival": [
            {
                "lost_region": one.lost_region,
                "model": one.model,
                "holds": one.holds,
                "peak_requests_per_second": one.peak_requests_per_second,
                "capacity_requests_per_second": round(one.capacity_requests_per_second, 2),
            }
            for one in plan.survivals
        ],
        "costs_usd_per_month": {
            place: {item: levels(one.times(HOURS_PER_MONTH)) for item, one in items.items()}
            for place, items in money(plan).items()
        },
    }


def models_data(plan: FleetPlan, name: str) -> list[dict[str, Any]]:
    return [model_data(here, model) for here in plan.regions for model in here.models if model.name == name]


def levels(amount: Range) -> Mapping[str, float]:
    return {
        "floor": round(amount.floor, 2),
        "expected": round(amount.expected, 2),
        "ceiling": round(amount.ceiling, 2),
    }


def region_data(here: RegionPlan) -> dict[str, Any]:
    return {
        "cluster": here.cluster_name,
        "zones": list(here.zones),
        "node_scaler": here.node_scaler,
        "traffic_share": here.traffic_share,
        "usd_per_month": levels(here.usd_per_hour.times(HOURS_PER_MONTH)),
        "node_groups": {group.name: [group.min_nodes, group.max_nodes] for group in here.node_groups},
        "node_pools": {pool.name: pool.gpu_limit for pool in here.node_pools},
    }


def model_data(here: RegionPlan, model: ModelPlan) -> dict[str, Any]:
    both, answers = usd_per_million_tokens(model, here.region)
    return {
        "region": here.region,
        "model": model.model.name,
        "instance_type": model.accelerator.instance_type,
        "reason": model.accelerator_reason,
        "gpus": model.engine.tensor_parallel,
        "precision": model.precision,
        "replicas": {
            "floor": model.replicas.floor,
            "expected": model.replicas.expected,
            "ceiling": model.replicas.ceiling,
        },
        "on_demand_floor": model.replicas.on_demand_floor,
        "spot_ceiling": model.replicas.spot_ceiling,
        "nodes": levels(model.nodes),
        "weights_gib_per_gpu": round(model.memory.weights_gib, 2),
        "kv_cache_gib_per_gpu": round(model.memory.kv_cache_gib, 2),
        "kv_bytes_per_token": round(model.memory.kv_bytes_per_token),
        "cached_tokens": model.memory.cached_tokens,
        "requests_per_second_per_replica": round(model.throughput.requests_per_second, 3),
        "decode_tokens_per_second": round(model.throughput.decode_tokens_per_second),
        "inter_token_seconds": round(model.throughput.inter_token_seconds, 4),
        "time_to_first_token_seconds_p95": round(model.throughput.time_to_first_token_seconds, 3),
        "cold_start_seconds": round(model.cold_start.seconds),
        "usd_per_million_tokens": round(both, 4),
        "usd_per_million_output_tokens": round(answers, 4),
    }

"""The plan as data: every number of the report, and those behind them."""

from collections.abc import Mapping
from typing import Any

from components.planning import price_age
from components.planning.economics_figures import economics_data, quotas_data
from components.planning.hours import utilisation_by_hour
from components.planning.levers import levers_data
from components.planning.limits import HOURS_PER_MONTH
from components.planning.model_plan import ModelPlan
from components.planning.plan import FleetPlan, RegionPlan
from components.planning.pricing import usd_per_million_tokens
from components.planning.ranges import Range, total
from components.planning.readiness import readiness_data
from components.planning.spot_outlook import spot_data


def data(plan: FleetPlan) -> dict[str, Any]:
    """The same for programs; every number of the tables and those behind them."""
    return {
        "stack": plan.stack,
        "environment": plan.environment,
        "prices_as_of": plan.prices_as_of,
        "prices_estimated": price_age.estimates(plan),
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
        "economics": economics_data(plan.economics),
        "quotas": {here.region: quotas_data(here) for here in plan.regions},
    }


def models_data(plan: FleetPlan, name: str) -> list[dict[str, Any]]:
    # Only now: tables need none of them.
    from components.planning import recommendations

    return [
        {**model_data(here, model), "recommendations": recommendations.data(plan, here.region, model)}
        for here in plan.regions
        for model in here.models
        if model.name == name
    ]


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
        "headroom": model.replicas.headroom,
        "by_hour": hours_data(model),
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
        "usd_per_month": levels(
            total(line.usd_per_hour for line in here.costs if line.model == model.name).times(HOURS_PER_MONTH)
        ),
        "usd_per_million_tokens": round(both, 4),
        "usd_per_million_output_tokens": round(answers, 4),
        "spot": spot_data(model, here.region, here.zones),
        "levers": levers_data(model, here),
        "readiness": readiness_data(model),
    }


def hours_data(model: ModelPlan) -> dict[str, list[float]]:
    """24 numbers each, from midnight UTC."""
    return {
        "requests_per_second": [round(one, 3) for one in model.demand.by_hour],
        "replicas": list(model.replicas.by_hour),
        "utilisation": [round(one, 3) for one in utilisation_by_hour(model)],
    }


def money(plan: FleetPlan) -> dict[str, dict[str, Range]]:
    """Dollars an hour by place and item; the models' lines are added up by item."""
    places = [(here.region, here.costs) for here in plan.regions] + [("worldwide", plan.costs)]
    return {
        place: {
            item: total(line.usd_per_hour for line in lines if line.item == item)
            for item in dict.fromkeys(line.item for line in lines)
        }
        for place, lines in places
    }

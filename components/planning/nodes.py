"""Node groups and node pools that hold a region's replicas."""

import math
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

from components.catalog import accelerators, prices, regions
from components.planning import labels
from components.planning.model_plan import ModelPlan
from components.planning.node_plan import NodeGroupPlan, NodePoolPlan, NodeScaler, Purchase

SPOT_WEIGHT, ON_DEMAND_WEIGHT = 60, 40
"""Karpenter tries the heavier pool first."""

PURCHASES: Final[tuple[tuple[Purchase, int], ...]] = (("spot", SPOT_WEIGHT), ("on-demand", ON_DEMAND_WEIGHT))

EXPIRE_AFTER = "336h"
"""Two weeks: node images and their patches reach every elastic node, floors follow the managed groups' releases."""

CONSOLIDATE_AFTER = "10m"
"""Of emptiness: longer than a lull between two scale-ups, shorter than an hour's bill."""


def nodes_for(replicas: float, model: ModelPlan) -> int:
    """Whole nodes that hold that many replicas of one model."""
    return math.ceil(replicas / model.pod.pods_per_node - 1e-9)


def _labels(family: str, purchase: Purchase) -> Mapping[str, str]:
    return {labels.FAMILY: family, labels.CAPACITY: purchase}


def node_groups(
    models: tuple[ModelPlan, ...], region: str, zones: tuple[str, ...], scaler: NodeScaler
) -> tuple[NodeGroupPlan, ...]:
    """Managed groups by family, instance type and purchase; floors only, or all of it where they must also grow."""
    plans = []
    for (family, instance_type), group in groupby(sorted(models, key=_pool), key=_pool):
        members = list(group)
        for purchase in ("on-demand", "spot"):
            floor, ceiling = _span(members, purchase, scaler)
            if ceiling:
                plans.append(
                    _node_group(family, instance_type, members, region, zones, purchase, floor, ceiling)
                )
    return tuple(plans)


def _pool(model: ModelPlan) -> tuple[str, str]:
    return model.family, model.accelerator.instance_type


def _span(members: Iterable[ModelPlan], purchase: str, scaler: NodeScaler) -> tuple[int, int]:
    """Nodes at least and at most of one group."""
    floor = ceiling = 0
    for model in members:
        held = model.replicas
        least = held.on_demand_floor if purchase == "on-demand" else held.spot_floor
        most = held.ceiling + model.rollout.max_surge if purchase == "on-demand" else held.spot_ceiling
        floor += nodes_for(least, model)
        ceiling += nodes_for(most if scaler == "cluster-autoscaler" else least, model)
    return floor, ceiling


def _node_group(
    family: str,
    instance_type: str,
    members: list[ModelPlan],
    region: str,
    zones: tuple[str, ...],
    purchase: Purchase,
    floor: int,
    ceiling: int,
) -> NodeGroupPlan:
    accelerator = members[0].accelerator
    offered = regions.offered_zones(instance_type, region)
    return NodeGroupPlan(
        name=f"{family}-{instance_type.replace('.', '-')}-{'od' if purchase == 'on-demand' else 'spot'}",
        family=family,
        accelerator=accelerator,
        purchase=purchase,
        zones=tuple(zone for zone in zones if zone in offered),
        min_nodes=floor,
        desired_nodes=floor,
        max_nodes=ceiling,
        labels={**_labels(family, purchase), labels.GPU_COUNT: str(accelerator.gpu_count)},
    )


def node_pools(
    models: tuple[ModelPlan, ...],
    region: str,
    zones: tuple[str, ...],
    termination_grace_seconds: int,
    budget_usd_per_hour: float,
) -> tuple[NodePoolPlan, ...]:
    """One pair per family: spot where allowed, and on-demand that can carry all of it when spot is not to be had."""
    plans = []
    for family, group in groupby(sorted(models, key=_pool), key=lambda model: model.family):
        members = list(group)
        types = tuple(sorted({model.accelerator.instance_type for model in members}))
        for purchase, weight in PURCHASES:
            wanted = sum(_elastic_gpus(model, purchase) for model in members)
            limit = min(wanted, affordable_gpus(types, region, budget_usd_per_hour))
            if limit:
                grace = termination_grace_seconds
                plans.append(_node_pool(family, types, region, zones, purchase, weight, limit, grace))
    return tuple(plans)


def _node_pool(
    family: str,
    types: tuple[str, ...],
    region: str,
    zones: tuple[str, ...],
    purchase: Purchase,
    weight: int,
    limit: int,
    grace_seconds: int,
) -> NodePoolPlan:
    offered = {zone for one in types for zone in regions.offered_zones(one, region)}
    return NodePoolPlan(
        name=f"{family}-{purchase}",
        family=family,
        purchase=purchase,
        weight=weight,
        instance_types=types,
        zones=tuple(zone for zone in zones if zone in offered),
        gpu_limit=limit,
        labels=_labels(family, purchase),
        expire_after=EXPIRE_AFTER,
        termination_grace=f"{math.ceil(grace_seconds / 60) + 3}m",
        consolidate_after=CONSOLIDATE_AFTER,
    )


def affordable_gpus(types: tuple[str, ...], region: str, usd_per_hour: float) -> int:
    """GPUs of whole nodes that the whole budget buys on-demand, of whichever type gives most."""
    found = [accelerators.find(one) for one in types]
    return max(
        int(usd_per_hour // prices.on_demand_usd_per_hour(one.instance_type, region)) * one.gpu_count
        for one in found
    )


def _elastic_gpus(model: ModelPlan, purchase: Purchase) -> int:
    """GPUs of whole nodes that carry what lies above the floor, a rollout's spare replica included."""
    replicas = model.replicas
    above = replicas.ceiling - replicas.floor
    wanted = (
        min(replicas.spot_ceiling - replicas.spot_floor, above)
        if purchase == "spot"
        # All of it, when there is no spot to be had: the floor's fixed part as well.
        else above + replicas.spot_floor + model.rollout.max_surge
    )
    return nodes_for(wanted, model) * model.accelerator.gpu_count

"""The plan of a whole fleet, or everything that stands against one."""

import itertools
import math
from collections.abc import Mapping

from components.catalog import prices, versions
from components.planning import coldstart, limits, nodes, pricing
from components.planning.addressing import network_plan
from components.planning.failover import failover_plan
from components.planning.model_plan import ModelPlan
from components.planning.models import listener_priority, model_plan
from components.planning.plan import (
    BudgetPlan,
    CostLine,
    FleetPlan,
    PrometheusPlan,
    RegionPlan,
    StoragePlan,
    Survival,
    SystemNodesPlan,
    TrafficPlan,
)
from components.planning.replicas import Here
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake, Mistakes

DAYS_PER_MONTH = limits.HOURS_PER_MONTH / 24


def tags(settings: FleetSettings, stack: str) -> Mapping[str, str]:
    """On everything that costs money."""
    return {
        "fleet": f"llm-fleet-{stack}",
        "environment": settings.environment,
        "owner": settings.owner,
        "cost-center": settings.cost_center,
        "managed-by": "pulumi",
    }


def plan_fleet(settings: FleetSettings, stack: str) -> FleetPlan:
    """Decide everything; raises `Mistakes` with every reason the fleet cannot be as asked."""
    mistakes: list[Mistake] = []
    planned: dict[str, tuple[ModelPlan, ...]] = {}
    for region in settings.regions:
        here = Here(region=region, settings=settings)
        found = [model_plan(name, here) for name in settings.models]
        mistakes.extend(itertools.chain.from_iterable(one for one in found if isinstance(one, list)))
        planned[region] = tuple(one for one in found if isinstance(one, ModelPlan))
    mistakes.extend(_meeting_priorities(tuple(settings.models)))
    failover = failover_plan(settings.traffic)
    if failover.worst_seconds > failover.target_seconds:
        mistakes.append(
            Mistake(
                "fleet.traffic.failover_target_seconds",
                f"{failover.method} cannot promise {failover.target_seconds} s: at best"
                f" {failover.worst_seconds:g} s ({', '.join(f'{what} {each:g} s' for what, each in failover.steps)})",
            )
        )
    if mistakes:
        raise Mistakes(mistakes)
    regions = tuple(_region_plan(name, settings, stack, models) for name, models in planned.items())
    weights_gib = sum(model.weights.size_gib for model in next(iter(planned.values())))
    plan = FleetPlan(
        stack=stack,
        settings=settings,
        name=f"llm-fleet-{stack}",
        environment=settings.environment,
        home_region=settings.home_region,
        tags=tags(settings, stack),
        regions=regions,
        traffic=TrafficPlan(
            domain=settings.traffic.domain, hosted_zone=settings.traffic.hosted_zone, failover=failover
        ),
        budget=_budget_plan(settings),
        survivals=_survivals(regions),
        costs=pricing.fleet_lines(settings, weights_gib),
        prices_as_of=prices.AS_OF.isoformat(),
    )
    if over := _over_budget(plan):
        raise Mistakes([over])
    return plan


def _meeting_priorities(names: tuple[str, ...]) -> list[Mistake]:
    """Two names whose rules would have one priority: one in some thousands of pairs."""
    taken: dict[int, str] = {}
    found = []
    for name in names:
        other = taken.setdefault(listener_priority(name), name)
        if other != name:
            found.append(
                Mistake(f"fleet.models.{name}", f"meets {other} at the load balancer; give it another name")
            )
    return found


def _region_plan(name: str, settings: FleetSettings, stack: str, models: tuple[ModelPlan, ...]) -> RegionPlan:
    here = settings.regions[name]
    production = settings.environment == "production"
    network = network_plan(name, here.vpc_cidr, here.zones, nat_per_zone=here.nat == "per-zone")
    zones = tuple(one.zone for one in network.private)
    system = SystemNodesPlan(
        instance_type=here.system_nodes.instance_type,
        min_nodes=here.system_nodes.count,
        desired_nodes=here.system_nodes.count,
        max_nodes=here.system_nodes.count * 2,
    )
    storage = storage_plan(settings, models)
    prometheus = PrometheusPlan(
        replicas=2 if production else 1,
        retention=f"{settings.observability.metrics_days}d",
        storage_gib=settings.observability.metrics_gib,
    )
    costs = pricing.region_lines(
        name, models, network, system, storage, prometheus.replicas * prometheus.storage_gib
    )
    grace = max(model.drain.grace_seconds for model in models)
    hourly = settings.budget.monthly_usd / limits.HOURS_PER_MONTH
    karpenter = here.node_scaler == "karpenter"
    return RegionPlan(
        region=name,
        stack=stack,
        environment=settings.environment,
        home=name == settings.home_region,
        cluster_name=f"{stack}-{name}",
        kubernetes_version=versions.KUBERNETES,
        zones=zones,
        network=network,
        operator_cidrs=tuple(str(one) for one in here.operator_cidrs),
        node_scaler=here.node_scaler,
        vertical_pod_autoscaler=here.vertical_pod_autoscaler,
        external_dns=here.external_dns,
        deletion_protection=production,
        log_days=settings.observability.log_days,
        system_nodes=system,
        models=models,
        node_groups=nodes.node_groups(models, name, zones, here.node_scaler),
        node_pools=nodes.node_pools(models, name, zones, grace, hourly) if karpenter else (),
        storage=storage,
        prometheus=prometheus,
        traffic_share=here.traffic_share,
        domain=settings.traffic.domain,
        requests_per_five_minutes=settings.traffic.requests_per_five_minutes,
        family_usd_per_hour=family_ceilings(models, costs),
        alert_emails=settings.budget.emails,
        runbook_url=settings.observability.runbook_url,
        weights_retain_days=settings.weights.retain_days,
        tags=tags(settings, stack),
        costs=costs,
    )


def family_ceilings(models: tuple[ModelPlan, ...], costs: tuple[CostLine, ...]) -> Mapping[str, float]:
    """GPU node dollars an hour at the ceiling, by model family; disks left to the bill."""
    nodes_only = [
        line for line in costs if line.item in ("GPU on-demand, floor", "GPU spot, floor", "GPU elastic")
    ]
    family = {model.name: model.family for model in models}
    ceilings: dict[str, float] = {}
    for line in nodes_only:
        if line.model is not None:
            ceilings[family[line.model]] = ceilings.get(family[line.model], 0.0) + line.usd_per_hour.ceiling
    return {name: math.ceil(usd) for name, usd in sorted(ceilings.items())}


def storage_plan(settings: FleetSettings, models: tuple[ModelPlan, ...]) -> StoragePlan:
    """Room for every model twice: a new revision is filled while the old one serves."""
    used = sum(model.weights.size_gib for model in models)
    lustre = settings.weights.storage == "fsx"
    # Lustre comes in 1200 GiB, 2400 GiB and then steps of 2400 GiB (FSx API reference, PERSISTENT_2).
    steps = 1200 if 2 * used <= 1200 else 2400 * math.ceil(2 * used / 2400)
    return StoragePlan(
        kind=settings.weights.storage,
        claim_gib=steps,
        used_gib=used,
        throughput_mb_per_tib=settings.weights.fsx_throughput_mb_per_tib if lustre else 0,
        read_gib_per_second=coldstart.read_gib_per_second(settings.weights),
    )


def _budget_plan(settings: FleetSettings) -> BudgetPlan:
    chosen = settings.budget
    return BudgetPlan(
        monthly_usd=chosen.monthly_usd,
        daily_usd=chosen.daily_usd or math.ceil(chosen.monthly_usd / DAYS_PER_MONTH),
        anomaly_usd=chosen.anomaly_usd,
        activate_tags=chosen.activate_tags,
        deny_capacity_at_percent=chosen.deny_capacity_at_percent,
        emails=chosen.emails,
    )


def _survivals(regions: tuple[RegionPlan, ...]) -> tuple[Survival, ...]:
    """For each region lost and each model: what the others can carry at their ceilings."""
    return tuple(
        Survival(
            lost_region=lost.region,
            model=model.name,
            peak_requests_per_second=model.demand.fleet_peak_requests_per_second,
            capacity_requests_per_second=sum(
                other.replicas.ceiling * other.throughput.requests_per_second
                for here in regions
                if here is not lost
                for other in here.models
                if other.name == model.name
            ),
        )
        for lost in regions
        for model in lost.models
    )


def _over_budget(plan: FleetPlan) -> Mistake | None:
    ceiling, budget = plan.usd_per_month.ceiling, plan.budget.monthly_usd
    if ceiling <= budget:
        return None
    by_model: dict[str, float] = {}
    for here in plan.regions:
        for line in here.costs:
            if line.model:
                by_model[line.model] = (
                    by_model.get(line.model, 0.0) + line.usd_per_hour.ceiling * limits.HOURS_PER_MONTH
                )
    dearest = max(by_model, key=lambda name: by_model[name])
    return Mistake(
        "fleet.budget.monthly_usd",
        f"${budget:,.0f} does not cover the ceiling of ${ceiling:,.0f}, ${ceiling - budget:,.0f} more;"
        f" {dearest} alone may cost ${by_model[dearest]:,.0f}: lower its replicas.max or raise the budget",
    )

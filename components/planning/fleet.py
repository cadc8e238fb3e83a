"""The plan of a whole fleet, or everything that stands against one."""

import itertools
import math
from collections.abc import Iterator

from components.catalog import prices
from components.planning import limits, pricing, quotas, survival
from components.planning.accounting import economics_plan
from components.planning.failover import failover_plan
from components.planning.model_plan import ModelPlan
from components.planning.models import listener_priority, model_plan
from components.planning.plan import (
    BudgetPlan,
    FleetPlan,
    TrafficPlan,
)
from components.planning.ranges import total
from components.planning.regions import region_plan, tags
from components.planning.replicas import Here
from components.planning.system import crowded
from components.settings.examples import examples_in
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake, Mistakes

DAYS_PER_MONTH = limits.HOURS_PER_MONTH / 24


def plan_fleet(settings: FleetSettings, stack: str) -> FleetPlan:
    """Decide everything; raises `Mistakes` with every reason the fleet cannot be as asked."""
    mistakes: list[Mistake] = []
    planned: dict[str, tuple[ModelPlan, ...]] = {}
    for region in settings.regions:
        here = Here(region=region, settings=settings)
        found = [model_plan(name, here) for name in settings.models]
        mistakes.extend(itertools.chain.from_iterable(one for one in found if isinstance(one, list)))
        planned[region] = tuple(one for one in found if isinstance(one, ModelPlan))
        mistakes.extend(crowded(region, settings))
        mistakes.extend(_asleep_behind_an_accelerator(planned[region], settings))
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
    regions = tuple(region_plan(name, settings, stack, models) for name, models in planned.items())
    costs = pricing.fleet_lines(
        settings, regions[0].storage.used_gib, tuple(model for models in planned.values() for model in models)
    )
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
        survivals=survival.survivals(regions),
        costs=costs,
        prices_as_of=min(prices.as_of(region) for region in planned).isoformat(),
        examples=tuple(examples_in(settings)),
        economics=economics_plan(settings, regions, costs),
    )
    refused = [
        *survival.shortfalls(settings, plan.regions, plan.survivals),
        *_over_budget(plan),
        *quotas.mistakes(settings, regions),
    ]
    if refused:
        raise Mistakes(refused)
    return plan


def _asleep_behind_an_accelerator(models: tuple[ModelPlan, ...], settings: FleetSettings) -> list[Mistake]:
    """A load balancer counts as healthy to the accelerator while every target group has somebody in it."""
    if settings.traffic.method != "global-accelerator":
        return []
    text = (
        "0 leaves an empty target group, and global-accelerator takes the whole entrance of a region for dead, all its"
        " models with it; keep 1, or use route53-latency"
    )
    return [
        Mistake(f"fleet.models.{model.name}.replicas.min", text)
        for model in models
        if not model.replicas.floor
    ]


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


def _over_budget(plan: FleetPlan) -> Iterator[Mistake]:
    ceiling, budget = plan.usd_per_month.ceiling, plan.budget.monthly_usd
    if ceiling <= budget:
        return
    lines = [line for here in plan.regions for line in here.costs]
    by_model = {
        name: total(line.usd_per_hour for line in lines if line.model == name).ceiling
        * limits.HOURS_PER_MONTH
        for name in {line.model: None for line in lines if line.model}
    }
    dearest = max(by_model, key=lambda name: by_model[name])
    yield Mistake(
        "fleet.budget.monthly_usd",
        f"${budget:,.0f} does not cover the ceiling of ${ceiling:,.0f}, ${ceiling - budget:,.0f} more;"
        f" {dearest} alone may cost ${by_model[dearest]:,.0f}: lower its replicas.max or raise the budget",
    )

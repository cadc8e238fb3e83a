"""What the stack could cost at most, counted again from the graph itself and not from the plan."""

import math
from collections.abc import Iterator, Sequence

from components.catalog import accelerators, prices
from components.planning import labels, limits
from policies.rule import Finding, Resource, Rule, at, items, label, of_kind, of_type


def _gpus_of_a_pod(server: Resource) -> int:
    containers = items(server.inputs, "spec", "template", "spec", "containers")
    return sum(int(at(one, "resources", "limits", labels.GPU) or 0) for one in containers)


def _usd_per_month_at_ceiling(server: Resource, most: int) -> float:
    """On-demand price of the nodes that `most` pods fill: what is paid when no spot is to be had."""
    chosen = str(at(server.inputs, "spec", "template", "spec", "nodeSelector", labels.INSTANCE_TYPE))
    accelerator = accelerators.ACCELERATORS.get(chosen)
    gpus = _gpus_of_a_pod(server)
    if accelerator is None or gpus == 0 or server.region is None:
        return 0.0
    nodes = math.ceil(most / max(accelerator.gpu_count // gpus, 1))
    return nodes * prices.on_demand_usd_per_hour(chosen, server.region) * limits.HOURS_PER_MONTH


def _monthly_budget(resources: Sequence[Resource]) -> tuple[str, float] | None:
    for budget in of_type(resources, "aws:budgets/budget:Budget"):
        if at(budget.inputs, "timeUnit") == "MONTHLY" and at(budget.inputs, "budgetType") == "COST":
            return budget.name, float(at(budget.inputs, "limitAmount") or 0)
    return None


def ceiling_is_within_the_budget(resources: Sequence[Resource]) -> Iterator[Finding]:
    budget = _monthly_budget(resources)
    if budget is None:
        yield Finding(
            resource="stack", sentence="has no monthly cost budget; nobody would hear of overspending"
        )
        return
    servers = {
        (one.region, one.title): one for one in of_kind(resources, "Deployment") if label(one, labels.MODEL)
    }
    costs = {
        scaler.name: _usd_per_month_at_ceiling(
            server, int(at(scaler.inputs, "spec", "maxReplicaCount") or 100)
        )
        for scaler in of_kind(resources, "ScaledObject")
        if (server := servers.get((scaler.region, str(at(scaler.inputs, "spec", "scaleTargetRef", "name")))))
    }
    name, usd = budget
    if (ceiling := sum(costs.values())) > usd:
        dearest = max(costs, key=lambda each: costs[each])
        yield Finding(
            resource=name,
            sentence=(
                f"allows ${usd:,.0f} a month but GPU nodes at every model's maximum cost ${ceiling:,.0f};"
                f" {dearest} alone is ${costs[dearest]:,.0f}"
            ),
        )


def budget_acts(resources: Sequence[Resource]) -> Iterator[Finding]:
    actions = of_type(resources, "aws:budgets/budgetAction:BudgetAction")
    if not any(at(one.inputs, "approvalModel") == "AUTOMATIC" for one in actions):
        yield Finding(
            resource="stack",
            sentence="has no budget action that acts by itself; an alarm at night stops nothing",
        )
    for one in actions:
        if at(one.inputs, "actionType") == "RUN_SSM_DOCUMENTS":
            yield Finding(resource=one.name, sentence="stops instances, which a node scaler replaces at once")


def gpu_pools_are_limited(resource: Resource) -> Iterator[str]:
    if resource.kind != "NodePool":
        return
    limit = at(resource.inputs, "spec", "limits", labels.GPU)
    if limit is None:
        yield f'has no limits["{labels.GPU}"]; a runaway autoscaler would be bounded by the account\'s quota alone'
    elif float(limit) < 1:
        yield f"is limited to {limit} GPUs and can never hold a node"


def pools_let_go(resource: Resource) -> Iterator[str]:
    if resource.kind != "NodePool":
        return
    disruption = at(resource.inputs, "spec", "disruption") or {}
    if "consolidateAfter" not in disruption or disruption["consolidateAfter"] == "Never":
        yield "never gives an empty node back; set disruption.consolidateAfter"
    if at(resource.inputs, "spec", "template", "spec", "expireAfter") in (None, "Never"):
        yield "keeps nodes for ever; set expireAfter so that images and patches reach them"


RULES = (
    Rule(
        name="ceiling-is-within-the-budget",
        assures="every model at its maximum, all on-demand, costs no more than the monthly budget",
        remedy="lower replicas.max, choose smaller GPUs, or raise budget.monthly_usd",
        stack=ceiling_is_within_the_budget,
    ),
    Rule(
        name="the-budget-acts",
        assures="at its limit the budget itself denies new capacity to the node scalers",
        remedy="keep the budget action of worldwide/budgets.py, with APPLY_IAM_POLICY and AUTOMATIC approval",
        stack=budget_acts,
    ),
    Rule(
        name="gpu-pools-are-limited",
        assures="every Karpenter pool has a limit on its GPUs",
        remedy='state limits["nvidia.com/gpu"] in the NodePool',
        resource=gpu_pools_are_limited,
    ),
    Rule(
        name="pools-let-go",
        assures="every Karpenter pool returns empty nodes and renews old ones",
        remedy="state disruption.consolidateAfter and template.spec.expireAfter",
        resource=pools_let_go,
    ),
)

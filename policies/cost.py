"""What the stack could cost at most, counted again from the graph itself and not from the plan."""

import math
from collections.abc import Iterator, Sequence

from components.catalog import accelerators, prices
from components.planning import labels, limits
from policies.reading import default_tags, gpus, model_pod, model_servers, whole
from policies.rule import Finding, Resource, Rule, at, items, of_kind, of_type


def _usd_per_month_at_ceiling(server: Resource, most: int) -> float:
    """On-demand price of the nodes that `most` pods fill: what is paid when no spot is to be had."""
    chosen = str(at(model_pod(server), "nodeSelector", labels.INSTANCE_TYPE))
    accelerator = accelerators.ACCELERATORS.get(chosen)
    asked = gpus(model_pod(server))
    if accelerator is None or asked == 0 or server.region is None:
        return 0.0
    nodes = math.ceil(most / max(accelerator.gpu_count // asked, 1))
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
    servers = {(one.region, one.title): one for one in model_servers(resources)}
    costs = {
        scaler.name: _usd_per_month_at_ceiling(
            server, whole(at(scaler.inputs, "spec", "maxReplicaCount")) or 100
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


def budgets_count_the_fleet(resources: Sequence[Resource]) -> Iterator[Finding]:
    """A budget that filters on a tag nothing carries stays at zero for ever, and so does its alarm."""
    fleets = {str(default_tags(one).get("fleet")) for one in resources if one.type == "pulumi:providers:aws"}
    for budget in of_type(resources, "aws:budgets/budget:Budget"):
        counted = {
            str(value)
            for one in items(budget.inputs, "costFilters")
            if at(one, "name") == "TagKeyValue"
            for value in items(one, "values")
        }
        wanted = {f"user:fleet${fleet}" for fleet in fleets}
        if fleets and counted != wanted:
            shown = ", ".join(sorted(counted)) or "nothing"
            yield Finding(
                resource=budget.name, sentence=f"counts {shown} instead of {', '.join(sorted(wanted))}"
            )


def overspending_is_told(resources: Sequence[Resource]) -> Iterator[Finding]:
    """At the latest at the limit, before it by forecast, and to somebody."""
    for budget in of_type(resources, "aws:budgets/budget:Budget"):
        told = items(budget.inputs, "notifications")
        heard = [
            one
            for one in told
            if items(one, "subscriberSnsTopicArns") or items(one, "subscriberEmailAddresses")
        ]
        kinds = {at(one, "notificationType") for one in heard if (whole(at(one, "threshold")) or 1000) <= 100}
        wanted = {"ACTUAL", "FORECASTED"} if at(budget.inputs, "timeUnit") == "MONTHLY" else {"ACTUAL"}
        for kind in sorted(wanted - kinds):
            yield Finding(resource=budget.name, sentence=f"tells nobody at its limit of {kind.lower()} cost")
        if len(heard) < len(told):
            yield Finding(resource=budget.name, sentence="has a notification without a subscriber")
    if not of_type(resources, "aws:sns/topicSubscription:TopicSubscription"):
        yield Finding(resource="stack", sentence="has no subscription: alarms are published to nobody")


def anomalies_are_told(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Budgets lag by half a day; an anomaly is told of the day it begins."""
    if not of_type(resources, "aws:costexplorer/anomalyMonitor:AnomalyMonitor"):
        yield Finding(resource="stack", sentence="has no cost anomaly monitor")
    subscriptions = of_type(resources, "aws:costexplorer/anomalySubscription:AnomalySubscription")
    if not any(items(one.inputs, "subscribers") for one in subscriptions):
        yield Finding(resource="stack", sentence="has no cost anomaly subscription: nobody hears of one")
    for one in subscriptions:
        kinds = {at(each, "type") for each in items(one.inputs, "subscribers")}
        if at(one.inputs, "frequency") == "IMMEDIATE" and kinds - {"SNS"}:
            yield Finding(resource=one.name, sentence="is IMMEDIATE, which AWS sends to SNS only")


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
        elif not items(one.inputs, "definition", "iamActionDefinition", "roles"):
            yield Finding(resource=one.name, sentence="denies capacity to no role")
        if (whole(at(one.inputs, "actionThreshold", "actionThresholdValue")) or 1000) > 100:
            yield Finding(resource=one.name, sentence="acts only beyond the whole budget")


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
        name="budgets-count-the-fleet",
        assures="every budget counts what carries the fleet's own tag, and nothing else",
        remedy="filter the budget on user:fleet$<the providers' fleet tag>",
        stack=budgets_count_the_fleet,
    ),
    Rule(
        name="overspending-is-told",
        assures="somebody hears of overspending at the limit, and before it by forecast",
        remedy="give every budget its notifications and every topic a subscription",
        stack=overspending_is_told,
    ),
    Rule(
        name="anomalies-are-told",
        assures="somebody hears of unusual spending the day it begins",
        remedy="keep the anomaly monitor and its subscription",
        stack=anomalies_are_told,
    ),
)

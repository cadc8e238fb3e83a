"""Enough replicas, in enough regions, that survive a drain and can grow."""

from collections.abc import Iterator, Sequence

from components.planning import labels
from policies.reading import model_servers, waited_for_in_production, whole
from policies.rule import Finding, Resource, Rule, at, label, of_kind


def interactive_models_keep_two(resource: Resource, *, least_interactive_replicas: int) -> Iterator[str]:
    key = {"ScaledObject": "minReplicaCount", "Deployment": "replicas"}.get(resource.kind)
    if key is None or not waited_for_in_production(resource):
        return
    # An absent count is KEDA's 0 and the Deployment's 1: both too few for somebody who waits.
    replicas = whole(at(resource.inputs, "spec", key)) or 0
    if replicas < least_interactive_replicas:
        least = least_interactive_replicas
        yield f"starts at {replicas} replicas; an interactive model in production keeps {least}"


def scaling_has_room(resource: Resource, *, least_headroom_replicas: int) -> Iterator[str]:
    if resource.kind != "ScaledObject":
        return
    least, most = (
        whole(at(resource.inputs, "spec", key)) or 0 for key in ("minReplicaCount", "maxReplicaCount")
    )
    room = least_headroom_replicas if waited_for_in_production(resource) else 0
    if most < max(least + room, 1):
        yield f"may grow to {most} replicas but keeps {least}; raise maxReplicaCount to {max(least + room, 1)} or more"


def _partner(server: Resource, others: Sequence[Resource]) -> Resource | None:
    """The object of the same cluster that the server's name ties to it."""
    same = [one for one in others if one.region == server.region]
    return next((one for one in same if one.title == server.title), None)


def every_model_is_scaled(resources: Sequence[Resource]) -> Iterator[Finding]:
    scalers = [
        (one.region, at(one.inputs, "spec", "scaleTargetRef", "name"))
        for one in of_kind(resources, "ScaledObject")
    ]
    servers = model_servers(resources)
    for server in servers:
        if (server.region, server.title) not in scalers:
            yield Finding(
                resource=server.name, sentence="has no ScaledObject: nothing adds or removes its replicas"
            )
    known = {(one.region, one.title) for one in servers}
    for region, target in scalers:
        if (region, target) not in known:
            yield Finding(
                resource=str(target), sentence=f"is scaled in {region} but no Deployment has that name"
            )


def disruption_budgets_permit_a_drain(resources: Sequence[Resource]) -> Iterator[Finding]:
    budgets = of_kind(resources, "PodDisruptionBudget")
    scalers = of_kind(resources, "ScaledObject")
    for server in model_servers(resources):
        budget, scaler = _partner(server, budgets), _partner(server, scalers)
        floor = whole(at(scaler.inputs, "spec", "minReplicaCount")) or 0 if scaler else 0
        if budget is None:
            yield Finding(
                resource=server.name, sentence="has no PodDisruptionBudget; a drain may take every replica"
            )
            continue
        kept = at(budget.inputs, "spec", "minAvailable")
        if not isinstance(kept, int):
            yield Finding(resource=budget.name, sentence=f"must state minAvailable as a count, not {kept!r}")
        elif floor >= 2 and kept < 1:
            yield Finding(
                resource=budget.name, sentence="lets a drain take every replica; set minAvailable to 1"
            )
        elif kept > max(floor - 1, 0):
            yield Finding(
                resource=budget.name,
                sentence=f"keeps {kept} of {floor} replicas: no node under them could ever be drained",
            )


def disruption_budgets_name_their_pods(resources: Sequence[Resource]) -> Iterator[Finding]:
    """A budget whose selector matches no pod protects nothing, and says so nowhere."""
    budgets = of_kind(resources, "PodDisruptionBudget")
    for server in model_servers(resources):
        pods = at(server.inputs, "spec", "template", "metadata", "labels") or {}
        budget = _partner(server, budgets)
        if budget is None:
            continue
        chosen = at(budget.inputs, "spec", "selector", "matchLabels") or {}
        if not chosen or any(pods.get(key) != value for key, value in chosen.items()):
            yield Finding(
                resource=budget.name, sentence=f"selects {dict(chosen)}, which its own pods do not carry"
            )


def production_outlives_a_region(
    resources: Sequence[Resource], *, least_production_regions: int
) -> Iterator[Finding]:
    """What remains must also be able to grow: a floor alone is half of what the lost region carried."""
    where: dict[str, list[Resource]] = {}
    for server in model_servers(resources):
        if waited_for_in_production(server):
            where.setdefault(server.title, []).append(server)
    for title, servers in where.items():
        found = {one.region for one in servers}
        if len(found) < least_production_regions:
            yield Finding(
                resource=servers[0].name,
                sentence=f"is served in {len(found)} region; losing it ends {title}: serve it in {least_production_regions}",
            )


def servers_spread_out(resource: Resource) -> Iterator[str]:
    if resource.kind != "Deployment" or label(resource, labels.MODEL) is None:
        return
    pods = at(resource.inputs, "spec", "template", "metadata", "labels") or {}
    spread = at(resource.inputs, "spec", "template", "spec", "topologySpreadConstraints") or []
    for key, what in (("topology.kubernetes.io/zone", "zones"), ("kubernetes.io/hostname", "nodes")):
        stated = [one for one in spread if at(one, "topologyKey") == key]
        chosen = at(stated[0], "labelSelector", "matchLabels") or {} if stated else {}
        if not stated:
            yield f"does not spread its replicas over {what}; one failure may take all of them"
        elif not chosen or any(pods.get(name) != value for name, value in chosen.items()):
            yield f"spreads {dict(chosen)} over {what}, which its own pods do not carry"


RULES = (
    Rule(
        name="interactive-models-keep-two-replicas",
        assures="an interactive model in production keeps at least two replicas",
        remedy="set replicas.min of the model to 2 or more",
        numbers=("least_interactive_replicas",),
        resource=interactive_models_keep_two,
    ),
    Rule(
        name="scaling-has-room",
        assures="no autoscaler's maximum is below its minimum, and where somebody waits it is above",
        remedy="raise replicas.max of the model",
        numbers=("least_headroom_replicas",),
        resource=scaling_has_room,
    ),
    Rule(
        name="every-model-is-scaled",
        assures="every model server has an autoscaler, and every autoscaler a model server",
        remedy="give the Deployment and its ScaledObject the same name",
        stack=every_model_is_scaled,
    ),
    Rule(
        name="disruption-budgets-permit-a-drain",
        assures="a drain can always go on, and never takes the last of two replicas",
        remedy="set minAvailable to 1 where two replicas are kept, and to 0 where fewer are",
        stack=disruption_budgets_permit_a_drain,
    ),
    Rule(
        name="disruption-budgets-name-their-pods",
        assures="every disruption budget selects the pods of its own model server",
        remedy="use the same labels for the Deployment's pods and the budget's selector",
        stack=disruption_budgets_name_their_pods,
    ),
    Rule(
        name="production-outlives-a-region",
        assures="an interactive model in production is served in two regions, so that one may be lost",
        remedy="add a region to the stack file",
        numbers=("least_production_regions",),
        stack=production_outlives_a_region,
    ),
    Rule(
        name="servers-spread-out",
        assures="the replicas of a model are spread over zones and nodes",
        remedy="keep both topologySpreadConstraints of serving/manifests.py",
        in_development="advisory",
        resource=servers_spread_out,
    ),
)

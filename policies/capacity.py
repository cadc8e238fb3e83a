"""Enough replicas, that survive a drain, on capacity that is not all borrowed."""

from collections.abc import Iterator, Sequence

from components.planning import labels, limits
from policies.rule import Finding, Resource, Rule, at, label, of_kind, of_type


def _least(resource: Resource) -> int:
    """Replicas a model server must keep, from the labels that say who waits for it."""
    waited_for = label(resource, labels.WORKLOAD) == "interactive"
    return limits.INTERACTIVE_LEAST_REPLICAS if waited_for and _production(resource) else 0


def _production(resource: Resource) -> bool:
    return label(resource, labels.ENVIRONMENT) == "production"


def interactive_models_keep_two(resource: Resource) -> Iterator[str]:
    key = {"ScaledObject": "minReplicaCount", "Deployment": "replicas"}.get(resource.kind)
    if key is None or label(resource, labels.WORKLOAD) is None:
        return
    # An absent count is KEDA's 0 and the Deployment's 1: both too few for somebody who waits.
    replicas = int(at(resource.inputs, "spec", key) or 0)
    if replicas < _least(resource):
        yield f"starts at {replicas} replicas; an interactive model in production keeps {_least(resource)}"


def scaling_has_room(resource: Resource) -> Iterator[str]:
    if resource.kind != "ScaledObject":
        return
    least, most = (
        int(at(resource.inputs, "spec", key) or 0) for key in ("minReplicaCount", "maxReplicaCount")
    )
    if most < max(least, 1):
        yield f"may grow to {most} replicas but keeps {least}; raise maxReplicaCount"


def _model_servers(resources: Sequence[Resource]) -> list[Resource]:
    return [one for one in of_kind(resources, "Deployment") if label(one, labels.WORKLOAD)]


def _partner(server: Resource, others: Sequence[Resource]) -> Resource | None:
    """The object of the same cluster that the server's name ties to it."""
    same = [one for one in others if one.region == server.region]
    return next((one for one in same if one.title == server.title), None)


def every_model_is_scaled(resources: Sequence[Resource]) -> Iterator[Finding]:
    scalers = [
        (one.region, at(one.inputs, "spec", "scaleTargetRef", "name"))
        for one in of_kind(resources, "ScaledObject")
    ]
    servers = _model_servers(resources)
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
    for server in _model_servers(resources):
        budget, scaler = _partner(server, budgets), _partner(server, scalers)
        floor = int(at(scaler.inputs, "spec", "minReplicaCount") or 0) if scaler else 0
        if budget is None:
            yield Finding(
                resource=server.name, sentence="has no PodDisruptionBudget; a drain may take every replica"
            )
            continue
        kept = at(budget.inputs, "spec", "minAvailable")
        if not isinstance(kept, int):
            yield Finding(resource=budget.name, sentence=f"must state minAvailable as a count, not {kept!r}")
        elif floor >= limits.INTERACTIVE_LEAST_REPLICAS and kept < 1:
            yield Finding(
                resource=budget.name, sentence="lets a drain take every replica; set minAvailable to 1"
            )
        elif kept > max(floor - 1, 0):
            yield Finding(
                resource=budget.name,
                sentence=f"keeps {kept} of {floor} replicas: no node under them could ever be drained",
            )


def _gpus(resource: Resource) -> int:
    """GPUs a NodePool may hold or a managed group may grow to, 0 for every other thing."""
    if resource.kind == "NodePool":
        return int(float(at(resource.inputs, "spec", "limits", labels.GPU) or 0))
    size = int(at(resource.inputs, "scalingConfig", "maxSize") or 0)
    return size * int(at(resource.inputs, "labels", labels.GPU_COUNT) or 0)


def _family_and_capacity(resource: Resource) -> tuple[str, str] | None:
    found = (
        at(resource.inputs, "spec", "template", "metadata", "labels")
        if resource.kind == "NodePool"
        else at(resource.inputs, "labels")
    )
    family, capacity = at(found, labels.FAMILY), at(found, labels.CAPACITY)
    return (str(family), str(capacity)) if family and capacity else None


def spot_is_bounded(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Per region and family: borrowed GPUs against all, and something owned beneath them."""
    served = {
        (one.region, at(one.inputs, "spec", "template", "spec", "nodeSelector", labels.FAMILY))
        for one in _model_servers(resources)
        if _least(one)
    }
    gpus: dict[tuple[str | None, str], dict[str, int]] = {}
    for pool in [*of_kind(resources, "NodePool"), *of_type(resources, "aws:eks/nodeGroup:NodeGroup")]:
        if (found := _family_and_capacity(pool)) is not None:
            held = gpus.setdefault((pool.region, found[0]), {"spot": 0, "on-demand": 0})
            held[found[1]] += _gpus(pool)
    floors = {
        (group.region, found[0])
        for group in of_type(resources, "aws:eks/nodeGroup:NodeGroup")
        if (found := _family_and_capacity(group))
        and found[1] == "on-demand"
        and int(at(group.inputs, "scalingConfig", "minSize") or 0) >= 1
    }
    for region, family in sorted(served, key=str):
        if family is None:
            continue
        held = gpus.get((region, family), {"spot": 0, "on-demand": 0})
        share = held["spot"] / max(held["spot"] + held["on-demand"], 1)
        where = f"{region}-{family}"
        if share > limits.MAX_SPOT_SHARE:
            yield Finding(
                resource=where,
                sentence=f"may run {share:.0%} of its GPUs on spot; at most {limits.MAX_SPOT_SHARE:.0%} may be taken at once",
            )
        if (region, family) not in floors:
            yield Finding(resource=where, sentence="has no on-demand node group beneath its spot capacity")


RULES = (
    Rule(
        name="interactive-models-keep-two-replicas",
        assures="an interactive model in production keeps at least two replicas",
        remedy="raise replicas.min of the model, or declare its workload as what it is",
        resource=interactive_models_keep_two,
    ),
    Rule(
        name="scaling-has-room",
        assures="no autoscaler's maximum is below its minimum",
        remedy="raise replicas.max of the model",
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
        name="spot-is-bounded",
        assures="interactive models in production stand on an on-demand floor with a bounded spot share",
        remedy="lower purchase.spot_share or raise purchase.on_demand_floor of the family's models",
        stack=spot_is_bounded,
    ),
)

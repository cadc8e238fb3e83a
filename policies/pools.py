"""Pools of GPU nodes: as large as their models need, no larger, and let go of what is empty."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.catalog import accelerators, quotas
from components.planning import labels
from policies.reading import gpus, model_pod, model_servers, seconds, whole
from policies.rule import Finding, Resource, Rule, at, items, of_kind, of_type

GROUP = "aws:eks/nodeGroup:NodeGroup"
CAPACITY_TYPE = "karpenter.sh/capacity-type"


def family_and_capacity(pool: Resource) -> tuple[str, str] | None:
    """What a NodePool's or a managed group's nodes are labelled with; None where they are not for models."""
    path = ("spec", "template", "metadata", "labels") if pool.kind == "NodePool" else ("labels",)
    found = at(pool.inputs, *path)
    family, capacity = at(found, labels.FAMILY), at(found, labels.CAPACITY)
    return (str(family), str(capacity)) if family and capacity else None


def gpu_pools(resources: Sequence[Resource]) -> list[Resource]:
    """NodePools and managed groups kept for a family of models."""
    found = [*of_kind(resources, "NodePool"), *of_type(resources, GROUP)]
    return [one for one in found if family_and_capacity(one)]


def most_gpus(pool: Resource) -> int:
    """GPUs a NodePool may hold or a managed group may grow to."""
    if pool.kind == "NodePool":
        return whole(at(pool.inputs, "spec", "limits", labels.GPU)) or 0
    size = whole(at(pool.inputs, "scalingConfig", "maxSize")) or 0
    return size * (whole(at(pool.inputs, "labels", labels.GPU_COUNT)) or 0)


def instance_types(pool: Resource) -> list[str]:
    """Types a pool may start."""
    if pool.kind != "NodePool":
        return [str(one) for one in items(pool.inputs, "instanceTypes")]
    stated = items(pool.inputs, "spec", "template", "spec", "requirements")
    chosen = [one for one in stated if at(one, "key") == labels.INSTANCE_TYPE and at(one, "operator") == "In"]
    return [str(value) for one in chosen for value in items(one, "values")]


def gpu_pools_are_limited(resource: Resource) -> Iterator[str]:
    if resource.kind != "NodePool":
        return
    limit = at(resource.inputs, "spec", "limits", labels.GPU)
    if limit is None:
        yield f'has no limits["{labels.GPU}"]; a runaway autoscaler would be bounded by the account\'s quota alone'
    elif (whole(limit) or 0) < 1:
        yield f"is limited to {limit} GPUs and can never hold a node"


def pools_let_go(resource: Resource, *, longest_node_hours: int) -> Iterator[str]:
    if resource.kind != "NodePool":
        return
    disruption = at(resource.inputs, "spec", "disruption") or {}
    if seconds(disruption.get("consolidateAfter")) is None:
        yield "never gives an empty node back; set disruption.consolidateAfter"
    age = seconds(at(resource.inputs, "spec", "template", "spec", "expireAfter"))
    if age is None:
        yield "keeps nodes for ever; set expireAfter so that images and patches reach them"
    elif age > longest_node_hours * 3600:
        yield f"keeps nodes for {age // 3600} h; patches reach them only after that: at most {longest_node_hours} h"


def consolidation_takes_only_the_empty(resource: Resource) -> Iterator[str]:
    """Karpenter's default also moves running pods, and each move costs a cold start."""
    if resource.kind != "NodePool":
        return
    disruption = at(resource.inputs, "spec", "disruption") or {}
    if disruption.get("consolidationPolicy") != "WhenEmpty":
        yield f"consolidates {disruption.get('consolidationPolicy') or 'WhenEmptyOrUnderutilized'}: model servers would move"
    if not items(disruption, "budgets"):
        yield "states no disruption budget: a tenth of its nodes may go at once, rounded up"


def _family_ceilings(resources: Sequence[Resource]) -> dict[tuple[str | None, str], tuple[int, int]]:
    """By region and family: GPUs that all its models ask for at their maximum, and one rollout's spare of each."""
    scalers = {
        (one.region, at(one.inputs, "spec", "scaleTargetRef", "name")): one
        for one in of_kind(resources, "ScaledObject")
    }
    found: dict[tuple[str | None, str], tuple[int, int]] = {}
    for server in model_servers(resources):
        pod = model_pod(server)
        family = str(at(pod, "nodeSelector", labels.FAMILY))
        scaler = scalers.get((server.region, server.title))
        if scaler is None:
            continue
        chosen = accelerators.ACCELERATORS.get(str(at(pod, "nodeSelector", labels.INSTANCE_TYPE)))
        asked = max(gpus(pod), 1)
        per_node = max((chosen.gpu_count if chosen else asked) // asked, 1)
        most = whole(at(scaler.inputs, "spec", "maxReplicaCount")) or 100
        nodes_gpus = -(-most // per_node) * (chosen.gpu_count if chosen else asked)
        ceiling, spare = found.get((server.region, family), (0, 0))
        found[server.region, family] = (
            ceiling + nodes_gpus,
            spare + (chosen.gpu_count if chosen else asked),
        )
    return found


def pools_carry_their_models(resources: Sequence[Resource]) -> Iterator[Finding]:
    """On-demand alone carries every maximum, because spot may not be to be had; and no pool holds more than that."""
    held: dict[tuple[str | None, str], int] = {}
    for pool in gpu_pools(resources):
        family, capacity = family_and_capacity(pool) or ("", "")
        held[pool.region, family] = held.get((pool.region, family), 0) + (
            most_gpus(pool) if capacity == "on-demand" or pool.kind != "NodePool" else 0
        )
    ceilings = _family_ceilings(resources)
    for (region, family), (ceiling, _) in ceilings.items():
        if (found := held.get((region, family), 0)) < ceiling:
            yield Finding(
                resource=f"{region}-{family}",
                sentence=f"needs {ceiling} GPUs at its models' maximum; without spot its pools hold {found}",
            )
    for pool in of_kind(resources, "NodePool"):
        family, _ = family_and_capacity(pool) or ("", "")
        ceiling, spare = ceilings.get((pool.region, family), (0, 0))
        if most_gpus(pool) > ceiling + spare:
            yield Finding(
                resource=pool.name,
                sentence=f"may hold {most_gpus(pool)} GPUs; its models ask for {ceiling} at their maximum",
            )


def _vcpus(resources: Sequence[Resource]) -> dict[tuple[str | None, str], int]:
    """By region and quota code: vCPUs of every GPU pool at its limit."""
    found: dict[tuple[str | None, str], int] = {}
    for pool in gpu_pools(resources):
        known = [accelerators.ACCELERATORS.get(one) for one in instance_types(pool)]
        sold = [one for one in known if one is not None]
        if not sold:
            continue
        capacity = (family_and_capacity(pool) or ("", ""))[1]
        dearest = max(sold, key=lambda one: one.vcpus / one.gpu_count)
        code = quotas.vcpu_quota(dearest.quota_family, "spot" if capacity == "spot" else "on-demand").code
        asked = most_gpus(pool) * dearest.vcpus // dearest.gpu_count
        found[pool.region, code] = found.get((pool.region, code), 0) + asked
    return found


def ceilings_are_within_the_quota(
    resources: Sequence[Resource], *, vcpu_quotas: Mapping[str, Any]
) -> Iterator[Finding]:
    """Only for quotas that somebody has stated: what an account was granted is in no graph."""
    for (region, code), asked in _vcpus(resources).items():
        if code in vcpu_quotas and asked > vcpu_quotas[code]:
            yield Finding(
                resource=f"{region}-{code}",
                sentence=f"allows {vcpu_quotas[code]} vCPUs; the pools may ask for {asked}",
            )


RULES = (
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
        numbers=("longest_node_hours",),
        resource=pools_let_go,
    ),
    Rule(
        name="consolidation-takes-only-the-empty",
        assures="no node is taken from under a running model server to save money",
        remedy="set disruption.consolidationPolicy to WhenEmpty, and a budget",
        resource=consolidation_takes_only_the_empty,
    ),
    Rule(
        name="pools-carry-their-models",
        assures="the pools of a family hold every model's maximum without spot, and not much more",
        remedy="let the plan size the pools: change replicas.max instead",
        stack=pools_carry_their_models,
    ),
    Rule(
        name="ceilings-are-within-the-quota",
        assures="the pools at their limits ask for no more vCPUs than the account's stated quotas",
        remedy="ask for a larger quota, or lower replicas.max",
        numbers=("vcpu_quotas",),
        stack=ceilings_are_within_the_quota,
    ),
)

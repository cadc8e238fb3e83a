"""Capacity that AWS may take back: how much of it, and pods that leave in time."""

from collections.abc import Iterator, Sequence

from components.planning import labels, limits
from policies.pools import CAPACITY_TYPE, GROUP, family_and_capacity, gpu_pools, most_gpus
from policies.reading import flag, model_pod, model_servers, seconds, waited_for_in_production, whole
from policies.rule import Finding, Resource, Rule, at, items, of_kind, of_type


def spot_is_bounded(resources: Sequence[Resource], *, most_spot_share: float) -> Iterator[Finding]:
    """Per region and family: borrowed GPUs against all, and something owned beneath them."""
    served = {
        (one.region, str(family))
        for one in model_servers(resources)
        if waited_for_in_production(one) and (family := at(model_pod(one), "nodeSelector", labels.FAMILY))
    }
    held: dict[tuple[str | None, str], dict[str, int]] = {}
    floors = set()
    for pool in gpu_pools(resources):
        family, capacity = family_and_capacity(pool) or ("", "")
        counted = held.setdefault((pool.region, family), {"spot": 0, "on-demand": 0})
        counted[capacity] = counted.get(capacity, 0) + most_gpus(pool)
        if capacity == "on-demand" and (whole(at(pool.inputs, "scalingConfig", "minSize")) or 0) >= 1:
            floors.add((pool.region, family))
    for region, family in sorted(served, key=str):
        counted = held.get((region, family), {"spot": 0, "on-demand": 0})
        share = counted["spot"] / max(counted["spot"] + counted["on-demand"], 1)
        where = f"{region}-{family}"
        if share > most_spot_share:
            yield Finding(
                resource=where,
                sentence=f"may run {share:.0%} of its GPUs on spot; at most {most_spot_share:.0%} may be taken at once",
            )
        if (region, family) not in floors:
            yield Finding(resource=where, sentence="has no on-demand node group beneath its spot capacity")


def _holds_spot(pool: Resource) -> bool:
    requirements = items(pool.inputs, "spec", "template", "spec", "requirements")
    stated = [one for one in requirements if at(one, "key") == CAPACITY_TYPE]
    return any("spot" in items(one, "values") for one in stated)


def labels_say_what_is_bought(resource: Resource) -> Iterator[str]:
    """What is counted as on-demand must not be spot: the bound on spot rests on this label."""
    if resource.kind == "NodePool" and family_and_capacity(resource):
        bought = "spot" if _holds_spot(resource) else "on-demand"
    elif resource.type == GROUP and family_and_capacity(resource):
        bought = "spot" if at(resource.inputs, "capacityType") == "SPOT" else "on-demand"
    else:
        return
    said = (family_and_capacity(resource) or ("", ""))[1]
    if said != bought:
        yield f"buys {bought} but labels its nodes {said}"


def spot_has_a_fallback(resources: Sequence[Resource]) -> Iterator[Finding]:
    pools = [one for one in of_kind(resources, "NodePool") if family_and_capacity(one)]
    owned = {
        (one.region, (family_and_capacity(one) or ("", ""))[0]): whole(at(one.inputs, "spec", "weight")) or 0
        for one in pools
        if not _holds_spot(one)
    }
    for pool in pools:
        if not _holds_spot(pool):
            continue
        family, _ = family_and_capacity(pool) or ("", "")
        weight = owned.get((pool.region, family))
        if weight is None:
            yield Finding(
                resource=pool.name,
                sentence=f"has no on-demand pool beside it: without spot {family} stays pending",
            )
        elif weight >= (whole(at(pool.inputs, "spec", "weight")) or 0):
            yield Finding(
                resource=pool.name, sentence="is not tried before its dearer on-demand pool; raise its weight"
            )


def pods_leave_within_the_notice(resource: Resource) -> Iterator[str]:
    pod = model_pod(resource)
    if pod is None:
        return
    grace = whole(at(pod, "terminationGracePeriodSeconds")) or 30
    if grace > limits.SPOT_NOTICE_SECONDS:
        yield f"takes {grace} s to leave; a spot node is gone after {limits.SPOT_NOTICE_SECONDS} s"
    for container in items(pod, "containers"):
        pause = whole(at(container, "lifecycle", "preStop", "sleep", "seconds")) or 0
        drain = whole(flag(container, "--shutdown-timeout")) or 0
        if pause == 0 or drain == 0:
            yield "cuts off the requests in flight: needs a preStop sleep and --shutdown-timeout"
        elif pause + drain > grace:
            yield f"sleeps {pause} s and drains {drain} s but is killed after {grace} s"


def nodes_outlast_their_pods(resources: Sequence[Resource]) -> Iterator[Finding]:
    """A pod whose grace period exceeds its node's is deleted at once when the node must go."""
    graces: dict[tuple[str | None, str], int] = {}
    for server in model_servers(resources):
        pod = model_pod(server)
        key = (server.region, str(at(pod, "nodeSelector", labels.FAMILY)))
        graces[key] = max(graces.get(key, 0), whole(at(pod, "terminationGracePeriodSeconds")) or 30)
    for pool in of_kind(resources, "NodePool"):
        family, _ = family_and_capacity(pool) or ("", "")
        given = seconds(at(pool.inputs, "spec", "template", "spec", "terminationGracePeriod"))
        needed = graces.get((pool.region, family), 0)
        if given is None:
            yield Finding(
                resource=pool.name,
                sentence="states no terminationGracePeriod: one pod could hold its node for ever",
            )
        elif given < needed:
            yield Finding(
                resource=pool.name, sentence=f"gives its nodes {given} s to drain; its pods take {needed} s"
            )


INTERRUPTION = "EC2 Spot Instance Interruption Warning"


def interruptions_are_heard(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Spot nodes of Karpenter drain only if the notice reaches it; managed groups drain by themselves."""
    heard = {
        one.region
        for one in of_type(resources, "aws:cloudwatch/eventRule:EventRule")
        if INTERRUPTION in str(at(one.inputs, "eventPattern"))
    }
    for pool in of_kind(resources, "NodePool"):
        if _holds_spot(pool) and pool.region not in heard:
            yield Finding(
                resource=pool.name,
                sentence="buys spot, but no rule carries interruption notices to Karpenter",
            )


def notices_reach_the_scaler(resources: Sequence[Resource]) -> Iterator[Finding]:
    """From rule to target, from target to queue, from queue to Karpenter: one missing link and nothing drains."""
    queues = {(one.region, at(one.inputs, "name")) for one in of_type(resources, "aws:sqs/queue:Queue")}
    named = [
        (one, at(one.inputs, "values", "settings", "interruptionQueue"))
        for one in of_type(resources, "kubernetes:helm.sh/v3:Release")
        if at(one.inputs, "name") == "karpenter"
    ]
    for release, queue in named:
        if (release.region, queue) not in queues:
            yield Finding(
                resource=release.name,
                sentence=f"listens to the queue {queue}, which its region does not have",
            )
    targets = of_type(resources, "aws:cloudwatch/eventTarget:EventTarget")
    aimed = {parent for one in targets for parent in one.dependencies}
    for rule in of_type(resources, "aws:cloudwatch/eventRule:EventRule"):
        if rule.urn not in aimed:
            yield Finding(resource=rule.name, sentence="has no target: what it sees reaches nobody")
    allowed = {one.region for one in of_type(resources, "aws:sqs/queuePolicy:QueuePolicy")}
    for queue_resource in of_type(resources, "aws:sqs/queue:Queue"):
        if queue_resource.region not in allowed:
            yield Finding(
                resource=queue_resource.name, sentence="has no policy that lets EventBridge send to it"
            )


RULES = (
    Rule(
        name="spot-is-bounded",
        assures="interactive models in production stand on an on-demand floor with a bounded spot share",
        remedy="lower purchase.spot_share or raise purchase.on_demand_floor of the family's models",
        numbers=("most_spot_share",),
        stack=spot_is_bounded,
    ),
    Rule(
        name="labels-say-what-is-bought",
        assures="nodes labelled on-demand are on-demand, and nodes labelled spot are spot",
        remedy="keep the capacity label and the requirement or capacityType together",
        resource=labels_say_what_is_bought,
    ),
    Rule(
        name="spot-has-a-fallback",
        assures="every spot pool is tried first and has an on-demand pool behind it",
        remedy="keep the pair of pools of each family, spot with the larger weight",
        stack=spot_has_a_fallback,
    ),
    Rule(
        name="pods-leave-within-the-notice",
        assures="a model server finishes its requests and is gone before a spot node is",
        remedy="keep preStop, --shutdown-timeout and the grace period as the plan adds them up",
        resource=pods_leave_within_the_notice,
    ),
    Rule(
        name="nodes-outlast-their-pods",
        assures="every elastic node waits as long as its pods take to leave, and not for ever",
        remedy="set terminationGracePeriod of the NodePool above the pods' own",
        stack=nodes_outlast_their_pods,
    ),
    Rule(
        name="interruptions-are-heard",
        assures="wherever Karpenter buys spot, interruption notices are caught",
        remedy="keep the interruption queue and its event rules",
        stack=interruptions_are_heard,
    ),
    Rule(
        name="notices-reach-the-scaler",
        assures="every notice that is caught reaches Karpenter's queue",
        remedy="give each event rule its target, the queue its policy, and Karpenter the queue's name",
        stack=notices_reach_the_scaler,
    ),
)

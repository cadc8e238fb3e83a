"""Where a model server may stand, and where it would rather."""

from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs

from components.planning import labels
from components.planning.model_plan import ModelPlan


def tolerations(model: ModelPlan) -> list[core.TolerationArgs]:
    """Of the two taints that keep everything else off its nodes."""
    return [
        core.TolerationArgs(key=labels.GPU, operator="Exists", effect="NoSchedule"),
        core.TolerationArgs(key=labels.FAMILY, operator="Equal", value=model.family, effect="NoSchedule"),
    ]


def affinity(model: ModelPlan) -> core.AffinityArgs:
    """Spot where it may, on-demand otherwise; the floor's on-demand nodes are there already and are filled as well.

    Karpenter takes a preference for a requirement first and drops it only when it cannot be met, so the order here is
    also the order in which it buys.
    """
    weights = {"spot": 80, "on-demand": 20} if model.replicas.spot_ceiling else {"on-demand": 100}
    return core.AffinityArgs(
        node_affinity=core.NodeAffinityArgs(
            preferred_during_scheduling_ignored_during_execution=[
                core.PreferredSchedulingTermArgs(weight=weight, preference=_capacity(capacity))
                for capacity, weight in weights.items()
            ]
        )
    )


def _capacity(capacity: str) -> core.NodeSelectorTermArgs:
    return core.NodeSelectorTermArgs(
        match_expressions=[
            core.NodeSelectorRequirementArgs(key=labels.CAPACITY, operator="In", values=[capacity])
        ]
    )


def spread(pod_labels: dict[str, str]) -> list[core.TopologySpreadConstraintArgs]:
    """Over zones and then nodes, as evenly as capacity allows: a GPU in the wrong zone beats none."""
    return [
        core.TopologySpreadConstraintArgs(
            max_skew=1,
            topology_key=key,
            when_unsatisfiable="ScheduleAnyway",
            label_selector=LabelSelectorArgs(match_labels=pod_labels),
        )
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]

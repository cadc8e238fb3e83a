"""The whole loop on one machine: a region's objects on a real API server, with everything that scales them, at `PACE`."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from components.planning.fleet import plan_fleet
from components.planning.model_plan import ModelPlan
from components.planning.plan import RegionPlan
from components.settings.stackfile import StackFile
from components.settings.understanding import understand
from rehearsal import gobuild
from rehearsal.cluster import definitions, nodes, objects
from rehearsal.cluster.control_plane import ControlPlane, control_plane, free_ports
from rehearsal.cluster.kubectl import Kubectl
from rehearsal.cluster.loop import parts
from rehearsal.cluster.loop.pace import hurried, wall
from rehearsal.cluster.programs import LOOP
from rehearsal.recorder import rehearse
from rehearsal.replay.law import SYNC_SECONDS

STAGES = ("node/fast", "node/heartbeat-with-lease")
"""KWOK's for nodes alone; pods are stood for by `kubelet`."""

SCHEDULER: Final = {"podInitialBackoffSeconds": 1, "podMaxBackoffSeconds": 1}
"""A pod that found no node is tried again within 10 s of a real scheduler's; shortened as far as whole seconds go."""

DECIDING_SECONDS = 0.1
"""Of ours, that one decision takes (2026-11-21, two cores): the autoscaler begins to wait for the next when it is done, and
what is one part in 150 of a real interval is a tenth of the shortened one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A region that runs."""

    plane: ControlPlane
    kubectl: Kubectl
    plan: RegionPlan
    scaled_objects: tuple[dict[str, Any], ...]
    """At its pace."""
    prometheus_port: int

    def model(self, name: str) -> ModelPlan:
        return next(one for one in self.plan.models if one.name == name)

    def let_scale(self, scaled_objects: Iterable[Mapping[str, Any]]) -> None:
        """Which a deployment creates last: when their Deployments are ready."""
        self.kubectl.must(self.kubectl.apply(scaled_objects))

    def lose_prometheus(self) -> None:
        self.plane.kill("prometheus")

    def return_prometheus(self) -> None:
        """With its memory."""
        self.plane.restart("prometheus")


@contextlib.contextmanager
def loop(file: StackFile) -> Iterator[Loop]:
    """The first region of a stack; everything it started is stopped whatever happens."""
    for program in LOOP.values():
        gobuild.ensure(program)
    plan = understand(file.fleet, file.stack, plan_fleet).regions[0]
    told = [objects.manifest(one) for one in objects.by_cluster(rehearse(file))[plan.region]]
    (monitor,) = [one for one in told if one["kind"] == "PodMonitor"]
    manager = (
        f"--horizontal-pod-autoscaler-sync-period={wall(SYNC_SECONDS) - DECIDING_SECONDS:g}s",
        "--concurrent-horizontal-pod-autoscaler-syncs=10",
        # Of a real one 20, which is enough for one decision in 15 s.
        "--kube-api-qps=300",
        "--kube-api-burst=600",
    )
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        control_plane(Path(folder), stages=STAGES, manager=manager, scheduler=SCHEDULER) as plane,
    ):
        kubectl = Kubectl(plane.kubeconfig)
        kubectl.define(definitions.files(), definitions.target_group_binding())
        (port,) = free_ports(1)
        parts.start_prometheus(plane, port, monitor)
        parts.start_keda(plane, kubectl, port)
        kubectl.must(kubectl.apply([*nodes.system_nodes(plan), *nodes.floor_nodes(plan)]))
        cold = max(model.cold_start.node_seconds for model in plan.models)
        parts.start_karpenter(plane, kubectl, plan, cold)
        plane.wait_for("/apis/external.metrics.k8s.io/v1beta1")
        at_pace = [_at_pace(one) for one in told]
        scaled = tuple(one for one in at_pace if one["kind"] == "ScaledObject")
        kubectl.must(kubectl.apply(one for one in at_pace if one not in scaled))
        yield Loop(
            plane=plane,
            kubectl=kubectl,
            plan=plan,
            scaled_objects=scaled,
            prometheus_port=port,
        )


def _at_pace(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return parts.node_pool(manifest) if manifest["kind"] == "NodePool" else hurried(manifest)

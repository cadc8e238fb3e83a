"""What each cluster would be given, on a real API server with a real scheduler, and nodes that only look like nodes."""

import contextlib
import copy
import json
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.planning import labels
from components.planning.plan import RegionPlan
from components.settings import stackfile
from rehearsal.cluster import nodes, objects
from rehearsal.cluster.control_plane import control_plane
from rehearsal.cluster.kubectl import Answer, Kubectl
from rehearsal.cluster.report import Applied, apply, table
from rehearsal.recorder import Recorded, rehearse
from tests.conftest import planned

pytestmark = pytest.mark.cluster

CLUSTERS = (("dev", "us-east-2"), ("prod", "us-east-1"), ("prod", "eu-west-2"))
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Cluster:
    """One region's cluster, with everything applied and the nodes it has at rest."""

    plan: RegionPlan
    kubectl: Kubectl
    applied: Applied

    @property
    def told(self) -> tuple[Recorded, ...]:
        return self.applied.told

    def pods(self, namespace: str, *more: str) -> list[dict[str, Any]]:
        return self.kubectl.get("pods", f"--namespace={namespace}", *more)

    def labels_under(self, pod: dict[str, Any]) -> dict[str, str]:
        """Labels of the node that a pod runs on."""
        (node,) = self.kubectl.get("node", pod["spec"]["nodeName"])
        return node["metadata"]["labels"]


@pytest.fixture(scope="module")
def clusters(tmp_path_factory, show, orderly) -> Iterator[dict[tuple[str, str], Cluster]]:
    """All at once: each waits for its own programs more than it works."""
    told = {stack: objects.by_cluster(rehearse(stackfile.read(stack))) for stack, _ in CLUSTERS}
    with contextlib.ExitStack() as held, futures.ThreadPoolExecutor() as beside:
        started = {
            (stack, region): beside.submit(
                built, held, tmp_path_factory.mktemp(region), stack, region, told[stack][region]
            )
            for stack, region in CLUSTERS
        }
        found = {key: one.result() for key, one in started.items()}
        show(table([one.applied for one in found.values()]))
        yield found


def built(
    held: contextlib.ExitStack, folder: Path, stack: str, region: str, told: tuple[Recorded, ...]
) -> Cluster:
    began = time.monotonic()
    plan = next(one for one in planned(stack).regions if one.region == region)
    plane = held.enter_context(control_plane(folder))
    applied, kubectl = apply(stack, region, told, plane, began), Kubectl(plane.kubeconfig)
    assert applied.said.accepted, applied.refused
    assert len(applied.said.out.splitlines()) == len(told)
    assert kubectl.apply([*nodes.system_nodes(plan), *nodes.floor_nodes(plan)]).accepted
    return Cluster(plan, kubectl, applied)


@pytest.fixture(params=CLUSTERS, ids="-".join)
def cluster(request, clusters) -> Cluster:
    return clusters[request.param]


def eventually(holds: Callable[[], Any]) -> Any:
    """What it answers once it answers something true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert found, "it never came to hold"
    return found


def running(cluster: Cluster, namespace: str, count: int) -> list[dict[str, Any]]:
    def all_of_them() -> list[dict[str, Any]]:
        found = [one for one in cluster.pods(namespace) if one["status"].get("phase") == "Running"]
        return found if len(found) == count else []

    return eventually(all_of_them)


def test_every_object_is_accepted_without_a_warning(cluster):
    """Pod Security warns while an object is applied; its namespaces enforce `restricted` where models and Jobs run."""
    assert cluster.applied.refused == ""
    kinds = cluster.applied.kinds
    assert (
        kinds["Deployment"]
        == kinds["ScaledObject"]
        == kinds["TargetGroupBinding"]
        == len(cluster.plan.models)
    )


def test_applying_it_again_changes_nothing(cluster):
    def versions() -> dict[tuple[str, str], str]:
        """Of what no controller here writes a status to."""
        kinds = "networkpolicies,nodepools.karpenter.sh,scaledobjects.keda.sh,podmonitors"
        found = cluster.kubectl.get(kinds, "--all-namespaces")
        return {(one["kind"], one["metadata"]["name"]): one["metadata"]["resourceVersion"] for one in found}

    before = versions()
    assert len(before) > 5
    assert cluster.kubectl.apply(objects.manifest(one) for one in cluster.told).accepted
    assert versions() == before


def test_every_floor_runs_on_nodes_of_its_own_family_and_type(cluster):
    held = {model.name: model for model in cluster.plan.models}
    pods = running(cluster, labels.SERVING_NAMESPACE, sum(one.replicas.floor for one in held.values()))
    for pod in pods:
        model = held[pod["metadata"]["labels"][labels.MODEL]]
        under = cluster.labels_under(pod)
        assert under[labels.FAMILY] == model.family
        assert under[labels.INSTANCE_TYPE] == model.accelerator.instance_type


def test_jobs_run_on_system_nodes_and_nothing_else_gets_onto_a_gpu(cluster):
    def on_nodes() -> list[dict[str, Any]]:
        fills = [one for one in cluster.pods(labels.WEIGHTS_NAMESPACE) if "fill-" in one["metadata"]["name"]]
        placed = [one for one in fills if one["spec"].get("nodeName")]
        return placed if len(placed) == len(cluster.plan.models) else []

    for pod in eventually(on_nodes):
        assert cluster.labels_under(pod).get(labels.ROLE) == labels.SYSTEM


def test_a_job_that_downloads_has_a_node_chosen_and_waits_for_its_disk_alone(cluster):
    if not cluster.plan.home:
        assert not [one for one in cluster.told if "publish" in one.name]
        return

    def chosen() -> list[str]:
        claims = cluster.kubectl.get("pvc", f"--namespace={labels.WEIGHTS_NAMESPACE}")
        notes = [one["metadata"].get("annotations", {}) for one in claims]
        found = [
            one["volume.kubernetes.io/selected-node"]
            for one in notes
            if "volume.kubernetes.io/selected-node" in one
        ]
        return found if len(found) == len(cluster.plan.models) else []

    assert all(name.startswith("system-") for name in eventually(chosen))


def evict(cluster: Cluster, pod: dict[str, Any]) -> Answer:
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    eviction = {
        "apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace},
    }  # fmt: skip
    path = f"/api/v1/namespaces/{namespace}/pods/{name}/eviction"
    return cluster.kubectl("create", f"--raw={path}", "--filename=-", given=json.dumps(eviction))


def test_a_disruption_budget_lets_one_replica_go_and_keeps_the_other(cluster):
    for model in (one for one in cluster.plan.models if one.replicas.floor == 2):
        chosen = f"--selector={labels.MODEL}={model.name}"
        first, second = eventually(
            lambda chosen=chosen: (
                pair if len(pair := ready(cluster.pods(labels.SERVING_NAMESPACE, chosen))) == 2 else []
            )
        )
        # Its successor finds no node, so that what is allowed next depends on the budget alone.
        holders = [pod["spec"]["nodeName"] for pod in (first, second)]
        assert cluster.kubectl("cordon", *holders).accepted
        assert evict(cluster, first).accepted
        refused = evict(cluster, second)
        assert not refused.accepted
        assert "disruption budget" in refused.err
        assert cluster.kubectl("uncordon", *holders).accepted


def ready(pods: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        one
        for one in pods
        if "deletionTimestamp" not in one["metadata"]
        and any(
            condition["type"] == "Ready" and condition["status"] == "True"
            for condition in one["status"].get("conditions", [])
        )
    ]


def test_a_drained_spot_nodes_pods_move_to_on_demand(cluster):
    spot = [group for group in cluster.plan.node_groups if group.purchase == "spot" and group.desired_nodes]
    assert bool(spot) == (cluster.plan.environment == "production")
    for group in spot:
        drained, spare = f"{group.name}-0", f"spare-{group.family}"
        pools = cluster.plan.node_pools
        pool = next(one for one in pools if (one.family, one.purchase) == (group.family, "on-demand"))
        node = nodes.elastic_node(cluster.plan, pool, group.accelerator.instance_type, spare)
        assert cluster.kubectl.apply([node]).accepted
        running_on(cluster, drained)
        said = cluster.kubectl("drain", drained, "--delete-emptydir-data", f"--timeout={PATIENCE_SECONDS}s")
        assert said.accepted, said.err
        assert cluster.labels_under(running_on(cluster, spare)[0])[labels.CAPACITY] == "on-demand"
        assert on(cluster, drained) == []


def running_on(cluster: Cluster, node: str) -> list[dict[str, Any]]:
    return eventually(lambda: on(cluster, node))


def on(cluster: Cluster, node: str) -> list[dict[str, Any]]:
    return ready(cluster.pods(labels.SERVING_NAMESPACE, f"--field-selector=spec.nodeName={node}"))


def changed(cluster: Cluster, kind: str, change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    found = next(one for one in cluster.told if one.inputs["kind"] == kind)
    spoilt = copy.deepcopy(objects.manifest(found))
    change(spoilt)
    return spoilt


REFUSED: dict[str, tuple[str, Callable[[dict[str, Any]], Any], str]] = {
    "a maximum below the minimum": (
        "ScaledObject", lambda one: one["spec"].update(minReplicaCount=9, maxReplicaCount=1), "minReplicaCount",
    ),
    "a trigger that is no list": ("ScaledObject", lambda one: one["spec"].update(triggers="none"), "triggers"),
    "a fallback of a behaviour nobody knows": (
        "ScaledObject", lambda one: one["spec"]["fallback"].update(behavior="guess"), "behavior",
    ),
    "a requirement with an operator of its own": (
        "NodePool", lambda one: one["spec"]["template"]["spec"]["requirements"][0].update(operator="Near"), "operator",
    ),
    "a pool that never lets go in time": (
        "NodePool", lambda one: one["spec"]["template"]["spec"].update(expireAfter="soon"), "expireAfter",
    ),
    "a label that Karpenter keeps for itself": (
        "NodePool",
        lambda one: one["spec"]["template"]["metadata"]["labels"].update({"karpenter.sh/nodepool": "mine"}),
        "restricted",
    ),
    "an alias beside an image's own id": (
        "EC2NodeClass",
        lambda one: one["spec"]["amiSelectorTerms"][0].update(id="ami-0123456789abcdef0"),
        "mutually exclusive",
    ),
    "a target type that no balancer has": (
        "TargetGroupBinding", lambda one: one["spec"].update(targetType="pod"), "targetType",
    ),
    "a field that no Deployment has": ("Deployment", lambda one: one["spec"].update(replica=2), "unknown field"),
    "a claim that asks for nothing": (
        "PersistentVolumeClaim", lambda one: one["spec"].update(accessModes=[]), "accessModes",
    ),
}  # fmt: skip
"""What mocks would have taken, and who refuses it: schemas, enumerations and CEL rules of the real definitions."""


@pytest.mark.parametrize("fault", REFUSED)
def test_what_is_wrong_is_refused(cluster, fault):
    kind, change, told = REFUSED[fault]
    spoilt = changed(cluster, kind, change)
    spoilt["metadata"]["name"] = "spoilt"
    said = cluster.kubectl(
        "create", "--dry-run=server", "--validate=strict", "-f", "-", given=yaml.safe_dump(spoilt)
    )
    assert not said.accepted
    assert told in said.err


def test_a_privileged_pod_gets_into_neither_models_nor_weights(cluster):
    for namespace in (labels.SERVING_NAMESPACE, labels.WEIGHTS_NAMESPACE):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "intruder", "namespace": namespace},
            "spec": {
                "containers": [{"name": "shell", "image": "busybox", "securityContext": {"privileged": True}}]
            },
        }
        said = cluster.kubectl("create", "-f", "-", given=yaml.safe_dump(pod))
        assert not said.accepted
        assert 'violates PodSecurity "restricted:latest"' in said.err

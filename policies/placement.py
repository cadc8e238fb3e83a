"""Pods that ask for GPUs, on nodes that exist and let them in."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.catalog import accelerators, regions
from components.planning import labels
from policies.rule import Resource, Rule, at, items, label, pod_spec


def _model_pod(resource: Resource) -> Mapping[str, Any] | None:
    return pod_spec(resource) if resource.kind == "Deployment" and label(resource, labels.MODEL) else None


def model_servers_ask_for_gpus(resource: Resource) -> Iterator[str]:
    pod = _model_pod(resource)
    if pod is None:
        return
    chosen = at(pod, "nodeSelector", labels.INSTANCE_TYPE)
    accelerator = accelerators.ACCELERATORS.get(str(chosen))
    gpus = sum(int(at(one, "resources", "limits", labels.GPU) or 0) for one in items(pod, "containers"))
    if accelerator is None:
        yield f"selects instance type {chosen!r}, which is not in the accelerator catalog"
    elif not 1 <= gpus <= accelerator.gpu_count:
        yield f"asks for {gpus} GPUs of {chosen}, which has {accelerator.gpu_count}"
    elif resource.region and not regions.offered(accelerator.instance_type, resource.region):
        yield f"selects {chosen}, which {resource.region} does not offer"


def model_servers_tolerate_their_taints(resource: Resource) -> Iterator[str]:
    pod = _model_pod(resource)
    if pod is None:
        return
    tolerated = {at(one, "key") for one in items(pod, "tolerations")}
    for taint in (labels.GPU, labels.FAMILY):
        if taint not in tolerated:
            yield f"does not tolerate the taint {taint} of its nodes and would wait for ever"


def selectors_are_known_before_boot(resource: Resource) -> Iterator[str]:
    """The GPU operator labels a node after it has booted, too late for a scaler that must choose one."""
    pod = pod_spec(resource)
    terms = items(
        pod, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"
    )
    required = {at(one, "key") for term in terms for one in items(term, "matchExpressions")}
    for key in sorted({*(at(pod, "nodeSelector") or {}), *required}, key=str):
        if str(key).startswith(("nvidia.com/", "feature.node.kubernetes.io/")):
            yield f"requires the node label {key}, which appears only after a node has booted"


def csi_taints_are_startup_taints(resource: Resource) -> Iterator[str]:
    if resource.kind != "NodePool":
        return
    for taint in items(resource.inputs, "spec", "template", "spec", "taints"):
        if str(at(taint, "key")).endswith("/agent-not-ready"):
            yield f"declares {at(taint, 'key')} under taints: Karpenter would add nodes without end; use startupTaints"


RULES = (
    Rule(
        name="model-servers-ask-for-gpus",
        assures="every model server asks for GPUs of a known instance type that its region offers",
        remedy="choose an instance type from the accelerator catalog that the region offers",
        resource=model_servers_ask_for_gpus,
    ),
    Rule(
        name="model-servers-tolerate-their-taints",
        assures="every model server tolerates the taints of its own nodes",
        remedy="add both tolerations of serving/manifests.py",
        resource=model_servers_tolerate_their_taints,
    ),
    Rule(
        name="selectors-are-known-before-boot",
        assures="no pod requires a label that only a running node could have",
        remedy="select by instance type and the pool's own labels",
        resource=selectors_are_known_before_boot,
    ),
    Rule(
        name="csi-taints-are-startup-taints",
        assures="taints that a storage driver removes by itself never multiply nodes",
        remedy="move agent-not-ready taints to startupTaints",
        resource=csi_taints_are_startup_taints,
    ),
)

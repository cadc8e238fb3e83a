"""Pods that ask for GPUs, on nodes that exist and let them in."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.catalog import accelerators, models, regions
from components.planning import labels, limits, memory
from policies.pools import gpu_pools, instance_types
from policies.reading import containers, flag, gpus, model_pod, model_servers, whole
from policies.rule import Finding, Resource, Rule, at, items, pod_spec


def model_servers_ask_for_gpus(resource: Resource) -> Iterator[str]:
    pod = model_pod(resource)
    if pod is None:
        return
    chosen = at(pod, "nodeSelector", labels.INSTANCE_TYPE)
    accelerator = accelerators.ACCELERATORS.get(str(chosen))
    if accelerator is None:
        yield f"selects instance type {chosen!r}, which is not in the accelerator catalog"
    elif not 1 <= gpus(pod) <= accelerator.gpu_count:
        yield f"asks for {gpus(pod)} GPUs of {chosen}, which has {accelerator.gpu_count}"
    elif resource.region and not regions.offered(accelerator.instance_type, resource.region):
        yield f"selects {chosen}, which {resource.region} does not offer"


def gpus_are_asked_for_whole(resource: Resource) -> Iterator[str]:
    """Karpenter knows whole GPUs only (kubernetes-sigs/karpenter #729): for a slice it would never start a node."""
    for container in containers(pod_spec(resource)):
        asked = {
            **(at(container, "resources", "requests") or {}),
            **(at(container, "resources", "limits") or {}),
        }
        for key in sorted(asked):
            if key.startswith("nvidia.com/") and key != labels.GPU:
                yield f"asks for {key}, for which Karpenter starts no node"
        stated = (
            at(container, "resources", "requests", labels.GPU),
            at(container, "resources", "limits", labels.GPU),
        )
        if labels.GPU in asked and stated[0] != stated[1]:
            yield f"requests {stated[0]} GPUs and is limited to {stated[1]}; Kubernetes wants both alike"


def tensor_parallel_matches_the_gpus(resource: Resource) -> Iterator[str]:
    pod = model_pod(resource)
    for container in items(pod, "containers"):
        split = whole(flag(container, "--tensor-parallel-size")) or 1
        asked = whole(at(container, "resources", "limits", labels.GPU)) or 0
        if asked and asked != split:
            yield f"asks for {asked} GPUs and splits its model over {split}"
        if split not in (1, 2, 4, 8):
            yield f"splits its model over {split} GPUs; attention heads divide by 1, 2, 4 and 8"


@functools.cache
def _by_revision() -> Mapping[str, models.Model]:
    return {one.revision: one for one in models.MODELS.values() if one.revision}


def models_fit_their_gpus(resource: Resource) -> Iterator[str]:
    """The weights alone, as published or in 8 bits; only for revisions that the catalog pins."""
    pod = model_pod(resource)
    accelerator = accelerators.ACCELERATORS.get(str(at(pod, "nodeSelector", labels.INSTANCE_TYPE)))
    for container in items(pod, "containers"):
        words = [str(one) for one in items(container, "args")]
        model = _by_revision().get(words[0].rsplit("/", 1)[-1]) if words else None
        if model is None or accelerator is None:
            continue
        fraction = float(flag(container, "--gpu-memory-utilization") or 0.92)
        if fraction > limits.GPU_MEMORY_UTILISATION:
            most = limits.GPU_MEMORY_UTILISATION
            yield f"claims {fraction:.0%} of its GPU's memory; beyond {most:.0%} fragmentation ends it"
        precision = "fp8" if flag(container, "--quantization") == "fp8" else model.native_precision
        needed = memory.weight_bytes(model, precision) / memory.GIB
        held = accelerator.gpu_memory_gib * fraction * max(gpus(pod), 1)
        if needed > held:
            yield f"loads {needed:.0f} GiB of weights into {held:.0f} GiB"
        context = whole(flag(container, "--max-model-len")) or 0
        if context > model.max_context:
            yield f"accepts {context} tokens; {model.name} was made for {model.max_context}"


def model_servers_tolerate_their_taints(resource: Resource) -> Iterator[str]:
    pod = model_pod(resource)
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


def _taints(pool: Resource) -> list[Any]:
    path = ("spec", "template", "spec", "taints") if pool.kind == "NodePool" else ("taints",)
    return items(pool.inputs, *path)


def _lets_in(pool: Resource, pod: Any) -> bool:
    """Whether a pod tolerates every taint of a pool, by key and value; EKS and Kubernetes spell effects differently."""
    for taint in _taints(pool):
        matching = [one for one in items(pod, "tolerations") if at(one, "key") == at(taint, "key")]
        if not any(
            at(one, "operator") == "Exists" or at(one, "value") == at(taint, "value") for one in matching
        ):
            return False
    return True


def _offers(pool: Resource, pod: Any) -> bool:
    path = ("spec", "template", "metadata", "labels") if pool.kind == "NodePool" else ("labels",)
    held, wanted = at(pool.inputs, *path) or {}, at(pod, "nodeSelector") or {}
    typed = wanted.get(labels.INSTANCE_TYPE) in (None, *instance_types(pool))
    rest = {key: value for key, value in wanted.items() if key != labels.INSTANCE_TYPE}
    return typed and all(held.get(key) == value for key, value in rest.items())


def servers_find_their_nodes(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Some pool of the region has the labels that the pod selects, and taints that it tolerates."""
    pools = gpu_pools(resources)
    for server in model_servers(resources):
        pod = model_pod(server)
        offering = [one for one in pools if one.region == server.region and _offers(one, pod)]
        if not offering:
            yield Finding(resource=server.name, sentence="selects nodes that no pool of its region starts")
        elif not any(_lets_in(one, pod) for one in offering):
            yield Finding(
                resource=server.name,
                sentence=f"does not tolerate the taints of {offering[0].name}, which has its nodes",
            )


RULES = (
    Rule(
        name="model-servers-ask-for-gpus",
        assures="every model server asks for GPUs of a known instance type that its region offers",
        remedy="choose an instance type from the accelerator catalog that the region offers",
        resource=model_servers_ask_for_gpus,
    ),
    Rule(
        name="gpus-are-asked-for-whole",
        assures="no pod asks for a slice of a GPU, for which no node would start",
        remedy="ask for nvidia.com/gpu; MIG belongs on managed node groups",
        resource=gpus_are_asked_for_whole,
    ),
    Rule(
        name="tensor-parallel-matches-the-gpus",
        assures="every model is split over as many GPUs as its pod has",
        remedy="set tensor_parallel of the model, and let the plan count its GPUs",
        resource=tensor_parallel_matches_the_gpus,
    ),
    Rule(
        name="models-fit-their-gpus",
        assures="the weights of every model in the catalog fit the GPUs it runs on",
        remedy="choose a larger GPU, more of them, or fewer bits",
        resource=models_fit_their_gpus,
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
        name="servers-find-their-nodes",
        assures="for every model server some pool of its region starts the nodes it selects, and lets it in",
        remedy="keep family, instance type and taints of pod and pool as the plan states them",
        stack=servers_find_their_nodes,
    ),
)

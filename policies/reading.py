"""How rules read what resources hold: counts, durations, policy documents, pods, and who waits for whom."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.planning import labels
from policies.rule import Resource, at, items, label, of_kind, pod_spec


def region_of(type_: str, inputs: Mapping[str, Any], provider: Mapping[str, Any]) -> str | None:
    """A resource's own, or of its provider: AWS says it, Kubernetes carries it in front of its cluster's name."""
    own = inputs.get("region")
    if isinstance(own, str) and type_.startswith("aws:"):
        return own
    cluster = str(provider.get("clusterIdentifier") or "").split("/")[0]
    return provider.get("region") or cluster or None


SECONDS = {"s": 1, "m": 60, "h": 3600}


def whole(value: Any) -> int | None:
    """A count, however it travels; None where it is none."""
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return None


def seconds(duration: Any) -> int | None:
    """Of Go's spelling of a duration, such as `1h30m`; None where it is none, `Never` included."""
    if not re.fullmatch(r"(?:\d+[hms])+", str(duration)):
        return None
    return sum(int(count) * SECONDS[unit] for count, unit in re.findall(r"(\d+)([hms])", str(duration)))


def gib(quantity: Any) -> float:
    """Of a Kubernetes quantity in Gi or a bare count of GiB; 0 where it is neither."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?:Gi)?", str(quantity))
    return float(found[1]) if found else 0.0


def statements(document: Any) -> list[Mapping[str, Any]]:
    """Of an IAM policy, as JSON text or as data; empty where it is neither."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return []
    found = at(document, "Statement")
    stated = [found] if isinstance(found, Mapping) else items(document, "Statement")
    return [one for one in stated if isinstance(one, Mapping)]


def listed(value: Any) -> list[str]:
    """What IAM lets one write as a word or as a list of words."""
    return [value] if isinstance(value, str) else [str(one) for one in items({"found": value}, "found")]


def containers(pod: Mapping[str, Any] | None) -> list[Any]:
    """Those that prepare and those that run."""
    return [*items(pod, "initContainers"), *items(pod, "containers")]


def flag(container: Any, name: str) -> str | None:
    """The value of `--name=5` or `--name 5` among a container's arguments."""
    words = [str(one) for one in items(container, "args")]
    for i, word in enumerate(words):
        if word.startswith(f"{name}="):
            return word.split("=", 1)[1]
        if word == name and i + 1 < len(words):
            return words[i + 1]
    return None


def gpus(pod: Mapping[str, Any] | None) -> int:
    """Whole GPUs that a pod asks for."""
    return sum(whole(at(one, "resources", "limits", labels.GPU)) or 0 for one in items(pod, "containers"))


def model_pod(resource: Resource) -> Mapping[str, Any] | None:
    """The pod of a model server; None for every other thing."""
    return pod_spec(resource) if resource.kind == "Deployment" and label(resource, labels.MODEL) else None


def model_servers(resources: Sequence[Resource]) -> list[Resource]:
    return [one for one in of_kind(resources, "Deployment") if label(one, labels.MODEL)]


def waited_for_in_production(resource: Resource) -> bool:
    """Whether somebody waits for its answers, in production: what its own labels say."""
    interactive = label(resource, labels.WORKLOAD) == "interactive"
    return interactive and label(resource, labels.ENVIRONMENT) == "production"


def asked_cluster(resource: Resource) -> bool:
    """Whether it is a cluster as the program asked for it.

    It is a component of another provider, and the engine's analysis of a whole stack shows a component's outputs, among
    which are none of its settings: nothing can be said of it there, and the cluster inside is not ours to state.
    """
    return resource.type == "eks:index:Cluster" and "vpcId" in resource.inputs


def default_tags(provider: Resource) -> Mapping[str, Any]:
    """What an AWS provider tags everything with; nested settings of a provider travel as JSON text."""
    given = provider.inputs.get("defaultTags")
    stated = json.loads(given) if isinstance(given, str) else given
    found = at(stated, "tags")
    return found if isinstance(found, Mapping) else {}


def in_production(resources: Sequence[Resource]) -> bool:
    """Whether any provider's tags, or else any model server's labels, say so."""
    providers = [one for one in resources if one.type == "pulumi:providers:aws"]
    tagged = any(default_tags(one).get("environment") == "production" for one in providers)
    return tagged or any(label(one, labels.ENVIRONMENT) == "production" for one in model_servers(resources))


class Order:
    """What the engine makes before what, and therefore deletes after it.

    A resource waits for its component, and a component for all that it depends on.
    """

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._before = {one.urn: (*one.dependencies, one.parent) for one in resources}
        self._found: dict[str, frozenset[str]] = {}

    def waits(self, resource: Resource, urn: str) -> bool:
        """Whether a resource is made only after another, and deleted before it."""
        if resource.urn not in self._found:
            self._found[resource.urn] = self._all_before(resource.urn)
        return urn in self._found[resource.urn]

    def _all_before(self, urn: str) -> frozenset[str]:
        seen: set[str] = set()
        queue = list(self._before[urn])
        while queue:
            step = queue.pop()
            if step not in seen and step in self._before:
                seen.add(step)
                queue.extend(self._before[step])
        return frozenset(seen)

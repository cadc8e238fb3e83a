"""What each cluster of a stack would be given: the recorded Kubernetes objects, in the order they depend on each other."""

import graphlib
from collections.abc import Iterable, Mapping
from typing import Any

from rehearsal import outputs
from rehearsal.recorder import Cloud, Recorded


def by_cluster(cloud: Cloud) -> Mapping[str, tuple[Recorded, ...]]:
    """Objects by the region of their cluster; Helm releases, whose contents only Helm knows, are left out."""
    clusters: dict[str, list[Recorded]] = {}
    regions = {
        one.urn: str(one.inputs["clusterIdentifier"]).split("/")[0]
        for one in cloud.resources
        if one.type == "pulumi:providers:kubernetes"
    }
    for one in in_order(cloud.resources):
        if one.type.startswith("kubernetes:") and not one.type.startswith("kubernetes:helm.sh/"):
            clusters.setdefault(regions[one.provider], []).append(one)
    return {region: tuple(objects) for region, objects in clusters.items()}


def in_order(resources: Iterable[Recorded]) -> list[Recorded]:
    """Each after everything it waits for."""
    by_urn = {one.urn: one for one in resources}
    waits = {urn: {*one.dependencies, one.parent} & by_urn.keys() for urn, one in by_urn.items()}
    return [by_urn[urn] for urn in graphlib.TopologicalSorter(waits).static_order()]


def manifest(one: Recorded) -> dict[str, Any]:
    """As `kubectl` would be given it; an object without a name of its own gets the one a provider would give it."""
    title = outputs.identity(one.type, one.name, one.inputs).split("/")[-1]
    given = one.manifest
    return {**given, "metadata": {"name": title, **given["metadata"]}}

"""What a cluster would be given, before it is given to one."""

from typing import Any

from rehearsal.cluster import objects


def references(value: Any):
    """Names of the Secrets that variables of containers are taken from."""
    if isinstance(value, dict):
        if isinstance(held := value.get("secretKeyRef"), dict):
            yield held["name"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_secret_that_a_pod_names_is_among_its_objects(stack):
    """KWOK starts a pod without it; KEDA, which reads the variables of what it scales, does nothing (2026-11-21)."""
    for told in objects.by_cluster(stack).values():
        manifests = [objects.manifest(one) for one in told]
        there = {one["metadata"]["name"] for one in manifests if one["kind"] == "Secret"}
        asked = {name for one in manifests if one["kind"] == "Deployment" for name in references(one)}
        assert asked
        assert asked <= there


def test_everything_comes_after_what_it_waits_for(stack):
    for told in objects.by_cluster(stack).values():
        place = {one.urn: number for number, one in enumerate(told)}
        for one in told:
            for waited in one.dependencies:
                assert place.get(waited, -1) < place[one.urn]

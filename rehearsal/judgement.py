"""The policy pack over a recorded stack."""

from collections.abc import Iterable
from typing import Any

from policies.pack import RULES
from policies.rule import Resource, Verdict, judge
from rehearsal.recorder import Cloud, Recorded


def resources(cloud: Cloud) -> tuple[Resource, ...]:
    """What rules look at: everything with inputs, and the region its provider works in."""
    regions = {one.urn: _region(one.type, one.inputs) for one in cloud.resources}
    return tuple(_resource(one, regions) for one in cloud.resources)


def _resource(one: Recorded, regions: dict[str, str | None]) -> Resource:
    own = one.inputs.get("region")
    region = own if isinstance(own, str) and one.type.startswith("aws:") else regions.get(one.provider)
    return Resource(name=one.name, type=one.type, inputs=one.inputs, region=region)


def _region(type_: str, inputs: Any) -> str | None:
    """Of a provider: AWS says it, Kubernetes carries it in front of its cluster's name."""
    if type_ == "pulumi:providers:aws":
        return str(inputs.get("region"))
    if type_ == "pulumi:providers:kubernetes":
        return str(inputs.get("clusterIdentifier", "")).split("/")[0] or None
    return None


def verdicts(cloud: Cloud) -> tuple[Verdict, ...]:
    """Every rule's verdict on a recorded stack."""
    return judge(RULES, resources(cloud))


def refused(judged: Iterable[Verdict]) -> bool:
    """Whether a mandatory rule stands against the stack."""
    return any(one.refuses for one in judged)

"""The policy pack over a recorded stack, as its stack file tunes it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from components.settings import stackfile
from policies import config
from policies.pack import NAMES, RULES
from policies.rule import Resource
from policies.verdict import Verdict, judge
from rehearsal.recorder import Cloud, Recorded


def resources(cloud: Cloud) -> tuple[Resource, ...]:
    """What rules look at: everything with inputs, and the region its provider works in."""
    regions = {one.urn: _region(one.type, one.inputs) for one in cloud.resources}
    return tuple(_resource(one, regions) for one in cloud.resources)


def _resource(one: Recorded, regions: dict[str, str | None]) -> Resource:
    own = one.inputs.get("region")
    region = own if isinstance(own, str) and one.type.startswith("aws:") else regions.get(one.provider)
    return Resource(
        name=one.name,
        type=one.type,
        inputs=one.inputs,
        region=region,
        urn=one.urn,
        parent=one.parent,
        dependencies=one.dependencies,
        protect=one.protect,
        ignore_changes=one.ignore_changes,
    )


def _region(type_: str, inputs: Any) -> str | None:
    """Of a provider: AWS says it, Kubernetes carries it in front of its cluster's name."""
    if type_ == "pulumi:providers:aws":
        return str(inputs.get("region"))
    if type_ == "pulumi:providers:kubernetes":
        return str(inputs.get("clusterIdentifier", "")).split("/")[0] or None
    return None


def settings(file: stackfile.StackFile) -> config.PolicySettings:
    """How the stack file tunes the rules; raises `Mistakes` where it cannot be read."""
    return config.read(file.config.get(f"{stackfile.PROJECT}:{config.KEY}"), NAMES)


def verdicts(
    cloud: Cloud,
    tuned: config.PolicySettings = config.DEFAULT,
    *,
    environment: str = "production",
) -> tuple[Verdict, ...]:
    """Every rule's verdict on a recorded stack, with the exemptions that hold today."""
    return judge(RULES, resources(cloud), tuned, today=date.today(), environment=environment)


def refused(judged: Iterable[Verdict]) -> bool:
    """Whether a mandatory rule stands against the stack."""
    return any(one.refuses for one in judged)

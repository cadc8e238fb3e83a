"""The policy pack over a recorded stack, as its stack file tunes it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from components.settings import stackfile
from policies import config
from policies.pack import NAMES, RULES
from policies.reading import region_of
from policies.rule import Resource
from policies.verdict import Verdict, judge
from rehearsal.recorder import Cloud, Recorded


def resources(cloud: Cloud) -> tuple[Resource, ...]:
    """What rules look at: everything with inputs, and the region its provider works in."""
    providers = {one.urn: one.inputs for one in cloud.resources if one.type.startswith("pulumi:providers:")}
    return tuple(_resource(one, providers) for one in cloud.resources)


def _resource(one: Recorded, providers: Mapping[str, Mapping[str, Any]]) -> Resource:
    return Resource(
        name=one.name,
        type=one.type,
        inputs=one.inputs,
        region=region_of(one.type, one.inputs, providers.get(one.provider, {})),
        urn=one.urn,
        parent=one.parent,
        dependencies=one.dependencies,
        protect=one.protect,
        ignore_changes=one.ignore_changes,
    )


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

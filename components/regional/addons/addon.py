"""What an add-on is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.catalog.versions import Chart
from components.planning.plan import RegionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a chart may need to know of where it runs."""

    plan: RegionPlan
    vpc_id: Input[str]
    alerts_topic_arn: Input[str]


Values = Callable[[Site], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AddOn:
    """A Helm chart the cluster runs, and the add-ons it cannot start without."""

    name: str
    namespace: str
    chart: Chart
    values: Values
    requires: tuple["AddOn", ...] = ()
    timeout_seconds: int = 600

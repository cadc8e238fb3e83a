"""How clients reach the nearest healthy region."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from components.settings.base import Settings

Domain = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", max_length=200)
]


class TrafficSettings(Settings):
    """The public name of the fleet and the promise it makes when a region dies."""

    domain: Domain
    """Clients call https://<model>.<domain>/v1; must lie inside the hosted zone."""

    hosted_zone: Domain
    """The public Route 53 zone, already delegated to this account."""

    method: Literal["route53-latency", "global-accelerator"] = "route53-latency"
    """DNS answers by latency, or anycast addresses that never change."""

    failover_target_seconds: Annotated[int, Field(ge=15, le=600)] = 60
    """Worst seconds until new connections leave a dead region; a method that cannot promise it is refused."""

    survive_region_loss: bool | None = None
    """Whether the other regions must carry every model's peak when one is lost, or the plan is refused; left out, they must
    in production with two regions or more."""

    requests_per_five_minutes: Annotated[int, Field(ge=10, le=2_000_000_000)] | None = None
    """One client address's allowance at each entrance before the firewall answers 403; left out, twice what the plan
    expects of everybody together, because a whole company may stand behind one address."""

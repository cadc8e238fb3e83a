"""Seconds that probes and notices allow, against the seconds that the plan needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.planning.model_plan import ModelPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Seconds allowed against seconds needed, on the way in and on the way out."""

    startup_allowed_seconds: int
    """What the startup probe waits before the kubelet starts over."""
    startup_needed_seconds: float
    """Weights, engine and warm-up; node and image come before the probe."""
    drain_allowed_seconds: int
    """The notice of a spot interruption."""
    drain_needed_seconds: int
    """Until the kubelet kills: preStop, the engine's own deadline and a margin."""

    @property
    def holds(self) -> bool:
        return (
            self.startup_needed_seconds <= self.startup_allowed_seconds
            and self.drain_needed_seconds <= self.drain_allowed_seconds
        )


def readiness(model: ModelPlan) -> Readiness:
    """The probe's patience and the notice, against the plan's own estimates."""
    probes = model.probes
    return Readiness(
        startup_allowed_seconds=probes.startup_period_seconds * probes.startup_failures,
        startup_needed_seconds=model.cold_start.on_node_seconds,
        drain_allowed_seconds=model.drain.notice_seconds,
        drain_needed_seconds=model.drain.grace_seconds,
    )


def readiness_data(model: ModelPlan) -> Mapping[str, Any]:
    """The same for programs."""
    found = readiness(model)
    return {
        "startup_allowed_seconds": found.startup_allowed_seconds,
        "startup_needed_seconds": round(found.startup_needed_seconds),
        "drain_allowed_seconds": found.drain_allowed_seconds,
        "drain_needed_seconds": found.drain_needed_seconds,
        "holds": found.holds,
    }

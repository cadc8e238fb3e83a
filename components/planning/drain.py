"""How a replica leaves without dropping what it has begun."""

from dataclasses import dataclass

from components.planning import limits

PRE_STOP_SECONDS = 15
"""Until the load balancer sends nothing new: target deregistration reaches every ALB node within some ten seconds."""

MARGIN_SECONDS = 10
"""Between the engine's own deadline and the kubelet's: vLLM's workers get five seconds to leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainPlan:
    """How a replica leaves: out of the load balancer, then finish, then stop; within the spot notice."""

    pre_stop_seconds: int
    shutdown_seconds: int
    grace_seconds: int
    deregistration_seconds: int
    notice_seconds: int


def drain_plan() -> DrainPlan:
    """preStop, then the engine finishes what it has, then it is killed; all within the share of the notice we allow.

    vLLM accepts new requests while it drains and aborts them, and /health stays 200, so leaving the load balancer first
    is the only way to drop nothing (vllm docs, v0.31).
    """
    budget = int(limits.SPOT_NOTICE_SECONDS * limits.DRAIN_SHARE_OF_NOTICE)
    shutdown = (budget - PRE_STOP_SECONDS - MARGIN_SECONDS) // 5 * 5
    return DrainPlan(
        pre_stop_seconds=PRE_STOP_SECONDS,
        shutdown_seconds=shutdown,
        grace_seconds=PRE_STOP_SECONDS + shutdown + MARGIN_SECONDS,
        deregistration_seconds=PRE_STOP_SECONDS + shutdown,
        notice_seconds=limits.SPOT_NOTICE_SECONDS,
    )

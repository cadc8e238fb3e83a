"""Worst-case seconds until new connections leave a dead region.

Figures: Route 53 developer guide (health checks, 2026), Global Accelerator workshop, ELB target health; see each step.
"""

from collections.abc import Iterator

from components.planning.plan import FailoverPlan
from components.settings.traffic import TrafficSettings

ROUTE53_INTERVAL_SECONDS = 10
"""The faster of the two intervals; it cannot be changed once the check exists."""

ROUTE53_THRESHOLDS = (3, 2, 1)
ROUTE53_TTLS = (60, 30, 20, 15, 10, 5)
"""Calmest first. Alias records would force 60, so the latency records are CNAMEs."""

ROUTE53_TIMEOUT_SECONDS = 6
"""Four to connect and two to answer, after the last interval."""

ROUTE53_PROPAGATION_SECONDS = 3
"""Checkers agree and the name servers answer differently."""

ALB_INTERVAL_SECONDS = 5
ALB_THRESHOLD = 2
ALB_TIMEOUT_SECONDS = 2
"""The fastest target health check that an Application Load Balancer takes."""

ACCELERATOR_SECONDS = 30
"""From an unhealthy endpoint to traffic moved."""


def _route53(target: int) -> Iterator[FailoverPlan]:
    for threshold in ROUTE53_THRESHOLDS:
        for ttl in ROUTE53_TTLS:
            yield FailoverPlan(
                method="route53-latency",
                check_interval_seconds=ROUTE53_INTERVAL_SECONDS,
                check_threshold=threshold,
                ttl_seconds=ttl,
                steps=(
                    (f"{threshold} failed checks", ROUTE53_INTERVAL_SECONDS * threshold),
                    ("last check times out", ROUTE53_TIMEOUT_SECONDS),
                    ("name servers follow", ROUTE53_PROPAGATION_SECONDS),
                    ("resolvers' copies expire", ttl),
                ),
                target_seconds=target,
            )


def _accelerator(target: int) -> Iterator[FailoverPlan]:
    """The accelerator uses the load balancer's own target health; its own check settings do not apply to one."""
    yield FailoverPlan(
        method="global-accelerator",
        check_interval_seconds=ALB_INTERVAL_SECONDS,
        check_threshold=ALB_THRESHOLD,
        ttl_seconds=60,
        steps=(
            (f"{ALB_THRESHOLD} failed target checks", ALB_INTERVAL_SECONDS * ALB_THRESHOLD),
            ("last check times out", ALB_TIMEOUT_SECONDS),
            ("accelerator moves new connections", ACCELERATOR_SECONDS),
        ),
        target_seconds=target,
    )


def failover_plan(settings: TrafficSettings) -> FailoverPlan:
    """The calmest plan that keeps the promise; the fastest there is, if none does."""
    target = settings.failover_target_seconds
    options = list(_route53(target) if settings.method == "route53-latency" else _accelerator(target))
    kept = [one for one in options if one.worst_seconds <= target]
    return kept[0] if kept else min(options, key=lambda one: one.worst_seconds)

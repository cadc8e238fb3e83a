import pytest

from components.planning.failover import failover_plan
from components.settings.traffic import TrafficSettings


def plan(method, target):
    settings = TrafficSettings(
        domain="llm.example.com", hosted_zone="example.com", method=method, failover_target_seconds=target
    )
    return failover_plan(settings)


@pytest.mark.parametrize(
    ("target", "threshold", "ttl"), [(600, 3, 60), (60, 3, 20), (40, 2, 10), (30, 1, 10), (24, 1, 5)]
)
def test_the_calmest_plan_that_keeps_the_promise_is_taken(target, threshold, ttl):
    found = plan("route53-latency", target)
    assert (found.check_threshold, found.ttl_seconds) == (threshold, ttl)
    assert found.worst_seconds <= target


def test_an_accelerator_needs_42_seconds_whatever_is_promised():
    assert plan("global-accelerator", 60).worst_seconds == plan("global-accelerator", 20).worst_seconds == 42


def test_what_cannot_be_kept_is_answered_with_the_best_there_is():
    assert plan("route53-latency", 15).worst_seconds == 24

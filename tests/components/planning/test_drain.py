from components.planning import limits
from components.planning.drain import drain_plan


def test_leaving_adds_up_within_the_share_of_the_spot_notice():
    drain = drain_plan()
    assert drain.pre_stop_seconds + drain.shutdown_seconds < drain.grace_seconds
    assert drain.grace_seconds <= limits.SPOT_NOTICE_SECONDS * limits.DRAIN_SHARE_OF_NOTICE
    assert (drain.pre_stop_seconds, drain.shutdown_seconds, drain.grace_seconds) == (15, 75, 100)


def test_the_load_balancer_lets_streams_finish_as_long_as_the_server_does():
    drain = drain_plan()
    assert drain.deregistration_seconds == drain.pre_stop_seconds + drain.shutdown_seconds

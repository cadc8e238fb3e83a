import dataclasses

from components.planning.readiness import readiness, readiness_data


def test_the_budgets_are_the_probes_patience_and_the_notice(model):
    found = readiness(model)
    probes = model.probes
    assert found.startup_allowed_seconds == probes.startup_period_seconds * probes.startup_failures
    assert found.startup_needed_seconds == model.cold_start.on_node_seconds
    # preStop 15, shutdown 75, margin 10, of 120.
    assert (found.drain_needed_seconds, found.drain_allowed_seconds) == (100, 120)
    assert readiness_data(model)["holds"] is True


def test_a_probe_that_gives_up_too_early_does_not_hold(model):
    tight = dataclasses.replace(model, probes=dataclasses.replace(model.probes, startup_failures=1))
    assert not readiness(tight).holds


def test_a_drain_longer_than_the_notice_does_not_hold(model):
    slow = dataclasses.replace(model, drain=dataclasses.replace(model.drain, grace_seconds=121))
    assert not readiness(slow).holds

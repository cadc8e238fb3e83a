import pytest

from components.catalog import accelerators
from components.planning import coldstart, storage

G6E = accelerators.find("g6e.xlarge")
P5 = accelerators.find("p5.48xlarge")


def test_a_small_instance_is_bound_by_its_network_and_a_large_one_by_the_file_system():
    slow = coldstart.cold_start_plan(16.0, 1, G6E, storage.EFS_GIB_PER_SECOND)
    fast = coldstart.cold_start_plan(16.0, 1, P5, storage.EFS_GIB_PER_SECOND)
    assert slow.weights_seconds == pytest.approx(16 / (2.5e9 / 8 / 1024**3))
    assert fast.weights_seconds == pytest.approx(16 / storage.EFS_GIB_PER_SECOND)


def test_the_phases_add_up():
    cold = coldstart.cold_start_plan(16.0, 1, P5, 1.5)
    assert cold.seconds == pytest.approx(150 + 45 + 16 / 1.5 + (60 + 8) + 10)


def test_startup_is_given_twice_its_estimate():
    cold = coldstart.cold_start_plan(16.0, 1, G6E, 1.5)
    probes = coldstart.probe_plan(cold)
    assert probes.startup_period_seconds * probes.startup_failures >= 2 * cold.on_node_seconds


def test_two_replicas_are_replaced_in_place_and_one_is_doubled_first():
    cold = coldstart.cold_start_plan(16.0, 1, G6E, 1.5)
    pair, single = coldstart.rollout_plan(cold, 16.0, 2), coldstart.rollout_plan(cold, 16.0, 1)
    assert (pair.max_surge, pair.max_unavailable, pair.min_available) == (0, 1, 1)
    assert (single.max_surge, single.max_unavailable, single.min_available) == (1, 0, 0)


def test_a_fill_waits_for_the_origin_first():
    assert coldstart.fill_deadline_seconds(60) > coldstart.publish_deadline_seconds(60) == 600 + 3600

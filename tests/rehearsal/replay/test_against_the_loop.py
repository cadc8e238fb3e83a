"""The replay, held against recordings of the real autoscaler, KEDA and Prometheus (2026-11-21; docs/scaling-loop.md)."""

import dataclasses
from pathlib import Path

import pytest

from rehearsal.cluster.timeline import from_json
from tests.cluster import replayed

RECORDINGS = Path(__file__).parent / "recordings"


def recording(name):
    return from_json((RECORDINGS / f"{name}.json").read_text())


def test_of_all_samples_95_in_100_are_within_one_replica():
    near, every = replayed.all_within_one(recording(name) for name in replayed.REPLAYED)
    assert every > 350
    assert near / every >= 0.95


@pytest.mark.parametrize("name", replayed.REPLAYED)
def test_no_scenario_hides_behind_the_others(name):
    near, every = replayed.within_one(recording(name))
    assert near / every >= 0.9


def test_a_law_of_another_pace_would_be_found_out(monkeypatch):
    """Twice the pods a minute, and a fall after half the calm: what the comparison must be able to tell."""
    told = [recording(name) for name in replayed.REPLAYED]
    models = replayed.models()
    hasty = {
        name: dataclasses.replace(
            one,
            scaling=dataclasses.replace(one.scaling, up_pods=4, up_window_seconds=0, down_window_seconds=60),
        )
        for name, one in models.items()
    }
    monkeypatch.setattr(replayed, "models", lambda: hasty)
    near, every = replayed.all_within_one(told)
    assert near / every < 0.9

"""Lengths that differ, and the longer queue they make."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.planning import sizing, variability
from components.settings.model import LoadSettings


def load(**chosen) -> LoadSettings:
    return LoadSettings.model_validate(
        {"peak_requests_per_second": 1, "input_tokens": 1000, "output_tokens": 200, **chosen}
    )


def test_a_lognormal_is_known_by_its_mean_and_95th_percentile():
    """With s = 0.5 the mean is exp(0.125), the 95th percentile exp(0.8224), and the variation exp(0.25) - 1."""
    found = variability.squared_variation(math.exp(0.125), math.exp(0.5 * 1.6448536269514722))
    assert found == pytest.approx(0.28402541668)


def test_equal_lengths_do_not_vary():
    assert variability.squared_variation(100, 100) == pytest.approx(0)


def test_without_a_p95_the_queue_is_as_it_was():
    assert variability.of_service(load(), 1.0, 3.0) == 1.0
    assert variability.waiting_factor(1.0) == 1.0


def test_the_parts_of_a_service_vary_independently():
    """One second of prompt without variation and three of answer as an exponential's: 9 / 16."""
    assert variability.of_service(load(input_tokens_p95=1000), 1.0, 3.0) == pytest.approx(9 / 16)


def test_a_service_that_never_varies_waits_half_as_long():
    """Pollaczek and Khinchine for M/D/1: half the wait of M/M/1."""
    factor = variability.waiting_factor(0.0)
    assert factor == 0.5
    plain = sizing.wait_seconds(1, 0.8, 1.0)
    assert sizing.wait_seconds(1, 0.8, 1.0, waiting_factor=factor) == pytest.approx(plain / 2)


def test_a_promise_at_the_95th_percentile_is_measured_on_that_prompt():
    assert variability.longest_prompt(load()) == 1
    assert variability.longest_prompt(load(input_tokens_p95=2500)) == 2.5


@settings(max_examples=60)
@given(ratio=st.floats(1, 3.8), more=st.floats(1, 1.5))
def test_a_longer_tail_never_varies_less(ratio, more):
    wider = min(ratio * more, 3.8)
    assert variability.squared_variation(1, ratio) <= variability.squared_variation(1, wider) + 1e-12


@settings(max_examples=60)
@given(arrivals=st.floats(0.01, 50), factor=st.floats(0.5, 7), objective=st.floats(0.2, 10))
def test_a_longer_queue_never_needs_fewer_replicas(arrivals, factor, objective):
    def needed(waiting_factor: float) -> int:
        return sizing.replicas_for(
            arrivals,
            2.0,
            slots=4,
            service_seconds=2.0,
            prefill_seconds=0.1,
            objective_seconds=objective,
            waiting_factor=waiting_factor,
        )

    assert needed(0.5) <= needed(factor)

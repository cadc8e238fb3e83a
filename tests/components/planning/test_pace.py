"""What a model's pace is on its GPU, and which promise it would break."""

import pytest

from components.catalog import accelerators, models
from components.planning import speculation, throughput
from components.planning.pace import Pace, pace
from components.planning.placement import engine_plan
from components.settings.model import ModelSettings

LLAMA, L40S = models.find("llama-3.1-8b-instruct"), accelerators.L40S


def chosen(**changes) -> ModelSettings:
    load = {"peak_requests_per_second": 1, "input_tokens": 1000, "output_tokens": 200}
    return ModelSettings.model_validate({"model": LLAMA.name, "load": load, **changes})


def of(settings: ModelSettings) -> Pace | str:
    return pace(settings, LLAMA, "fp8", L40S, engine_plan(settings, 1, 2048))


def test_right_guesses_bring_tokens_sooner_by_what_a_checking_step_yields():
    """Two guesses at 0.7: 1 + 0.7 + 0.49 = 2.19 tokens a step that checks three."""
    settings = chosen(concurrent_sequences=8, speculation={"draft_tokens": 2, "acceptance_rate": 0.7})
    checking = throughput.decode_step_seconds(LLAMA, "fp8", L40S, 1, 8, 1100, checked_tokens=3)
    found = of(settings)
    assert isinstance(found, Pace)
    assert found.step_seconds == pytest.approx(checking / 2.19)
    plain = of(chosen(concurrent_sequences=8))
    assert isinstance(plain, Pace)
    assert found.step_seconds < plain.step_seconds
    assert found.requests_per_second > plain.requests_per_second


def test_a_large_batch_computes_already_and_guessing_that_slows_it_is_refused():
    settings = chosen(concurrent_sequences=512, speculation={"draft_tokens": 8, "acceptance_rate": 0.1})
    assert speculation.expected_tokens_per_step(0.1, 8) < 1.12
    said = of(settings)
    assert isinstance(said, str)
    assert said.endswith("leave speculation out or lower concurrent_sequences")


def test_a_promise_that_it_would_break_is_named_with_both_numbers():
    slow = of(chosen(objective={"inter_token_seconds": 0.001}))
    assert isinstance(slow, str)
    assert "1 ms promised; lower concurrent_sequences" in slow
    late = of(chosen(objective={"time_to_first_token_seconds": 0.01}))
    assert isinstance(late, str)
    assert "to the first token of a prompt of 1000 tokens" in late

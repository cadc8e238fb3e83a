"""How long and how often the entrance lets a client ask."""

import math

from components.planning import entrance
from components.planning.fleet import plan_fleet
from components.settings.fleet import FleetSettings
from components.settings.understanding import understand


def test_a_connection_may_be_silent_for_as_long_as_the_longest_answer_takes(region):
    """8192 tokens at the batch model's promised 0.2 s each, after 10 s to the first."""
    assert region.idle_seconds == math.ceil(10 + 8192 * 0.2)
    assert region.keep_alive_seconds == region.idle_seconds + 15


def test_it_is_never_longer_than_a_load_balancer_takes(raw):
    raw["models"]["gpt-oss-20b"]["context_tokens"] = 131_072
    here = understand(raw, "prod", plan_fleet).regions[0]
    assert here.idle_seconds == entrance.MOST_IDLE_SECONDS


def test_one_address_may_ask_for_twice_what_everybody_is_planned_to(raw):
    """24 requests/s in all; with London lost all of it arrives in Virginia."""
    settings = FleetSettings.model_validate(raw)
    assert entrance.requests_per_five_minutes("us-east-1", settings) == 2 * 24 * 300


def test_a_small_fleet_still_lets_a_client_ask_seven_times_a_second(raw):
    for model in raw["models"].values():
        model["load"]["peak_requests_per_second"] = 0.1
    assert entrance.requests_per_five_minutes("us-east-1", FleetSettings.model_validate(raw)) == 2000


def test_what_was_chosen_is_kept(raw):
    raw["traffic"]["requests_per_five_minutes"] = 500
    assert entrance.requests_per_five_minutes("us-east-1", FleetSettings.model_validate(raw)) == 500

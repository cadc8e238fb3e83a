"""Formulas of money against sums done by hand."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from components.planning import economics
from components.planning.economics import break_even_tokens_per_day, cascade_stops_paying_at, cascade_usd

amounts = st.floats(min_value=1e-3, max_value=1e6)
rates = st.floats(min_value=0, max_value=1)
quick = settings(max_examples=50, deadline=None)


def test_a_dollar_is_split_by_the_seconds_of_reading_and_writing():
    # $10; 0.1 s of 0.5 s are prefill: $2 over 4M tokens read, $8 over 2M written.
    cost = economics.token_cost(10, 4e6, 2e6, prefill_seconds=0.1, decode_seconds=0.4)
    assert cost.usd_per_million_input == pytest.approx(0.50)
    assert cost.usd_per_million_output == pytest.approx(4.00)
    # A request of 1,000 tokens read and 500 written: $0.0005 + $0.002.
    assert cost.usd_per_request(1000, 500) == pytest.approx(0.0025)


def test_where_nothing_is_asked_a_token_costs_nothing():
    cost = economics.token_cost(10, 0, 0, prefill_seconds=0, decode_seconds=0)
    assert (cost.usd_per_million_input, cost.usd_per_million_output) == (0, 0)


@quick
@given(usd=amounts, read=amounts, written=amounts, prefill=amounts, decode=amounts)
def test_the_two_halves_add_up_to_what_was_spent(usd, read, written, prefill, decode):
    cost = economics.token_cost(usd, read, written, prefill_seconds=prefill, decode_seconds=decode)
    assert cost.usd_per_request(read, written) == pytest.approx(usd)


@quick
@given(usd=amounts, dearer=st.floats(min_value=1, max_value=10), prefill=amounts, decode=amounts)
def test_dearer_nodes_never_make_a_token_cheaper(usd, dearer, prefill, decode):
    cheap, dear = (
        economics.token_cost(one, 1e6, 1e6, prefill_seconds=prefill, decode_seconds=decode)
        for one in (usd, usd * dearer)
    )
    assert dear.usd_per_million_input >= cheap.usd_per_million_input
    assert dear.usd_per_million_output >= cheap.usd_per_million_output


def test_a_floor_that_is_paid_anyway_breaks_even_before_it_is_full():
    # $24 a day carry up to 100M tokens; at $0.60 per million they are earned back at 40M.
    assert break_even_tokens_per_day(24, 100e6, 0.5e-6, 0.60e-6) == pytest.approx(40e6)


def test_a_floor_too_dear_to_earn_back_needs_cheaper_tokens_beyond_it():
    # $100 a day carry 100M tokens, worth $60; each token beyond costs $0.40 per million, a gain of $0.20:
    # $40 are made up by another 200M, so at 300M in all: 100 + 200 x 0.40 = 180 = 300 x 0.60.
    assert break_even_tokens_per_day(100, 100e6, 0.40e-6, 0.60e-6) == pytest.approx(300e6)


def test_where_every_token_costs_more_there_is_no_break_even():
    assert break_even_tokens_per_day(100, 100e6, 0.70e-6, 0.60e-6) is None
    assert break_even_tokens_per_day(0, 0, 0.70e-6, 0.60e-6) is None


def test_a_model_that_sleeps_pays_from_the_first_token_or_never():
    assert break_even_tokens_per_day(0, 0, 0.50e-6, 0.60e-6) == 0


prices_per_token = st.floats(min_value=1e-9, max_value=1e-4)


@quick
@given(
    fixed=st.floats(min_value=0, max_value=1e5),
    carried=st.floats(min_value=0, max_value=1e12),
    further=prices_per_token,
    price=prices_per_token,
    dearer=st.floats(min_value=1, max_value=100),
)
def test_break_even_never_rises_as_the_api_gets_dearer(fixed, carried, further, price, dearer):
    before = break_even_tokens_per_day(fixed, carried, further, price)
    after = break_even_tokens_per_day(fixed, carried, further, price * dearer)
    if before is not None:
        assert after is not None
        assert after <= before * (1 + 1e-6) + 1e-6


@quick
@given(
    fixed=st.floats(min_value=0.01, max_value=1e5),
    carried=st.floats(min_value=1, max_value=1e12),
    further=prices_per_token,
    price=prices_per_token,
)
def test_at_the_break_even_both_cost_the_same(fixed, carried, further, price):
    found = break_even_tokens_per_day(fixed, carried, further, price)
    assume(found is not None and abs(price - further) > 1e-3 * price)
    ours = fixed + max(found - carried, 0) * further
    assert ours == pytest.approx(found * price, rel=1e-3)


def test_a_cascade_costs_the_small_model_always_and_the_large_one_at_the_rate():
    # $1 and a check of $0.10 for everybody, $5 for one in five: $2.10 instead of $5.
    assert cascade_usd(1, 0.10, 5, 0.2) == pytest.approx(2.10)
    # It stops paying where 1.10 + rate x 5 = 5: at 78 %.
    assert cascade_stops_paying_at(1, 0.10, 5) == pytest.approx(0.78)
    assert cascade_stops_paying_at(5, 1, 5) == 0


@quick
@given(small=amounts, check=st.floats(min_value=0, max_value=1e3), large=amounts, rate=rates)
def test_a_cascade_pays_below_the_stated_rate_and_not_above_it(small, check, large, rate):
    stops = cascade_stops_paying_at(small, check, large)
    assume(abs(rate - stops) > 1e-9)
    assert (cascade_usd(small, check, large, rate) < large) == (rate < stops)


def test_sleep_saves_the_hours_nobody_calls():
    # $2 an hour, asleep 84 of 168 hours: half of 730 hours at $2.
    assert economics.sleep_usd_per_month(2, 84) == pytest.approx(730)


def test_hours_asleep_follow_from_the_hours_of_each_class():
    asleep = economics.HOURS_ASLEEP_PER_WEEK
    assert asleep == {"interactive": 0, "internal": 108, "batch": 140, "development": 128}


def test_what_no_share_claims_is_unassigned():
    assert economics.shared_usd(100, {"search": 0.5, "chat": 0.3}) == pytest.approx(
        {"search": 50, "chat": 30, "unassigned": 20}
    )
    assert economics.shared_usd(100, {}) == {"unassigned": 100}


@quick
@given(usd=amounts, parts=st.lists(st.floats(min_value=0, max_value=0.2), max_size=5))
def test_shares_lose_no_dollar(usd, parts):
    shares = {f"tenant-{place}": part for place, part in enumerate(parts)}
    assert sum(economics.shared_usd(usd, shares).values()) == pytest.approx(usd)

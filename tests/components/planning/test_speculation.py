import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from components.planning import speculation


def test_expected_tokens_are_the_geometric_sum():
    """Leviathan et al.: (1 - 0.8^5) / (1 - 0.8) for four guesses."""
    assert speculation.expected_tokens_per_step(0.8, 4) == pytest.approx((1 - 0.8**5) / 0.2)


@pytest.mark.parametrize(("rate", "drafts", "tokens"), [(0.0, 4, 1), (1.0, 4, 5), (0.7, 0, 1)])
def test_no_luck_yields_one_token_and_perfect_luck_all(rate, drafts, tokens):
    assert speculation.expected_tokens_per_step(rate, drafts) == tokens


def test_a_token_costs_its_share_of_checking_and_drafting():
    """One step of 20 ms and 4 drafts of 2 ms for 3.3616 tokens."""
    assert speculation.token_seconds(0.020, 0.002, 0.8, 4) == pytest.approx(0.028 / 3.3616)


@settings(max_examples=50)
@given(some.floats(0, 1), some.floats(0, 1), some.integers(0, 8))
def test_better_guesses_never_yield_less_and_never_more_than_were_made(one, other, drafts):
    worse, better = sorted((one, other))
    few, many = (speculation.expected_tokens_per_step(rate, drafts) for rate in (worse, better))
    assert 1 <= few <= many <= drafts + 1

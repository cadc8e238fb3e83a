import pytest

from rehearsal.replay import traces

AZURE = [
    "TIMESTAMP,ContextTokens,GeneratedTokens",
    "2023-11-16 18:15:46.6805900,374,44",
    "2023-11-16 18:15:50.1805900,396,109",
]
MOONCAKE = [
    '{"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0]}',
    '{"timestamp": 2999, "input_length": 30, "output_length": 4}',
    '{"timestamp": 3000, "input_length": 20, "output_length": 3}',
]


def every(seconds, count):
    return tuple(
        traces.Request(seconds=place * seconds, input_tokens=100 + place % 3, output_tokens=10)
        for place in range(count)
    )


def test_azure_s_rows_begin_at_zero():
    first, second = traces.parse(AZURE)
    assert (first.seconds, first.input_tokens, first.output_tokens) == (0.0, 374, 44)
    assert (second.seconds, second.input_tokens, second.output_tokens) == (pytest.approx(3.5), 396, 109)


def test_mooncake_s_lots_are_spread_over_their_three_seconds():
    found = traces.parse(MOONCAKE)
    assert [one.seconds for one in found] == [0.0, 3.0, 4.5]
    assert [one.input_tokens for one in found] == [6758, 30, 20]


@pytest.mark.parametrize("lines", [[], ["time;in;out"], [AZURE[0]]])
def test_what_no_adapter_knows_is_refused(lines):
    with pytest.raises(ValueError, match=r"first line|no request"):
        traces.parse(lines)


def test_the_peak_is_that_of_the_busiest_five_minutes():
    # One a second for ten minutes.
    assert traces.peak_requests_per_second(every(1.0, 600)) == pytest.approx(1.0)


@pytest.mark.parametrize("peak", [0.25, 1.0, 2.5])
def test_a_trace_is_thinned_or_repeated_to_the_peak(peak):
    found = traces.to_peak(every(1.0, 1200), peak)
    assert traces.peak_requests_per_second(found) == pytest.approx(peak, rel=0.01)
    assert len(found) == pytest.approx(1200 * peak, rel=0.01)
    assert [one.seconds for one in found] == sorted(one.seconds for one in found)


def test_lengths_take_the_plan_s_mean_and_fit_the_context():
    found = traces.to_lengths(every(1.0, 300), input_tokens=202, output_tokens=5, context_tokens=205)
    # 100, 101 and 102 tokens become 200, 202 and 204, and the last is cut to what 5 of 205 leave.
    assert sorted({one.input_tokens for one in found}) == [200]
    wide = traces.to_lengths(every(1.0, 300), input_tokens=202, output_tokens=5, context_tokens=8192)
    assert sorted({one.input_tokens for one in wide}) == [200, 202, 204]
    assert {one.output_tokens for one in wide} == {5}


def test_a_made_up_day_is_the_same_every_time_and_quiet_at_its_ends():
    day = traces.synthetic(peak=4, seconds=3600, input_tokens=500, output_tokens=50)
    assert day == traces.synthetic(peak=4, seconds=3600, input_tokens=500, output_tokens=50)
    assert day != traces.synthetic(peak=4, seconds=3600, input_tokens=500, output_tokens=50, seed=2)
    middle = sum(1500 <= one.seconds < 2100 for one in day)
    ends = sum(one.seconds < 300 or one.seconds >= 3300 for one in day)
    assert middle > 3 * ends

import dataclasses

import pytest

from rehearsal.replay.server import Server, Speed
from rehearsal.replay.traces import Request

SPEED = Speed(
    slots=2,
    most_inflight=4,
    cached_tokens=1000,
    prompt_tokens_per_second=100.0,
    step_seconds=(0.0, 0.1, 0.2),
    first_step_seconds=(0.0, 0.05, 0.1),
)


def request(seconds=0.0, input_tokens=100, output_tokens=10):
    return Request(seconds=seconds, input_tokens=input_tokens, output_tokens=output_tokens)


def server(**changes):
    return Server(**{"speed": SPEED, "ordered": 0.0, "ready": 0.0} | changes)


def test_one_request_takes_its_prompt_and_its_steps():
    one = server()
    assert one.take(request())
    # A second of reading, ten steps of a tenth.
    assert one.waits == [(pytest.approx(1.05), pytest.approx(1.05))]
    one.advance(1.999)
    assert len(one.answered) == 0
    one.advance(2.001)
    assert (len(one.answered), one.inflight) == (1, 0)
    assert one.busy_seconds == pytest.approx(2.0)


def test_two_read_one_after_the_other_and_share_the_steps():
    one = server()
    one.take(request())
    one.take(request())
    # Two seconds of reading in all, then ten steps of a fifth for both.
    assert one.waits[1][0] == pytest.approx(2.1)
    one.advance(3.99)
    assert len(one.answered) == 0
    one.advance(4.01)
    assert len(one.answered) == 2


def test_a_third_waits_for_a_slot_and_a_fifth_is_turned_away():
    one = server()
    assert [one.take(request()) for _ in range(5)] == [True, True, True, True, False]
    assert len(one.queue) == 2
    one.advance(4.01)
    # Both next are admitted at 4 s, read one after the other.
    assert [begun for begun, _ in one.waits[2:]] == [pytest.approx(5.05), pytest.approx(6.1)]


def test_a_full_cache_makes_wait_though_a_slot_is_free():
    one = server()
    one.take(request(input_tokens=900))
    one.take(request(input_tokens=100))
    assert (len(one.running), len(one.queue)) == (1, 1)


def test_a_prompt_that_no_step_has_begun_is_still_waiting():
    # A step begins what half a second reads; the second prompt is reached after one second.
    one = server(speed=dataclasses.replace(SPEED, batched_tokens=50))
    one.take(request())
    one.take(request())
    assert one.waiting == 1
    one.advance(0.6)
    assert one.waiting == 0
    one.take(request())
    assert (len(one.queue), one.waiting) == (1, 1)


def test_an_answer_fills_the_cache_as_it_is_written():
    one = server()
    one.take(request(output_tokens=20))
    assert one.used_tokens == 100
    one.advance(2.0)
    assert one.used_tokens == pytest.approx(110)
    one.advance(9.0)
    assert one.used_tokens == 0

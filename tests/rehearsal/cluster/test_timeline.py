import dataclasses
import json
import math

import pytest

from rehearsal.cluster.timeline import Event, from_json, to_json
from tests.rehearsal.cluster.recordings import recording, risen, sample


def test_a_recording_is_read_as_it_was_written():
    assert from_json(to_json(risen())) == risen()
    assert from_json(to_json(risen(thresholds=None))).thresholds is None


def test_what_was_read_is_written_letter_for_letter():
    text = to_json(recording(sample(0.123456, arriving=2 / 3), sample(15.04), pace=20.5))
    assert to_json(from_json(text)) == text


def test_each_sample_and_each_event_has_a_line_of_its_own():
    lines = to_json(risen()).splitlines()
    assert "[60,4,2,2,2,1.5,0,3,0.4,45,0.25]," in lines
    assert '[240,"calm again"]' in lines
    changed = dataclasses.replace(risen(), events=(Event(61, "first 503"), Event(240, "calm again")))
    assert sum(a != b for a, b in zip(lines, to_json(changed).splitlines(), strict=True)) == 1


def test_numbers_end_where_nobody_looks_any_further():
    told = json.loads(
        to_json(recording(sample(1 / 3, kv_cache_use=2 / 3, time_to_first_token_seconds=1 / 7)))
    )
    row = dict(zip(told["columns"], told["samples"][0], strict=True))
    assert (row["seconds"], row["kv_cache_use"], row["time_to_first_token_seconds"]) == (0.3, 0.6667, 0.143)


@pytest.mark.parametrize("unknown", [None, math.nan, math.inf])
def test_what_nobody_could_tell_is_null(unknown):
    text = to_json(recording(sample(0, kv_cache_use=unknown)))
    assert "NaN" not in text
    assert "Infinity" not in text
    assert from_json(text).samples[0].kv_cache_use is None


def test_a_sample_that_lacks_a_column_is_refused():
    text = to_json(recording(sample(0)))
    with pytest.raises(ValueError, match="shorter"):
        from_json(text.replace("[0,2,2,2,2,", "[0,2,2,2,"))


def test_requests_without_an_outcome_are_counted():
    assert risen().counts.open == 1

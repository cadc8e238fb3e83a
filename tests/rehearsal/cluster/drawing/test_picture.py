"""The picture is whole, needs nothing else, and shows what was recorded."""

import math
import re
from xml.etree import ElementTree

import pytest

from rehearsal.cluster.drawing.frame import BOLDER
from rehearsal.cluster.drawing.lettering import text_width
from rehearsal.cluster.drawing.picture import svg
from rehearsal.cluster.timeline import Counts, Event
from tests.rehearsal.cluster.recordings import recording, risen, sample

SVG = "{http://www.w3.org/2000/svg}"
REPLAYED = ((0.0, 2), (75.0, 4), (250.0, 3))


def read(drawn):
    return ElementTree.fromstring(drawn)


def words(drawn):
    return ["".join(one.itertext()) for one in read(drawn).iter(f"{SVG}text")]


def paths(drawn, kind):
    """Paths of a class, without the key."""
    found = [(one.get("class") or "", one.get("d") or "") for one in read(drawn).iter(f"{SVG}path")]
    return [d for name, d in found if name == kind]


def jumps(drawn, kind):
    (d,) = paths(drawn, kind)
    return d.count("V")


def test_one_line_stands_for_each_count_with_as_many_steps_as_changes():
    drawn = svg(risen(), REPLAYED)
    assert {kind: jumps(drawn, kind) for kind in ("desired", "replicas", "ready", "nodes", "replayed")} == {
        "desired": 2,
        "replicas": 2,
        "ready": 2,
        "nodes": 2,
        "replayed": 2,
    }
    still = svg(recording(*(sample(float(second)) for second in range(0, 600, 15))))
    assert jumps(still, "replicas") == 0


def test_steps_are_where_the_changes_were():
    drawn = svg(risen())
    (spec,), (desired,) = paths(drawn, "replicas"), paths(drawn, "desired")
    # 64 to 936 are five minutes.
    minute = (936 - 64) / 5
    across = [round(float(one), 1) for one in re.findall(r"H([\d.]+)", spec)]
    assert across == [round(64 + minute * at, 1) for at in (2, 5, 5)]
    assert desired.startswith("M64.0 ")
    assert f"H{64 + minute:.1f}V" in desired


def test_more_replicas_stand_higher():
    (spec,) = paths(svg(risen()), "replicas")
    two, four, three = map(float, [re.findall(r"M[\d.]+ ([\d.]+)", spec)[0], *re.findall(r"V([\d.]+)", spec)])
    assert four < three < two
    assert three - four == pytest.approx(two - three, abs=0.11)


def test_the_replay_is_drawn_and_named_only_where_there_is_one():
    with_it, without = svg(risen(), REPLAYED), svg(risen())
    assert len(paths(with_it, "replayed")) == 1
    assert "as replayed" in words(with_it)
    assert paths(without, "replayed") == []
    assert "as replayed" not in words(without)


def test_a_replay_that_goes_on_ends_with_the_recording():
    assert svg(risen(), (*REPLAYED, (400.0, 8))) == svg(risen(), REPLAYED)


def test_signals_are_drawn_only_against_thresholds():
    assert len(paths(svg(risen()), "kv-cache")) == 1
    assert paths(svg(risen(thresholds=None)), "kv-cache") == []
    assert "Share of threshold" not in words(svg(risen(thresholds=None)))


def test_a_signal_beyond_the_panel_says_how_far_it_went():
    drawn = svg(recording(sample(0), sample(60, time_to_first_token_seconds=24.8)))
    assert "first token p95, of 2 s, up to 12.4 times" in words(drawn)


@pytest.mark.parametrize("unknown", [None, math.nan])
def test_a_signal_that_nobody_could_tell_leaves_a_gap(unknown):
    blind = [sample(60.0 * at, kv_cache_use=unknown if at in (2, 3) else 0.4) for at in range(6)]
    drawn = svg(recording(*blind))
    (seen,), (whole,) = paths(drawn, "kv-cache"), paths(drawn, "gpu")
    assert (seen.count("M"), whole.count("M")) == (2, 1)
    assert "nan" not in drawn


def test_the_footer_tells_pace_and_counts():
    drawn = words(svg(risen()))
    assert (
        "Minutes are the model's own; 20 of them passed in one on the clock. Of 1,210 requests sent, 1,200 were"
        " answered, 7 refused, 2 lost, 1 still open."
    ) in " ".join(drawn)
    settled = svg(risen(pace=1, counts=Counts(sent=3, answered=3, refused=0, lost=0)))
    assert "Of 3 requests sent, 3 were answered, 0 refused, 0 lost." in words(settled)


def test_floor_and_ceiling_are_lines_of_their_own():
    both, one = svg(risen()), svg(risen(floor=8))
    assert "floor 1, ceiling 8" in words(both)
    assert len(paths(both, "bound")) - len(paths(one, "bound")) == 1


@pytest.mark.parametrize("samples", [(), (sample(0),), (sample(90.0),)])
@pytest.mark.parametrize("events", [(), (Event(0, "begun"), Event(0, "ended"))])
def test_next_to_nothing_can_be_drawn(samples, events):
    drawn = svg(recording(*samples, events=events))
    assert read(drawn).tag == f"{SVG}svg"
    assert all(one in words(drawn) for one in ("Replicas", "minutes", *(event.told for event in events)))


def test_a_single_sample_is_a_line_long_enough_to_see():
    (spec,) = paths(svg(recording(sample(0))), "replicas")
    assert spec.endswith("h4")


def test_nothing_said_can_become_markup_or_break_it():
    hostile = "]]></text><script>alert('x')</script>\"&\x00\x1b\ud800"
    spoilt = recording(sample(0), name=hostile, sentence=hostile, events=(Event(1, hostile),))
    drawn = svg(spoilt)
    shown = "]]></text><script>alert('x')</script>\"&???"
    assert read(drawn).find(f"{SVG}title").text == shown
    assert words(drawn).count(shown) == 3
    assert not [one for one in read(drawn).iter() if one.tag.endswith("script")]


def test_it_needs_nothing_else_and_any_locale_can_write_it():
    drawn = svg(risen(sentence="Trafik fördubblas — 二倍"))
    assert drawn.isascii()
    assert "Trafik fördubblas — 二倍" in words(drawn)
    outside = re.sub(r' xmlns="[^"]+"', "", drawn)
    assert not re.search(r"https?:|url\(|@import|href|<script|<image|<foreignObject", outside)


def test_those_who_hear_it_are_told_the_same():
    root = read(svg(risen()))
    assert root.get("role") == "img"
    assert [root.find(f"*[@id='{one}']").tag for one in root.get("aria-labelledby").split()] == [
        f"{SVG}title",
        f"{SVG}desc",
    ]
    said = root.find(f"{SVG}desc").text
    assert "Over 5 minutes" in said
    assert "2 to 4 replicas were ready; 3 at the end" in said
    assert "first 503 at 1.0 minutes; calm again at 4.0 minutes." in said


def test_it_has_two_looks_and_every_class_is_dressed():
    drawn = svg(risen(), REPLAYED)
    style = read(drawn).find(f"{SVG}style").text
    light, dark = style.split("@media(prefers-color-scheme:dark)")
    assert "var(" not in style
    used = {name for one in read(drawn).iter() for name in (one.get("class") or "").split()}
    for name in used - {"key", "area", "through"}:
        assert re.search(rf"\.{name}\b", light), name
        assert re.search(rf"\.{name}\b", dark), name


def test_the_same_recording_is_always_the_same_picture():
    assert svg(risen(), REPLAYED) == svg(risen(), REPLAYED)


def test_everything_lies_within_the_picture():
    far = {"kv_cache_use": 0.99, "gpu_utilisation_percent": 100.0, "time_to_first_token_seconds": 123.4}
    long = "peak and fall and peak again " * 9
    told = recording(sample(0, waiting=123456, **far), sample(300), ceiling=1000, name=long, sentence=long)
    drawn = svg(told, REPLAYED)
    height = float(read(drawn).get("height"))
    for one in read(drawn).iter(f"{SVG}text"):
        x, y, size = float(one.get("x")), float(one.get("y")), float(one.get("font-size"))
        width = text_width(one.text, size) * (BOLDER if one.get("class") == "strong" else 1)
        left = x - {"end": width, "middle": width / 2}.get(one.get("text-anchor"), 0.0)
        assert left >= 0
        assert left + width <= 960, one.text
        assert size <= y <= height - 5

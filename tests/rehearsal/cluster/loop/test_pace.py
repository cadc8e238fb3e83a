"""Which intervals are shortened, and that nothing else is."""

import pytest

from rehearsal.cluster import objects
from rehearsal.cluster.loop.pace import INTERVALS, PACE, hurried, rounded_up, shortened, wall
from rehearsal.recorder import rehearse
from tests.cluster import replayed


@pytest.fixture(scope="module")
def manifests():
    (told,) = objects.by_cluster(rehearse(replayed.fleet())).values()
    return [objects.manifest(one) for one in told]


def differences(before, after, path=()):
    if isinstance(before, dict):
        assert before.keys() == after.keys()
        return [one for key in before for one in differences(before[key], after[key], (*path, key))]
    if isinstance(before, list):
        assert len(before) == len(after)
        pairs = zip(before, after, strict=True)
        return [one for old, new in pairs for one in differences(old, new, (*path, "*"))]
    return [] if before == after else [(path, before, after)]


def test_only_intervals_are_changed(manifests):
    for manifest in manifests:
        allowed = INTERVALS.get(manifest["kind"], ())
        assert {path for path, *_ in differences(manifest, hurried(manifest))} <= set(allowed)


@pytest.mark.parametrize("kind", INTERVALS)
def test_every_interval_that_is_named_is_found_somewhere(manifests, kind):
    found = {
        path
        for manifest in manifests
        if manifest["kind"] == kind
        for path, *_ in differences(manifest, hurried(manifest))
    }
    assert found == set(INTERVALS[kind])


def test_every_number_of_a_scaled_object_keeps_its_ratio(manifests):
    scaled = next(one for one in manifests if one["kind"] == "ScaledObject")
    for path, before, after in differences(scaled, hurried(scaled)):
        if path[-1] != "query":
            assert before == after * PACE


def test_what_is_given_is_left_as_it_is(manifests):
    scaled = next(one for one in manifests if one["kind"] == "ScaledObject")
    asked = scaled["spec"]["pollingInterval"]
    assert hurried(scaled)["spec"]["pollingInterval"] == asked / PACE
    assert scaled["spec"]["pollingInterval"] == asked


@pytest.mark.parametrize(
    ("interval", "short"),
    [
        (300, 20),
        ("15s", "1s"),
        ("10s", "667ms"),
        ("10m", "40s"),
        ("5m", "20s"),
        ("sum(rate(a[2m])) / sum(rate(b[5m]))", "sum(rate(a[8s])) / sum(rate(b[20s]))"),
        ("sum(vllm:num_requests_waiting)", "sum(vllm:num_requests_waiting)"),
    ],
)
def test_an_interval_is_a_fifteenth(interval, short):
    assert shortened(interval) == short


def test_what_would_not_keep_its_ratio_is_refused():
    with pytest.raises(ValueError, match="100 s are no whole number of seconds at a 15th; choose a multiple"):
        shortened(100)


def test_a_grace_may_be_longer_and_never_shorter():
    assert [rounded_up(seconds) for seconds in (15, 16, 100)] == [1, 2, 7]
    assert wall(150) == 10

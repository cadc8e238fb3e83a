import pytest

from components.catalog import spot


@pytest.mark.parametrize("region", spot.SCARCE)
def test_some_zone_has_spot_at_least_as_often_as_the_best_and_at_most_as_often_as_all_added_up(region):
    record = spot.SCARCE[region]
    shares = [one.available_share for one in record.zones.values()]
    assert max(shares) <= record.any_available_share <= min(sum(shares), 1)


def test_interruptions_are_counted_by_the_hours_that_a_zone_had_spot():
    # 394 in (0.883 + 0.905 + 0.891) of 20,158 steps of 195 s.
    hours = 2.679 * 20158 * 195 / 3600
    assert spot.SCARCE["us-west-2"].interruptions_per_hour == pytest.approx(394 / hours)


def test_the_middle_region_stands_for_those_that_were_not_measured():
    by_availability = sorted(spot.SCARCE, key=lambda name: spot.SCARCE[name].any_available_share)
    assert by_availability[1] == spot.MIDDLE
    assert spot.scarce("eu-west-2") == (spot.MIDDLE, spot.SCARCE[spot.MIDDLE])
    assert spot.scarce("us-east-1")[0] == "us-east-1"


def test_the_scarce_extreme_is_worse_than_the_calm_one():
    worst_calm = spot.CALM_INTERRUPTIONS_PER_MONTH / 730
    assert all(one.interruptions_per_hour > worst_calm for one in spot.SCARCE.values())

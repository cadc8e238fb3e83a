import pytest

from components.catalog import regions


def test_zones_are_named_by_id_and_belong_to_their_region():
    for region in regions.regions().values():
        assert len({zone.split("-az")[0] for zone in region.zones}) == 1
        assert len(region.zones) == len(set(region.zones)) >= 2


def test_zones_without_control_planes_are_left_out():
    assert "use1-az3" not in regions.find("us-east-1").zones


def test_offered_zones_lie_in_the_region():
    for name, region in regions.regions().items():
        assert set(regions.offered_zones("g5.xlarge", name)) <= set(region.zones)


def test_london_sells_no_g6e_and_ireland_no_g6():
    assert not regions.offered("g6e.xlarge", "eu-west-2")
    assert not regions.offered("g6.xlarge", "eu-west-1")


def test_scarce_types_are_sold_in_some_zones_only():
    assert regions.offered_zones("g7e.2xlarge", "us-east-1") == ("use1-az2", "use1-az6")


def test_what_is_offered_nowhere_has_no_zones():
    assert regions.offered_zones("g6e.xlarge", "nowhere-1") == ()
    assert regions.offered_zones("g99.xlarge", "us-east-1") == ()


def test_a_misspelt_region_is_answered_with_the_nearest():
    with pytest.raises(
        regions.UnknownRegion, match="us-eats-1 is not a region with GPUs; did you mean us-east-1"
    ):
        regions.find("us-eats-1")

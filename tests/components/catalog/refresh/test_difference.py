import copy

from components.catalog.refresh import difference, regional

BEFORE = regional.current()


def lines_after(change):
    after = copy.deepcopy(BEFORE)
    change(after)
    return list(difference.lines(BEFORE, after))


def test_nothing_changed_is_said_in_one_line_a_kind():
    assert list(difference.lines(BEFORE, BEFORE)) == [
        "on-demand prices: as they were",
        "spot prices: as they were",
        "zones: as they were",
        "offerings: as they were",
        "default quotas: as they were",
    ]


def test_a_price_that_fell_is_told_with_its_share():
    def change(data):
        data["prices"]["regions"]["us-east-1"]["usd_per_hour"]["p5"]["48xlarge"] = 27.52

    told = lines_after(change)
    assert "on-demand prices: 0 rose, 1 fell, 0 new, 0 gone" in told
    assert "  us-east-1 p5.48xlarge: $55.04 -> $27.52 (-50.0%)" in told


def test_small_moves_of_spot_are_only_counted():
    def change(data):
        there = data["spot"]["regions"]["us-east-1"]["usd_per_hour"]
        there["g4dn.xlarge"] = {zone: usd * 1.05 for zone, usd in there["g4dn.xlarge"].items()}
        there["g5.xlarge"] = {zone: usd * 2 for zone, usd in there["g5.xlarge"].items()}

    told = lines_after(change)
    assert "spot prices: 2 rose, 0 fell, 0 new, 0 gone" in told
    assert "  1 move(s) of less than 10% not shown" in told
    assert "  us-east-1 g5.xlarge: $0.4419 -> $0.8837 (+100.0%)" in told


def test_new_and_lost_offerings_zones_and_quotas_are_told():
    def change(data):
        london = data["offerings"]["regions"]["eu-west-2"]
        london["offerings"]["g6e"] = {"xlarge": [2, 3]}
        del london["offerings"]["p4d"]
        london["zones"].append("euw2-az5")
        data["quotas"]["regions"]["eu-west-2"] = {"default": {"L-DB2E81BA": 0.0}}

    told = lines_after(change)
    assert "  eu-west-2 g6e.xlarge: new, 2 zone(s)" in told
    assert "  eu-west-2 p4d.24xlarge: gone, was 2 zone(s)" in told
    assert "  eu-west-2 euw2-az5: new, a zone" in told
    assert "  eu-west-2 L-DB2E81BA: new, 0 vCPUs" in told

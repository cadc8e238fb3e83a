import copy
import itertools
import json

import pytest

from components.planning import amounts, difference, figures
from components.planning.fleet import plan_fleet
from components.planning.sheets import markdown
from components.settings.understanding import understand


def data(raw):
    return figures.data(understand(copy.deepcopy(raw), "prod", plan_fleet))


@pytest.fixture
def before(raw):
    raw["models"]["llama-8b"]["replicas"] = {"max": 4}
    raw["models"]["llama-8b"]["load"]["peak_requests_per_second"] = 4
    return data(raw)


def test_a_plan_does_not_differ_from_itself(before):
    found = difference.difference(before, before, told="main")
    assert found.nothing
    assert found.total.usd("ceiling") == 0


def test_a_plan_does_not_differ_from_itself_once_saved(before):
    assert difference.difference(json.loads(json.dumps(before)), before, told="saved.json").nothing


def test_a_higher_ceiling_shows_its_replicas_nodes_and_dollars(raw, before):
    raw["models"]["llama-8b"]["replicas"] = {"max": 12}
    raw["budget"]["monthly_usd"] = 200_000
    found = difference.difference(before, data(raw), told="main")
    lines = {
        (one.region, one.what): (one.before, one.after) for one in found.changes if one.model == "llama-8b"
    }
    assert lines[("us-east-1", "replicas")] == ("2..4, 2.0 expected", "2..12, 2.0 expected")
    assert lines[("us-east-1", "replicas on spot at most")] == ("2", "6")
    assert ("", "budget, $") in {(one.region, one.what) for one in found.changes}
    (here,) = [one for one in found.models if one.place == "us-east-1"]
    # Eight more g6e.xlarge on-demand at the ceiling, each with a disk of $46, 730 hours.
    assert here.usd("ceiling") == pytest.approx(8 * (1.861 * 730 + 46), abs=0.02)
    assert here.usd("floor") == 0


def test_dollars_by_item_make_up_the_dollars_in_all(raw, before):
    raw["regions"]["us-east-1"]["nat"] = "single"
    raw["models"]["qwen-32b"]["load"]["peak_requests_per_second"] = 1
    found = difference.difference(before, data(raw), told="main")
    for level in difference.LEVELS:
        assert sum(one.usd(level) for one in found.items) == pytest.approx(found.total.usd(level), abs=0.1)
    gateways = next(one for one in found.items if (one.place, one.item) == ("us-east-1", "NAT gateways"))
    # Two gateways less, and images of fewer nodes.
    assert gateways.usd("floor") == pytest.approx(-2 * 0.045 * 730, abs=0.01)
    assert gateways.usd("expected") <= gateways.usd("floor")


def test_a_model_that_goes_is_a_change_of_all_it_had(raw, before):
    del raw["models"]["llama-8b"]
    del raw["cascades"]
    found = difference.difference(before, data(raw), told="main")
    gone = [one for one in found.changes if one.model == "llama-8b" and one.region == "us-east-1"]
    assert {(one.what, one.after) for one in gone} == {(what, "-") for _, what in difference.FIELDS}
    (here,) = [one for one in found.models if (one.place, one.item) == ("us-east-1", "llama-8b")]
    assert here.usd("floor") == -before["models"]["llama-8b"][0]["usd_per_month"]["floor"]


def test_another_instance_type_is_named(raw, before):
    raw["models"]["llama-8b"]["instance_types"] = ["g6.xlarge"]
    raw["budget"]["monthly_usd"] = 200_000
    found = difference.difference(before, data(raw), told="main")
    assert ("us-east-1", "llama-8b", "instance type", "g6e.xlarge", "g6.xlarge") in {
        (one.region, one.model, one.what, one.before, one.after) for one in found.changes
    }


def test_a_region_that_comes_is_told_by_region_model_and_item(raw, before):
    raw["regions"]["eu-west-2"]["traffic_share"] = 0.3
    raw["regions"]["us-east-2"] = {
        "vpc_cidr": "10.40.0.0/16",
        "zones": ["use2-az1", "use2-az2"],
        "traffic_share": 0.1,
        "reached_from_inside": True,
    }
    raw["budget"]["monthly_usd"] = 200_000
    found = difference.difference(before, data(raw), told="main")
    assert {one.place for one in found.items} >= {"us-east-2", "worldwide"}
    assert {one.item for one in found.models if one.place == "us-east-2"} == set(raw["models"])


def test_swapping_the_plans_turns_every_dollar_round(raw, before):
    raw["models"]["llama-8b"]["load"]["peak_requests_per_second"] = 2
    raw["models"]["llama-8b"]["replicas"] = {"max": 5}
    there, back = (
        difference.difference(*pair, told="") for pair in itertools.permutations((before, data(raw)), 2)
    )
    assert there.total.usd("ceiling") == -back.total.usd("ceiling") != 0
    assert {one.what for one in there.changes} == {one.what for one in back.changes}


def test_a_plan_saved_before_a_figure_existed_can_still_be_compared(before):
    old = copy.deepcopy(before)
    for places in old["models"].values():
        for one in places:
            del one["usd_per_month"]
    del old["failover"]
    found = difference.difference(old, before, told="old.json")
    assert {one.what for one in found.changes} == {"failover method", "failover at worst, s"}
    assert not found.items


def test_the_tables_say_from_what_to_what_and_how_much(raw, before):
    raw["models"]["llama-8b"]["replicas"] = {"max": 14}
    raw["budget"]["monthly_usd"] = 200_000
    found = difference.difference(before, data(raw), told="main")
    text = "\n".join(markdown(one) for one in difference.sheets(found))
    assert "#### What changes, from main to prod" in text
    assert "| us-east-1 | llama-8b | replicas | 2..4, " in text
    assert " | 2..14, " in text
    after = difference.headline(found).split(" a month expected ")[1]
    assert after.startswith(f"({amounts.usd(before['usd_per_month']['expected'])} to ")
    assert json.loads(json.dumps(difference.data(found)))["total"]["usd_per_month"]["floor"] == 0

"""The money of prod, added up another way."""

import dataclasses

import pytest

from components.catalog import api_prices, prices
from components.planning import figures, pricing
from components.planning.accounting import Served
from components.planning.economics_figures import economics_sheets
from components.planning.fleet import plan_fleet
from components.settings.understanding import understand


def economics(raw, name="llama-8b"):
    raw["budget"]["monthly_usd"] = 10_000_000
    found = understand(raw, "prod", plan_fleet).economics
    return next(one for one in found.models if one.model == name)


def test_models_and_everything_else_make_the_whole_bill(fleet):
    assert sum(one.usd_per_month for one in fleet.economics.models) == pytest.approx(
        fleet.usd_per_month.expected
    )


def test_tokens_of_a_day_are_those_of_the_demand(fleet):
    # 12 requests/s at peak, 0.4 of it in the mean, 1,450 tokens each, 86,400 seconds.
    assert fleet.economics.models[0].tokens_per_day == pytest.approx(12 * 0.4 * 1450 * 86_400)


def test_gpu_dollars_a_token_are_the_dollars_of_an_hour_over_its_tokens(fleet):
    (one,) = [one for one in fleet.economics.models if one.model == "gpt-oss-120b"]
    hourly = sum(
        line.usd_per_hour.expected
        for here in fleet.regions
        for line in here.costs
        if line.model == "gpt-oss-120b"
    )
    # 6 requests/s at peak, 2,000 tokens read and 500 written.
    hour = 6 * 0.4 * 3600
    assert one.gpu_cost.usd_per_request(2000 * hour, 500 * hour) == pytest.approx(hourly)


def test_input_and_output_share_the_replicas_time(region):
    model = region.models[0]
    served = Served(region=region.region, plan=model, usd_per_hour=region.usd_per_hour)
    # The two parts of one request are what limits a replica: full, it finishes one in so many seconds.
    full = model.throughput.requests_per_second / 0.80
    assert served.prefill_seconds + served.decode_seconds == pytest.approx(1 / full)


def test_everything_costs_more_than_gpu_nodes_and_full_replicas_less(fleet):
    for one in fleet.economics.models:
        assert one.full_cost.usd_per_million_output > one.gpu_cost.usd_per_million_output
        assert one.busy_cost.usd_per_million_output < one.full_cost.usd_per_million_output


def test_a_replica_above_the_floor_costs_its_mix_of_purchases(region):
    model = region.models[0]
    held = dataclasses.replace(model.replicas, floor=2, on_demand_floor=2, ceiling=4, spot_ceiling=2)
    model = dataclasses.replace(model, replicas=held)
    # Floor 2 on-demand, ceiling 4, spot at most 2: everything above the floor may be spot.
    spot = prices.spot_usd_per_hour("g6e.xlarge", "us-east-1")
    assert pricing.elastic_usd_per_hour(model, region.region) == pytest.approx(spot)
    half = dataclasses.replace(model, replicas=dataclasses.replace(model.replicas, spot_ceiling=1))
    mixed = (spot + 1.861) / 2
    assert pricing.elastic_usd_per_hour(half, region.region) == pytest.approx(mixed)


def test_an_api_costs_its_list_price_for_the_same_tokens(fleet):
    bedrock = next(one for one in fleet.economics.models[0].apis if one.provider == "Amazon Bedrock")
    # $0.22 per million of either kind.
    assert bedrock.usd_per_month == pytest.approx(12 * 0.4 * 1450 * 3600 * 730 / 1e6 * 0.22)


def test_at_the_break_even_the_fleets_day_costs_what_the_api_would(fleet):
    one = fleet.economics.models[0]
    lines = [line for here in fleet.regions for line in here.costs] + list(fleet.costs)
    own = [line.usd_per_hour for line in lines if line.model == "llama-8b"]
    every = sum(line.usd_per_hour.expected for line in lines if line.model)
    rest = sum(line.usd_per_hour.floor for line in lines if not line.model)
    part = sum(usd.expected for usd in own) / every
    fixed = 24 * (sum(usd.floor for usd in own) + rest * part)
    # Two replicas at rest in each region, 1,450 tokens a request.
    carried, further = 0.0, []
    for here in fleet.regions:
        model = here.models[0]
        daily = model.throughput.requests_per_second * 86_400 * 1450
        carried += 2 * daily
        further.append(pricing.elastic_usd_per_hour(model, here.region) * 24 / daily)
    assert one.floor_tokens_per_day == pytest.approx(carried)
    for api in one.apis:
        # 1,200 tokens read and 250 written, at the provider's two prices.
        price = 1200 * api.price.usd_per_million_input + 250 * api.price.usd_per_million_output
        if (found := api.break_even_tokens_per_day) is not None:
            ours = fixed + max(found - carried, 0) * min(further)
            assert ours == pytest.approx(found * price / 1450 / 1e6)
        else:
            assert price / 1450 / 1e6 < min(min(further), fixed / carried)


@pytest.mark.parametrize(("ceiling", "said"), [(39e6, "40M (beyond the ceiling)"), (41e6, "40M")])
def test_a_break_even_beyond_the_ceiling_says_so(fleet, ceiling, said):
    one = fleet.economics.models[0]
    api = dataclasses.replace(one.apis[0], break_even_tokens_per_day=40e6)
    bounded = dataclasses.replace(one, ceiling_tokens_per_day=ceiling, apis=(api,))
    plan = dataclasses.replace(fleet, economics=dataclasses.replace(fleet.economics, models=(bounded,)))
    assert economics_sheets(plan)[1].rows[0][-1] == said


def test_break_even_falls_as_the_api_gets_dearer(fleet):
    for one in fleet.economics.models:
        found = [api.break_even_tokens_per_day for api in one.apis]
        known = [tokens for tokens in found if tokens is not None]
        assert known == sorted(known)
        assert found[: len(known)] == known, "dearest first, so never only comes last"


def test_a_model_without_a_known_api_is_compared_with_none(raw, monkeypatch):
    monkeypatch.setattr(api_prices, "OFFERS", {})
    assert economics(raw).apis == ()


def test_sleep_is_taken_allowed_or_refused_by_workload(fleet):
    told = {one.model: (one.sleep.allowed, one.sleep.taken) for one in fleet.economics.models}
    assert told == {
        "llama-8b": (False, False),
        "gpt-oss-120b": (False, False),
        "qwen-32b": (False, False),
        "gpt-oss-20b": (True, True),
    }


def test_a_batch_model_that_stays_awake_is_told_what_sleep_would_save(raw):
    raw["models"]["gpt-oss-20b"]["replicas"] = {"min": 1}
    one = economics(raw, "gpt-oss-20b")
    # One replica on spot in each region with its 200 GiB disk, asleep 140 of 168 hours.
    here = prices.spot_usd_per_hour("g6.xlarge", "us-east-1")
    there = prices.spot_usd_per_hour("g5.xlarge", "eu-west-2")
    disks = 46 / 730 * (1 + prices.index("eu-west-2"))
    assert not one.sleep.taken
    assert one.sleep.usd_per_month == pytest.approx((here + there + disks) * 730 * 140 / 168)


def test_a_cascade_is_paid_per_request_of_the_large_models_length(fleet):
    (one,) = fleet.economics.cascades
    cost = {each.model: each.busy_cost for each in fleet.economics.models}
    small, large = (cost[name].usd_per_request(1500, 400) for name in ("llama-8b", "qwen-32b"))
    check = cost["llama-8b"].usd_per_million_output * 20 / 1e6
    assert one.usd_per_thousand_requests == pytest.approx(1000 * (small + check + 0.2 * large))
    assert one.large_usd_per_thousand_requests == pytest.approx(1000 * large)
    # 2 requests/s at peak, 0.4 in the mean.
    monthly = 2 * 0.4 * 3600 * 730
    assert one.usd_saved_per_month == pytest.approx((large - small - check - 0.2 * large) * monthly)


def test_a_cascade_stops_paying_where_it_says(raw):
    raw["budget"]["monthly_usd"] = 10_000_000
    stops = understand(raw, "prod", plan_fleet).economics.cascades[0].stops_paying_at
    for rate in (stops - 0.01, stops + 0.01):
        raw["cascades"]["triage"]["escalation_rate"] = rate
        (one,) = understand(raw, "prod", plan_fleet).economics.cascades
        assert one.pays == (rate < stops) == (one.usd_saved_per_month > 0)


def test_shares_make_up_the_bill(fleet):
    by_share = fleet.economics.usd_per_month_by_share
    assert sum(by_share.values()) == pytest.approx(fleet.usd_per_month.expected)
    assert by_share["search"] == pytest.approx(fleet.usd_per_month.expected / 2)


def test_a_models_own_shares_go_before_the_fleets(raw):
    raw["models"]["llama-8b"]["cost_shares"] = {"mail": 1}
    plan = understand(raw, "prod", plan_fleet)
    llama = sum(
        line.usd_per_hour.expected * 730
        for here in plan.regions
        for line in here.costs
        if line.model == "llama-8b"
    )
    assert plan.economics.usd_per_month_by_share["mail"] == pytest.approx(llama)
    rest = plan.usd_per_month.expected - llama
    assert plan.economics.usd_per_month_by_share["chat"] == pytest.approx(0.3 * rest)


def test_without_shares_nobody_is_named(raw):
    del raw["cost_shares"]
    assert understand(raw, "prod", plan_fleet).economics.usd_per_month_by_share == {}


def test_a_region_in_reserve_has_no_traffic_and_costs_all_the_same(raw):
    raw["regions"]["us-east-1"]["traffic_share"] = 1.0
    raw["regions"]["eu-west-2"]["traffic_share"] = 0.0
    raw["budget"]["monthly_usd"] = 10_000_000
    plan = understand(raw, "prod", plan_fleet)
    assert figures.data(plan)["models"]["llama-8b"][1]["usd_per_million_tokens"] == 0
    assert sum(one.usd_per_month for one in plan.economics.models) == pytest.approx(
        plan.usd_per_month.expected
    )


def test_dearer_nodes_never_make_a_plan_cheaper(raw, monkeypatch):
    before = economics(raw)
    asked = prices.on_demand_usd_per_hour
    monkeypatch.setattr(prices, "on_demand_usd_per_hour", lambda *of: 1.5 * asked(*of))
    after = economics(raw)
    assert after.usd_per_month > before.usd_per_month
    assert after.busy_cost.usd_per_million_input > before.busy_cost.usd_per_million_input

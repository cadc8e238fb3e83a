import copy
import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.catalog import accelerators, prices
from components.planning import alternatives, offers
from components.planning.alternatives import chosen, compared, others, why_chosen
from components.planning.fleet import plan_fleet
from components.planning.ranges import Range
from components.planning.replicas import Here
from components.settings.mistakes import Mistakes
from components.settings.stackfile import read
from components.settings.understanding import understand

US = "us-east-1"
FILE = read("prod")


def planned(**changes):
    """prod's llama-8b in us-east-1, changed, and where it stands."""
    raw = copy.deepcopy(FILE.fleet)
    raw["budget"] = {**raw["budget"], "monthly_usd": 10_000_000}
    del raw["cascades"]
    raw["models"] = {"llama-8b": raw["models"]["llama-8b"] | changes}
    plan = understand(raw, "prod", plan_fleet)
    return plan.regions[0].models[0], Here(region=US, settings=plan.settings)


def ranked(model, here):
    return alternatives.alternatives(model, here, offers.feasible(model, here))


@pytest.fixture(scope="module")
def llama():
    return planned()


def test_what_the_plan_took_costs_what_the_bill_says(llama, fleet):
    model, here = llama
    billed = sum(one.usd_per_hour.expected for one in fleet.regions[0].costs if one.model == "llama-8b")
    assert chosen(model, here).usd_per_month.expected == pytest.approx(billed * 730, abs=0.01)


def test_every_alternative_keeps_the_objective_and_is_sold(llama):
    model, here = llama
    sold = {one.instance_type for one in offers.sold_here(here)}
    for one in ranked(model, here):
        assert one.instance_type in sold
        assert one.inter_token_seconds <= model.objective.inter_token_seconds + 1e-9
        assert one.replicas.floor >= model.replicas.floor


def test_they_are_ranked_by_a_mean_month(llama):
    expected = [one.usd_per_month.expected for one in ranked(*llama)]
    assert expected == sorted(expected)
    assert len(expected) > 5


def priced(one, expected, ceiling=None):
    usd = Range(floor=expected, expected=expected, ceiling=ceiling or 2 * expected)
    return dataclasses.replace(one, usd_per_month=usd)


def test_what_is_preferred_though_dearer_says_by_how_much(llama):
    taken = priced(chosen(*llama), 1000.0)
    cheaper = dataclasses.replace(
        priced(taken, 688.0),
        placement=dataclasses.replace(
            taken.placement,
            accelerator=accelerators.find("g6.xlarge"),
        ),
    )
    assert why_chosen(taken, (cheaper, taken), ("g6e.xlarge",)) == (
        "costs $312 a month more than g6.xlarge fp8, because the stack file prefers it"
    )
    assert why_chosen(taken, (taken, cheaper), ()) == "nothing that keeps the objective in fp8 costs less"
    told = compared(cheaper, taken)
    assert told.startswith("$312 less a month: ")
    assert "must be judged" not in told


def test_a_cheaper_month_with_a_dearer_ceiling_says_so(llama):
    taken = priced(chosen(*llama), 1000.0, 2000.0)
    other = dataclasses.replace(priced(taken, 900.0, 2500.0), precision="int4", published=False)
    assert "; at the ceiling $500 more; int4 answers must be judged first" in compared(other, taken)


def test_a_floor_on_one_node_is_named(llama):
    taken = chosen(*llama)
    wide = dataclasses.replace(
        taken.placement, accelerator=dataclasses.replace(taken.placement.accelerator, gpu_count=8)
    )
    crowded = dataclasses.replace(taken, placement=wide)
    assert not alternatives.stands_on_one_node(taken)
    assert "; all of its floor on one node" in compared(crowded, taken)


def test_each_type_and_precision_is_told_once(llama):
    taken = chosen(*llama)
    told = [(one.instance_type, one.precision) for one in others(taken, ranked(*llama), 99)]
    assert len(told) == len(set(told))
    assert (taken.instance_type, taken.precision) not in told


def test_spot_never_costs_more_than_on_demand(llama):
    mix = alternatives.purchase_mix(llama[0], US)
    assert mix.most_spot_usd_per_month <= mix.planned_usd_per_month <= mix.on_demand_usd_per_month


def test_a_floor_half_on_spot_saves_what_spot_is_cheaper():
    """One of two g6e.xlarge on spot instead of at $1.861 an hour, for 730 hours, and its part of what comes and goes."""
    model, _ = planned(purchase={"on_demand_floor": 1, "spot_share": 0.5})
    mix = alternatives.purchase_mix(model, US)
    held = model.replicas
    above = (held.expected - held.floor) * (held.spot_ceiling - 1) / (held.ceiling - held.floor)
    saved = (1.861 - prices.spot_usd_per_hour("g6e.xlarge", US)) * 730 * (1 + above)
    assert mix.on_demand_usd_per_month - mix.planned_usd_per_month == pytest.approx(saved, abs=0.01)


@settings(max_examples=15, deadline=None)
@given(st.floats(1.0, 3.0))
def test_dearer_prices_never_cost_less(times):
    model, here = planned()
    before = {(one.name, one.precision): one.usd_per_month for one in ranked(model, here)}
    usd = prices.on_demand_usd_per_hour
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prices, "on_demand_usd_per_hour", lambda *one: usd(*one) * times)
        after = {(one.name, one.precision): one.usd_per_month for one in ranked(model, here)}
    assert set(after) == set(before)
    for key, less in before.items():
        assert after[key].floor >= less.floor - 1e-6
        assert after[key].expected >= less.expected - 1e-6
        assert after[key].ceiling >= less.ceiling - 1e-6


@settings(max_examples=15, deadline=None)
@given(st.floats(0.5, 60), st.floats(1.0, 3.0))
def test_more_demand_never_needs_fewer_replicas_of_anything(peak, times):
    load = {"input_tokens": 1200, "output_tokens": 250}
    try:
        less = planned(load=load | {"peak_requests_per_second": peak})
        more = planned(load=load | {"peak_requests_per_second": peak * times})
    except Mistakes:
        return
    before = {(one.name, one.precision): one.replicas for one in ranked(*less)}
    for one in ranked(*more):
        if held := before.get((one.name, one.precision)):
            assert one.replicas.ceiling >= held.ceiling
            assert one.replicas.expected >= held.expected - 1e-9


@settings(max_examples=15, deadline=None)
@given(st.floats(0.5, 60), st.floats(0.05, 1.0), st.floats(0, 0.7))
def test_a_mean_month_never_costs_more_than_the_ceiling(peak, average, spot):
    try:
        model, here = planned(
            load={"peak_requests_per_second": peak, "average_over_peak": average},
            purchase={"spot_share": spot},
        )
    except Mistakes:
        return
    for one in (chosen(model, here), *ranked(model, here)):
        usd = one.usd_per_month
        assert usd.floor <= usd.expected + 1e-6
        assert usd.expected <= usd.ceiling + 1e-6
        assert one.replicas.floor <= one.replicas.expected <= one.replicas.ceiling

import dataclasses

import pytest

from components.catalog import accelerators, models
from components.planning import disaggregation
from components.planning.disaggregation import Mixed, Split, cache_gb_per_second, link, mixed, sentence, split
from components.planning.fleet import plan_fleet
from components.planning.model_plan import MemoryPlan
from components.planning.placement import Placement, engine_plan
from components.planning.replicas import Here
from components.settings.stackfile import read
from components.settings.understanding import understand

LLAMA = models.find("llama-3.1-8b-instruct")


@pytest.fixture(scope="module")
def planned():
    """12 requests/s of 1,000 tokens in and 200 out; first token promised in 2 s, the next in 0.1 s."""
    raw = read("prod").fleet
    raw["budget"] = {**raw["budget"], "monthly_usd": 10_000_000}
    load = {"peak_requests_per_second": 20, "input_tokens": 1000, "output_tokens": 200}
    del raw["cascades"]
    raw["models"] = {
        "m": {
            "model": LLAMA.name,
            "load": load,
            "objective": {"time_to_first_token_seconds": 2.0, "inter_token_seconds": 0.1},
        }
    }
    plan = understand(raw, "prod", plan_fleet)
    return plan.regions[0].models[0], Here(region="us-east-1", settings=plan.settings)


def placed(planned, instance_type, split=1, **speed):
    """A replica with round figures instead of the model's own."""
    settings = planned[1].settings.models["m"]
    empty = MemoryPlan(weights_gib=0, activation_gib=0, kv_cache_gib=0, kv_bytes_per_token=0, cached_tokens=0)
    fixed = {
        "prefill_seconds": 0.1,
        "first_token_seconds": 0.12,
        "step_seconds": 0.04,
        "requests_per_second": 2.0,
        "usd_per_hour": 1.0,
    }
    return Placement(
        accelerator=accelerators.find(instance_type),
        engine=engine_plan(settings, split, 8192),
        memory=empty,
        **(fixed | speed),
    )


def test_a_cache_travels_at_the_replicas_share_of_the_network(planned):
    """p5.4xlarge: 100 Gbit/s of EFA at 0.9 is 11.25 GB/s; g6.xlarge: 2.5 Gbit/s at a half is 0.15625 GB/s."""
    h100, l4 = placed(planned, "p5.4xlarge"), placed(planned, "g6.xlarge")
    assert cache_gb_per_second(h100, h100) == pytest.approx(11.25)
    assert cache_gb_per_second(l4, l4) == pytest.approx(0.15625)
    assert cache_gb_per_second(h100, l4) == pytest.approx(0.15625)
    assert (link(h100, h100), link(h100, l4)) == ("EFA", "TCP")


def test_within_a_node_it_travels_over_nvlink(planned):
    one, two = placed(planned, "p5.48xlarge"), placed(planned, "p5.48xlarge", split=2)
    assert link(one, one) == "NVLink"
    assert cache_gb_per_second(two, two) == pytest.approx(480.0)
    assert cache_gb_per_second(one, two) == pytest.approx(240.0)


def test_pools_are_sized_apart(planned):
    """12/s x 0.1 s / 0.8 is 1.5: 2 readers. 32 / (200 x 0.04 s) is 4 answers/s: 12 / (4 x 0.8) is 3.75: 4 writers.

    1,000 tokens of Llama 3.1 8B keep 131,072 bytes each: 131 MB at 11.25 GB/s take 11.7 ms.
    """
    model, _ = planned
    assert model.demand.peak_requests_per_second == pytest.approx(12)
    h100 = placed(planned, "p5.4xlarge")
    found = split(model, h100, h100, 1)
    assert found is not None
    assert found.transfer_seconds == pytest.approx(131_072_000 / 11.25e9)
    assert (found.prefill_replicas, found.decode_replicas) == (2, 4)
    assert found.usd_per_month == pytest.approx(6 * 730)


def test_a_slow_network_needs_more_senders(planned):
    """131 MB at 0.15625 GB/s take 0.84 s; 12 a second keep 10.1 networks busy, 12.6 within the band: 13 of each."""
    model, _ = planned
    l4 = placed(planned, "g6.xlarge")
    found = split(model, l4, l4, 1)
    assert found is not None
    assert (found.prefill_replicas, found.decode_replicas) == (13, 13)


def test_a_promise_that_the_way_breaks_is_no_split(planned):
    model, _ = planned
    assert (
        split(model, placed(planned, "g6.xlarge", prefill_seconds=1.5), placed(planned, "g6.xlarge"), 1)
        is None
    )
    h100 = placed(planned, "p5.4xlarge")
    assert split(model, h100, dataclasses.replace(h100, step_seconds=0.11), 1) is None


def test_chunks_are_what_the_interval_leaves(planned):
    """10,000 tokens/s for the 0.06 s that 0.1 s leave of 0.04 s: 600 tokens, two chunks, 0.1 s + 2 x 0.04 s."""
    model, here = planned
    found = mixed(model, here, placed(planned, "p5.4xlarge"), 1)
    assert found.chunk_tokens == 600
    assert found.first_token_seconds == pytest.approx(0.18)
    assert found.usd_per_month == pytest.approx(found.replicas * 730)


def test_more_demand_never_needs_smaller_pools(planned):
    model, _ = planned
    h100 = placed(planned, "p5.4xlarge")
    before = (0, 0)
    for peak in (0.5, 1, 3, 12, 13, 40, 200):
        demand = dataclasses.replace(model.demand, peak_requests_per_second=peak)
        found = split(dataclasses.replace(model, demand=demand), h100, h100, 1)
        assert found is not None
        assert found.prefill_replicas >= before[0]
        assert found.decode_replicas >= before[1]
        before = (found.prefill_replicas, found.decode_replicas)


def pools(planned, usd, mixed_usd, first=0.18):
    h100 = placed(planned, "p5.4xlarge")
    apart = Split(
        prefill=h100,
        prefill_replicas=2,
        decode=h100,
        decode_replicas=4,
        transfer_seconds=0.0117,
        usd_per_month=usd,
    )
    together = Mixed(
        placement=h100, replicas=8, chunk_tokens=600, first_token_seconds=first, usd_per_month=mixed_usd
    )
    return together, apart


def test_it_pays_where_it_costs_less_for_the_same_promise(planned):
    together, apart = pools(planned, 900.0, 1000.0)
    assert sentence(planned[0], together, apart) == (
        "pays: 2 p5.4xlarge for prompts and 4 p5.4xlarge for answers, 12 ms a cache over EFA, cost 10% less at the"
        " peak than 8 p5.4xlarge that do both"
    )


def test_it_does_not_pay_for_a_little(planned):
    together, apart = pools(planned, 970.0, 1000.0)
    assert sentence(planned[0], together, apart) == (
        "does not pay: 2 p5.4xlarge for prompts and 4 p5.4xlarge for answers, 12 ms a cache over EFA, cost 3% less"
        " than 8 p5.4xlarge that do both; chunks of 600 tokens keep 100 ms a token and the first in 0.18 s"
    )


def test_it_pays_where_chunks_break_the_promise(planned):
    together, apart = pools(planned, 1200.0, 1000.0, first=2.5)
    assert sentence(planned[0], together, apart).endswith(
        "keep what 8 p5.4xlarge that do both cannot, 2.50 s to a first token in chunks"
    )
    assert sentence(planned[0], together, None) == (
        "does not pay: no pair of pools keeps the objective, nor do chunks"
    )


def test_the_best_of_both_ways_is_the_cheapest_of_each(planned):
    model, here = planned
    cheap, dear = placed(planned, "p5.4xlarge"), placed(planned, "p5.4xlarge", usd_per_hour=2.0)
    together, apart = disaggregation.best(model, here, [dear, cheap], 1)
    assert together.placement is cheap
    assert apart is not None
    assert (apart.prefill, apart.decode) == (cheap, cheap)

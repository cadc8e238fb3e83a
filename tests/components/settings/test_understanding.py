"""Bad input: every mistake in one go, by path, with what is allowed."""

import copy

import pytest

from components.planning.fleet import plan_fleet
from components.planning.limits import HOURS_PER_MONTH
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand


def mistakes(raw) -> dict[str, str]:
    with pytest.raises(Mistakes) as refused:
        understand(raw, "prod", plan_fleet)
    return {one.path: one.message for one in refused.value.mistakes}


def test_a_sound_file_is_planned(raw):
    assert understand(raw, "prod", plan_fleet).stack == "prod"


def test_every_mistake_is_told_at_once_those_of_the_plan_included(raw):
    raw["regoins"] = 1
    raw["budget"]["emails"] = ["nobody"]
    raw["models"]["llama-8b"]["instance_types"] = ["g6e.xlrge"]
    raw["models"]["gpt-oss-20b"]["wrkload"] = "batch"
    raw["models"]["gpt-oss-120b"]["replicas"] = {"min": 5, "max": 3}
    raw["regions"]["eu-west-2"]["vpc_cidr"] = "10.20.0.0/16"
    raw["models"]["big"] = {
        "model": "llama-3.3-70b-instruct",
        "load": {"peak_requests_per_second": 1},
        "instance_types": ["g6.xlarge"],
    }
    assert mistakes(raw) == {
        "fleet.regoins": "unknown key; did you mean regions?",
        "fleet.budget.emails.0": "is not an e-mail address (given: 'nobody')",
        "fleet.models.llama-8b.instance_types.0": (
            "g6e.xlrge is not in the accelerator catalog; did you mean g6e.xlarge?"
        ),
        "fleet.models.gpt-oss-20b.wrkload": "unknown key; did you mean workload?",
        "fleet.models.gpt-oss-120b.replicas.max": "3 is below min, which is 5",
        "fleet.regions.eu-west-2.vpc_cidr": (
            "10.20.0.0/16 overlaps us-east-1's 10.20.0.0/16; regions that may ever be peered need their own"
        ),
        "fleet.models.big.instance_types": (
            "nothing in us-east-1 can run it: g6.xlarge needs 145.4 GiB on 1 GPU but 20.1 GiB is usable at 90%:"
            " 125.3 GiB too little"
        ),
    }


def test_an_unknown_model_is_suggested(raw):
    raw["models"]["llama-8b"]["model"] = "llama-3.1-8b"
    assert mistakes(raw) == {
        "fleet.models.llama-8b.model": (
            "llama-3.1-8b is not in the model catalog; did you mean llama-3.1-8b-instruct?"
        )
    }


def test_an_instance_type_sold_in_no_region_of_the_fleet_names_where_it_is(raw):
    raw["models"]["llama-8b"]["instance_types"] = ["p5e.48xlarge", "g6.xlarge"]
    raw["regions"].pop("eu-west-2")
    raw["regions"]["us-east-1"]["traffic_share"] = 1
    told = mistakes(raw)["fleet.models.llama-8b.instance_types.0"]
    assert told.startswith("p5e.48xlarge is offered in none of the fleet's regions; AWS sells it in ")


def test_a_choice_left_open_that_nothing_can_satisfy_says_how_close_it_came(raw):
    raw["models"]["llama-8b"].pop("instance_types")
    raw["models"]["llama-8b"]["objective"] = {"inter_token_seconds": 0.0001}
    told = mistakes(raw)["fleet.models.llama-8b.instance_types"]
    assert told.startswith("nothing in ")
    assert "GPU instance types there none fits; the closest: " in told
    assert "0 ms promised; lower concurrent_sequences" in told


def test_a_ceiling_over_budget_names_the_dearest_model(raw, fleet):
    ceiling = fleet.usd_per_month.ceiling
    raw["budget"]["monthly_usd"] = 50000
    told = mistakes(raw)["fleet.budget.monthly_usd"]
    assert told.startswith(
        f"$50,000 does not cover the ceiling of ${ceiling:,.0f}, ${ceiling - 50_000:,.0f} more; "
    )
    dearest = sum(
        line.usd_per_hour.ceiling * HOURS_PER_MONTH
        for here in fleet.regions
        for line in here.costs
        if line.model == "gpt-oss-120b"
    )
    assert told.endswith(
        f"gpt-oss-120b alone may cost ${dearest:,.0f}: lower its replicas.max or raise the budget"
    )


def test_one_zone_is_too_few(raw):
    raw["regions"]["us-east-1"]["zones"] = ["use1-az2"]
    assert "at least 2 items" in mistakes(raw)["fleet.regions.us-east-1.zones"]


def test_a_zone_of_another_region_is_refused(raw):
    raw["regions"]["us-east-1"]["zones"] = ["use1-az2", "euw2-az1"]
    assert mistakes(raw) == {
        "fleet.regions.us-east-1.zones.1": (
            "euw2-az1 is not a zone id of us-east-1: use1-az1, use1-az2, use1-az4, use1-az5, use1-az6"
        )
    }


def test_the_whole_internet_is_nobodys_operator(raw):
    raw["regions"]["us-east-1"]["operator_cidrs"] = ["0.0.0.0/0"]
    assert list(mistakes(raw)) == ["fleet.regions.us-east-1.operator_cidrs.0"]


def test_two_replicas_are_the_least_for_who_waits_in_production(raw):
    raw["models"]["llama-8b"]["replicas"] = {"min": 1}
    assert mistakes(raw) == {
        "fleet.models.llama-8b.replicas.min": (
            "1 is too few for an interactive model in production: keep 2, one may be drained or lost"
        )
    }


def test_a_model_that_sleeps_needs_something_to_wake_it(raw):
    raw["models"]["gpt-oss-20b"].pop("scaling")
    assert "0 would never wake" in mistakes(raw)["fleet.models.gpt-oss-20b.replicas.min"]


def test_a_ceiling_below_the_regions_own_peak_is_refused(raw):
    raw["models"]["llama-8b"]["replicas"] = {"max": 2}
    told = mistakes(raw)["fleet.models.llama-8b.replicas.max"]
    assert told.startswith("2 cannot carry ")


def test_a_promise_that_dns_cannot_keep_is_refused(raw):
    raw["traffic"]["failover_target_seconds"] = 15
    assert mistakes(raw) == {
        "fleet.traffic.failover_target_seconds": (
            "route53-latency cannot promise 15 s: at best 24 s (1 failed checks 10 s, last check times out 6 s,"
            " name servers follow 3 s, resolvers' copies expire 5 s)"
        )
    }


def test_a_revision_nobody_pinned_is_asked_for(raw):
    raw["models"]["llama-8b"]["repository"] = "somebody/finetune"
    told = mistakes(raw)["fleet.models.llama-8b.revision"]
    assert told.startswith("must name the full commit of somebody/finetune to serve")


def test_a_missing_block_is_told_once_and_the_rest_still_checked(raw):
    del raw["budget"]
    raw["models"]["llama-8b"]["model"] = "nothing"
    told = mistakes(raw)
    assert told["fleet.budget"] == "is missing"
    assert "fleet.models.llama-8b.model" in told


def test_no_fleet_at_all_is_one_sentence():
    assert list(mistakes(None)) == ["fleet"]


def test_shares_must_add_up(raw):
    raw["regions"]["us-east-1"]["traffic_share"] = 0.5
    assert mistakes(raw) == {"fleet.regions": "traffic_share adds up to 0.9 over all regions; it must be 1"}


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("home_region",), "ap-south-1", "fleet.home_region"),
        (("traffic", "domain"), "llm.other.org", "fleet.traffic.domain"),
        (("observability", "log_days"), 8, "fleet.observability.log_days"),
        (("models", "llama-8b", "context_tokens"), 1024, "fleet.models.llama-8b.context_tokens"),
        (("models", "llama-8b", "precision"), "int4", "fleet.models.llama-8b.precision"),
        (("models", "llama-8b", "scaling", "known_peaks", "weekday-morning", "start"), "8 am",
         "fleet.models.llama-8b.scaling.known_peaks.weekday-morning.start"),
        (("models", "llama-8b", "replicas"), {"max": 20, "min": 99}, "fleet.models.llama-8b.replicas.max"),
        (("regions", "us-east-1", "system_nodes"), {"instance_type": "t2.nano"},
         "fleet.regions.us-east-1.system_nodes.instance_type"),
        (("regions", "us-east-1", "vpc_cidr"), "10.0.0.0/24", "fleet.regions.us-east-1.vpc_cidr"),
    ],
)  # fmt: skip
def test_each_rule_speaks_of_its_own_path(raw, path, value, where):
    parent = raw
    for step in path[:-1]:
        parent = parent.setdefault(step, {})
    parent[path[-1]] = value
    assert list(mistakes(raw)) == [where]


def test_a_known_peak_above_a_stated_ceiling_is_refused(raw):
    raw["models"]["llama-8b"]["replicas"] = {"max": 12}
    raw["models"]["llama-8b"]["scaling"]["known_peaks"]["weekday-morning"]["replicas"] = 13
    where = "fleet.models.llama-8b.scaling.known_peaks.weekday-morning.replicas"
    assert set(mistakes(raw)) == {where}


JUNK = ("", "x", None, -1, 0, 10**9, 1.5, [], ["x"], {}, {"x": 1})


def places(value, path=()):
    """Every path into a structure."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from places(inner, (*path, position))


def refusal(raw) -> tuple[str, ...] | None:
    """What is said against a stack file; None where it is planned."""
    try:
        understand(raw, "prod", plan_fleet)
    except Mistakes as refused:
        return tuple(str(one) for one in refused.mistakes)
    return None


def test_whatever_is_written_anywhere_is_planned_or_refused_in_sentences(raw):
    """No value at any place may end in anything but a plan or a list of mistakes."""
    for place in list(places(raw))[1:]:
        for junk in JUNK:
            spoilt = copy.deepcopy(raw)
            parent = spoilt
            for step in place[:-1]:
                parent = parent[step]
            parent[place[-1]] = junk
            told = refusal(spoilt)
            assert told is None or all(one.startswith("fleet") for one in told), (place, junk)
            assert told != (), (place, junk)


def test_a_key_removed_anywhere_is_planned_or_refused_in_sentences(raw):
    for place in list(places(raw))[1:]:
        spoilt = copy.deepcopy(raw)
        parent = spoilt
        for step in place[:-1]:
            parent = parent[step]
        del parent[place[-1]]
        assert refusal(spoilt) != (), place


def test_a_control_plane_that_nobody_could_reach_is_refused(raw):
    raw["regions"]["us-east-1"]["operator_cidrs"] = []
    told = mistakes(raw)
    assert list(told) == ["fleet.regions.us-east-1.operator_cidrs"]
    raw["regions"]["us-east-1"]["reached_from_inside"] = True
    assert understand(raw, "prod", plan_fleet).regions[0].operator_cidrs == ()


def test_behind_an_accelerator_no_model_may_sleep(raw):
    raw["traffic"] |= {"method": "global-accelerator", "failover_target_seconds": 60}
    told = mistakes(raw)
    assert list(told) == ["fleet.models.gpt-oss-20b.replicas.min"]
    assert (
        "global-accelerator takes the whole entrance of a region for dead"
        in told["fleet.models.gpt-oss-20b.replicas.min"]
    )


def test_a_day_has_24_hours_and_a_peak(raw):
    raw["models"]["llama-8b"]["load"]["by_hour"] = [1] * 23
    raw["models"]["qwen-32b"]["load"]["by_hour"] = [0.5] * 24
    assert mistakes(raw) == {
        "fleet.models.llama-8b.load.by_hour": (
            "tuple should have at least 24 items after validation, not 23"
        ),
        "fleet.models.qwen-32b.load.by_hour": (
            "must be relative to the busiest hour, which is 1; the largest is 0.5"
        ),
    }


def test_a_mean_that_the_hours_decide_is_not_told_twice(raw):
    raw["models"]["llama-8b"]["load"] |= {"by_hour": [1] * 12 + [0] * 12, "average_over_peak": 0.4}
    assert mistakes(raw) == {
        "fleet.models.llama-8b.load.average_over_peak": (
            "follows from by_hour, whose mean is 0.5; leave one of the two out"
        )
    }


def test_a_95th_percentile_no_lognormal_has_is_refused(raw):
    raw["models"]["llama-8b"]["load"] |= {"input_tokens_p95": 1100, "output_tokens_p95": 1000}
    assert mistakes(raw) == {
        "fleet.models.llama-8b.load.input_tokens_p95": (
            "1100 must lie between input_tokens, 1200, and 3.8 times it: lengths are taken as lognormal"
        ),
        "fleet.models.llama-8b.load.output_tokens_p95": (
            "1000 must lie between output_tokens, 250, and 3.8 times it: lengths are taken as lognormal"
        ),
    }


def test_not_even_a_repeated_prompt_is_found_whole(raw):
    raw["models"]["llama-8b"]["load"]["prefix_cache_hit_rate"] = 1.0
    assert list(mistakes(raw)) == ["fleet.models.llama-8b.load.prefix_cache_hit_rate"]
    raw["models"]["llama-8b"]["load"]["prefix_cache_hit_rate"] = 0.99
    assert understand(raw, "prod", plan_fleet).stack == "prod"

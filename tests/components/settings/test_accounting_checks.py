import pytest

from components.planning.fleet import plan_fleet
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand


def refusal(raw):
    with pytest.raises(Mistakes) as refused:
        understand(raw, "prod", plan_fleet)
    return {one.path: one.message for one in refused.value.mistakes}


def test_shares_above_the_whole_are_added_up_for_whoever_wrote_them(raw):
    raw["cost_shares"] = {"search": 0.6, "chat": 0.5}
    raw["models"]["llama-8b"]["cost_shares"] = {"search": 0.9, "mail": 0.2}
    assert refusal(raw) == {
        "fleet.cost_shares": "search 0.6 + chat 0.5 add up to 1.1; together they may be 1 at most",
        "fleet.models.llama-8b.cost_shares": "search 0.9 + mail 0.2 add up to 1.1; together they may be 1 at most",
    }


def test_shares_that_make_the_whole_are_accepted_whatever_floats_make_of_them(raw):
    raw["cost_shares"] = {"a": 0.1, "b": 0.2, "c": 0.7}
    left = understand(raw, "prod", plan_fleet).economics.usd_per_month_by_share["unassigned"]
    assert left == pytest.approx(0, abs=1e-6)


def test_a_cascade_names_two_models_of_the_fleet(raw):
    raw["cascades"] = {
        "one": {"small": "llama-8", "large": "qwen-32b", "escalation_rate": 0.2},
        "two": {"small": "qwen-32b", "large": "qwen-32b", "escalation_rate": 0.2},
    }
    models = "llama-8b, gpt-oss-120b, qwen-32b, gpt-oss-20b"
    assert refusal(raw) == {
        "fleet.cascades.one.small": f"llama-8 is not one of the fleet's models: {models}",
        "fleet.cascades.two.large": "qwen-32b is the small model too; a cascade needs two",
    }


def test_a_faulty_cascade_hides_no_other_mistake(raw):
    raw["cascades"] = {
        "one": {"small": "llama-8b", "large": "qwen-32b", "escalation_rate": 2},
        "two": {"small": "nothing", "large": "qwen-32b", "escalation_rate": 0.2},
    }
    raw["cost_shares"] = {"search": 1, "chat": 1}
    assert set(refusal(raw)) == {
        "fleet.cascades.one.escalation_rate",
        "fleet.cascades.two.small",
        "fleet.cost_shares",
    }


def test_a_quota_that_nothing_is_counted_against_is_refused(raw):
    raw["regions"]["us-east-1"]["quotas"] = {"L-12345678": 5}
    said = refusal(raw)["fleet.regions.us-east-1.quotas.L-12345678"]
    assert said.startswith(
        "the plan counts nothing against this quota; it knows L-DB2E81BA (Running On-Demand G"
    )


def test_a_code_that_is_none_is_refused(raw):
    raw["regions"]["us-east-1"]["quotas"] = {"gpus": 5}
    assert set(refusal(raw)) == {"fleet.regions.us-east-1.quotas.gpus"}

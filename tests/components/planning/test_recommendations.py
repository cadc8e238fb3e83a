import json

import pytest

from components.planning import recommendations
from components.planning.figures import data


@pytest.fixture(scope="module")
def told(fleet):
    return {
        (here.region, model.name): recommendations.data(fleet, here.region, model)
        for here in fleet.regions
        for model in here.models
    }


def test_every_model_of_every_region_has_its_reasons(fleet, told):
    for models in data(fleet)["models"].values():
        for one in models:
            assert one["recommendations"]["why_chosen"]
    assert len(told) == 8
    assert json.loads(json.dumps(told["us-east-1", "llama-8b"]))


def test_the_chosen_one_is_the_plans_own(fleet, told):
    for here in fleet.regions:
        for model in here.models:
            chosen = told[here.region, model.name]["chosen"]
            assert chosen["instance_type"] == model.accelerator.instance_type
            assert chosen["gpus"] == model.engine.tensor_parallel
            assert chosen["replicas"]["ceiling"] == model.replicas.ceiling


def test_every_verdict_is_a_sentence(told):
    for one in told.values():
        for key in ("mix", "sharing", "disaggregation"):
            assert len(one[key]["verdict"].split()) > 5
        for other in one["alternatives"]:
            assert " a month: " in other["compared"]


def test_memory_holds_what_was_planned(fleet, told):
    """The split that the plan took holds its sequences at mean length."""
    for here in fleet.regions:
        for model in here.models:
            limits = told[here.region, model.name]["memory"]
            own = next(one for one in limits if one["tensor_parallel"] == model.engine.tensor_parallel)
            assert own["divides"]
            assert own["most_sequences_at_mean"] >= model.engine.max_num_seqs
            assert own["most_sequences"] >= 1


def test_a_plan_computes_none_of_it(monkeypatch, raw):
    from components.planning.fleet import plan_fleet
    from components.settings.understanding import understand

    def refuse(*_):
        raise AssertionError("a plan needs no recommendation")

    monkeypatch.setattr(recommendations, "recommendation", refuse)
    assert understand(raw, "prod", plan_fleet).regions

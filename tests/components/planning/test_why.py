import io

import pytest
from rich.console import Console

from components.planning import recommendations, why
from components.planning.memory_limits import MemoryLimits


@pytest.fixture(scope="module")
def shown(fleet):
    console = Console(width=100, file=io.StringIO())
    console.print(why.render(fleet))
    return console.file.getvalue()


def test_every_placement_is_told_with_its_reasons(fleet, shown):
    for here in fleet.regions:
        for model in here.models:
            assert f"{here.region} {model.name}: {model.accelerator.instance_type} {model.precision}" in shown
    for label in ("chosen", "otherwise", "spot", "mix", "sharing", "prefill", "memory"):
        assert shown.count(f"\n{label}") == 8
    assert max(map(len, shown.splitlines())) <= 100


def test_three_others_are_told_with_their_difference(fleet):
    told = recommendations.recommendation(fleet, "us-east-1", fleet.regions[0].models[0])
    answers = list(why.answers(told))
    position = next(row for row, (label, _) in enumerate(answers) if label == "otherwise")
    assert [label for label, _ in answers[position : position + 4]] == ["otherwise", "", "", "spot"]
    assert all(" a month: " in text for _, text in answers[position : position + 3])


def limits(**found):
    return MemoryLimits(
        **{
            "tensor_parallel": 2,
            "divides": True,
            "longest_context_tokens": 9000,
            "most_sequences": 20,
            "most_sequences_at_mean": 150,
        }
        | found
    )


def test_memory_is_told_by_gpus():
    assert why._held(limits()) == (
        "2 GPUs: every planned sequence up to 9,000 tokens, 20 sequences at full context, 150 at mean length"
    )
    assert why._held(limits(tensor_parallel=1, most_sequences_at_mean=0)) == "1 GPU: weights do not fit"
    assert why._held(limits(divides=False)) == "2 GPUs: heads do not divide"

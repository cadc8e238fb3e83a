"""Reviews of whole changes of prod, compared with the comments as people would read them."""

import copy
import dataclasses
import json
from pathlib import Path
from unittest import mock

import pytest

from components.planning.fleet import plan_fleet
from components.regional.weights import component as weights
from components.settings import stackfile
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand
from rehearsal import judgement
from rehearsal.base import Base
from rehearsal.outcome import Outcome, outcome
from rehearsal.review import review

REVIEWS = Path(__file__).parent / "reviews"


@pytest.fixture(scope="session")
def base(prod, fleet):
    """prod as it is, as a file would hold it; rehearsed once."""
    before = Outcome(
        plan=fleet,
        resources=tuple(prod.resources),
        verdicts=judgement.verdicts(prod),
        unset=(),
        rehearsal_seconds=0,
        policies_seconds=0,
    )
    return Base(told="main", data=json.loads(json.dumps(before.data(with_graph=True))))


def rehearsed(change):
    """prod with its fleet changed as a pull request would, rehearsed or refused."""
    file = stackfile.read("prod")
    change(file.fleet)
    file = dataclasses.replace(file, config={**file.config, f"{stackfile.PROJECT}:fleet": file.fleet})
    try:
        plan = understand(file.fleet, "prod", plan_fleet)
    except Mistakes as refused:
        return refused
    return outcome(file, plan).data(with_graph=True)


def new_model(fleet):
    fleet["models"]["qwen-8b"] = {
        "model": "qwen3-8b",
        "load": {"peak_requests_per_second": 2, "input_tokens": 800, "output_tokens": 200},
    }


def new_region(fleet):
    fleet["regions"]["us-east-1"]["traffic_share"] = 0.4
    fleet["regions"]["us-east-2"] = {
        "vpc_cidr": "10.40.0.0/16",
        "zones": ["use2-az1", "use2-az2"],
        "traffic_share": 0.2,
        "operator_cidrs": ["203.0.113.0/24"],
    }
    fleet["budget"]["monthly_usd"] = 160_000


def ceiling_over_budget(fleet):
    fleet["models"]["gpt-oss-120b"]["replicas"] = {"max": 14}


def renamed_component(fleet):
    """Of the code, not of the stack file: see the test."""


def more_spot(fleet):
    fleet["models"]["gpt-oss-120b"]["purchase"] = {"on_demand_floor": 1, "spot_share": 0.8}


SCENARIOS = (new_model, new_region, ceiling_over_budget, renamed_component, more_spot)


@pytest.fixture(scope="session")
def comments(base):
    made = weights.FileSystem

    def renamed(name, *rest):
        return made(name.replace("-files", "-store"), *rest)

    found = {}
    for change in SCENARIOS:
        with mock.patch.object(weights, "FileSystem", renamed if change is renamed_component else made):
            found[change] = review("prod", base, rehearsed(change))
    return found


@pytest.mark.parametrize("change", SCENARIOS, ids=lambda change: change.__name__)
def test_a_review_reads_as_reviewed(comments, change, request):
    path = REVIEWS / f"{change.__name__}.md"
    if request.config.getoption("--update-snapshots"):
        path.write_text(comments[change])
    assert path.is_file(), f"{path} is missing; run pytest --update-snapshots and review it"
    assert comments[change] == path.read_text()


def test_a_renamed_component_says_what_is_lost_before_anything_else(comments):
    text = comments[renamed_component]
    first = text.index("Read first")
    assert (
        "| `us-east-1-weights-files-efs` | replaced | renamed without an alias: now `us-east-1-weights-store-efs` |"
        in text
    )
    assert "Component `us-east-1-weights-files` became `us-east-1-weights-store` without an alias: 8" in text
    assert first < text.index("Resources: 0 added, 0 changed, 20 replaced, 0 deleted.")


def test_a_ceiling_over_budget_is_refused_with_the_reason_and_the_bill_that_stands(comments):
    text = comments[ceiling_over_budget]
    assert text.startswith("### prod: refused before anything is built\n")
    assert "- `fleet.budget.monthly_usd`: `$100,000 does not cover the ceiling of $" in text
    assert "`main` costs $" in text


def test_nothing_changes_from_a_stack_to_itself(base):
    assert review("prod", base, base.data).splitlines()[0] == "### prod: nothing changes from `main`"


def test_comments_fit_and_are_whole(comments):
    for text in comments.values():
        assert len(text) < 30_000
        assert text.count("<details>") == text.count("</details>") == text.count("<summary>")


def test_without_a_base_the_head_is_shown_and_the_reason_given(base):
    text = review("prod", Base(told="v0", failure="No module named rehearsal\n@everyone"), base.data)
    assert text.splitlines()[0].startswith("### prod: $")
    assert "`v0` fails.\n\n> No module named rehearsal" in text


def test_a_base_without_a_graph_is_compared_by_counts(base):
    old = copy.deepcopy(base.data)
    del old["graph"], old["quotas"]
    old["resources"]["aws:ec2/vpc:Vpc"] = 1
    text = review("prod", Base(told="old", data=old), base.data)
    assert "Resources cannot be compared one by one: `old` tells their counts alone." in text
    assert "| aws:ec2/vpc:Vpc | 1 | 2 |" in text


def test_verdicts_that_are_new_and_fixed_are_told(base):
    before, after = copy.deepcopy(base.data), copy.deepcopy(base.data)
    before["policies"][0] |= {"verdict": "fail", "findings": ["one is broken"]}
    after["policies"][1] |= {"verdict": "fail", "findings": ["two `is` @broken"], "remedy": "mend it"}
    after["policies"][2] |= {"verdict": "warn", "findings": ["three is odd"]}
    text = review("prod", Base(told="main", data=before), after)
    held = len(after["policies"]) - 2
    assert f"**Refused by policy:** {held} of {len(after['policies'])} policies hold." in text
    assert (
        f"- newly fails: {after['policies'][1]['assures']}; remedy: mend it\n  - `two 'is' @broken`" in text
    )
    assert f"- newly advises against: {after['policies'][2]['assures']}" in text
    assert f"- fixed: {after['policies'][0]['assures']}" in text

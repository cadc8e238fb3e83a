import re

from components.planning import figures, markdown
from components.planning.economics_figures import economics_sheets, quotas_sheet


def document(fleet):
    data = figures.data(fleet)
    return markdown.document(
        markdown.plan_title(data),
        (*markdown.plan_sheets(data), *economics_sheets(fleet), quotas_sheet(fleet)),
    )


def test_every_table_has_one_width(fleet):
    for table in re.findall(r"(?:^\|.*\n?)+", document(fleet), re.M):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_the_heading_says_what_it_costs_and_how_full_the_budget_is(fleet):
    data = figures.data(fleet) | {
        "usd_per_month": {"floor": 24_147.03, "expected": 25_224.4, "ceiling": 82_391.4},
        "budget_usd": 100_000,
    }
    assert markdown.plan_title(data) == (
        "prod: $25,224 a month expected, $24,147 at rest, $82,391 at the ceiling (82% of the budget)"
    )


def test_every_model_of_every_region_has_a_line(fleet):
    text = document(fleet)
    for here in fleet.regions:
        for model in here.models:
            kind = f"{model.accelerator.instance_type}/{model.engine.tensor_parallel}"
            assert f"| {here.region} | {model.name} | {kind} |" in text


def test_a_region_whose_loss_breaks_a_promise_stands_out(fleet):
    data = figures.data(fleet)
    data["survival"][0]["holds"] = False
    lost = markdown.plan_sheets(data)[2]
    assert [row[-1] for row in lost.rows].count("**no**") == 1


def test_it_fits_a_comment_on_github(fleet):
    assert len(document(fleet)) < 65_536

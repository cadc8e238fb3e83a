"""Every option, through `main`."""

import json

import pytest

from components.planning.__main__ import main
from components.planning.quotas import needs


@pytest.fixture
def told(capsys):
    """What the planner prints to these arguments, and that it succeeds."""

    def run(*arguments):
        assert main(list(arguments)) == 0
        return capsys.readouterr().out

    return run


def test_economics_are_tables_markdown_or_data(told):
    assert "Dollars per million tokens" in told("prod", "--economics")
    assert told("prod", "--economics", "--markdown").startswith("### prod: money\n\n#### Dollars per million")
    data = json.loads(told("prod", "--economics", "--json"))
    assert data == json.loads(told("prod", "--json"))["economics"]
    assert set(data["models"]) == {"llama-8b", "gpt-oss-120b", "qwen-32b", "gpt-oss-20b"}
    assert set(data["cascades"]) == {"triage"}


def test_tables_fit_a_hundred_columns(told):
    for asked in ("--economics", "--capacity"):
        assert max(map(len, told("prod", asked).splitlines())) <= 100


def test_quotas_are_commands_and_comments_and_nothing_else(told, fleet):
    lines = told("prod", "--quotas").splitlines()
    assert all(
        line.startswith(("# ", "aws service-quotas request-service-quota-increase ")) for line in lines
    )
    asked = [line for line in lines if not line.startswith("#")]
    assert len(asked) == 6
    assert {word for line in asked for word in line.split() if word.startswith(("us-", "eu-"))} == {
        "us-east-1",
        "eu-west-2",
    }
    assert "| us-east-1 | EC2-VPC Elastic IPs | L-0263D0A3 | 3 addresses | 5 |" in told(
        "prod", "--quotas", "--markdown"
    )
    (need,) = [one for one in needs(fleet.regions[0]) if one.quota.code == "L-DB2E81BA"]
    data = json.loads(told("prod", "--quotas", "--json"))
    assert data["us-east-1"]["L-DB2E81BA"]["needed"] == need.needed


def test_quotas_are_shown_where_a_known_one_refuses_the_plan(told, monkeypatch, raw):
    raw["regions"]["us-east-1"]["quotas"] = {"L-DB2E81BA": 8, "L-3819A6DF": 500}

    class File:
        fleet = raw

    monkeypatch.setattr("components.planning.views.stackfile.read", lambda stack: File)
    shown = told("prod", "--quotas")
    assert "--region us-east-1 --service-code ec2 --quota-code L-DB2E81BA --desired-value" in shown
    assert "--region us-east-1 --service-code ec2 --quota-code L-3819A6DF" not in shown
    assert main(["prod"]) == 1


def test_capacity_needs_no_stack(told):
    assert told("--capacity") == told("no-such-stack", "--capacity")
    assert told("--capacity", "--markdown").startswith("### Capacity figures often quoted, beside ours")
    assert set(json.loads(told("--capacity", "--json"))) == {"throughput", "claims"}


def test_the_plan_against_itself_changes_nothing(told, tmp_path):
    saved = tmp_path / "plan.json"
    saved.write_text(told("prod", "--json"))
    assert told("prod", "--against", str(saved)) == f"prod: nothing changes from {saved}\n"


def test_one_stack_against_another_is_told_in_every_form(told, tmp_path):
    saved = tmp_path / "plan.json"
    saved.write_text(told("dev", "--json"))
    assert "What changes, from" in told("prod", "--against", str(saved))
    assert told("prod", "--against", str(saved), "--markdown").startswith("### prod: +$")
    assert json.loads(told("prod", "--against", str(saved), "--json"))["after"] == "prod"


def test_the_plan_is_markdown_too(told):
    shown = told("dev", "--markdown")
    assert shown.startswith("### dev: $")
    assert "#### When a region dies" in shown


def test_two_questions_at_once_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["prod", "--quotas", "--economics"])
    assert "not allowed with argument" in capsys.readouterr().err


def test_what_cannot_be_compared_is_one_sentence_and_exit_1(capsys):
    assert main(["prod", "--against", "no-such-revision"]) == 1
    assert "no plan to compare with" in capsys.readouterr().err

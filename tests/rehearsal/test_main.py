"""The command people type, as they type it."""

import json
import subprocess
import sys
from datetime import date, timedelta

import pytest

from components.settings import stackfile
from components.settings.stackfile import ROOT
from rehearsal import __main__ as command


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    told = [sys.executable, "-m", "rehearsal", *arguments]
    return subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_stack_is_rehearsed_as_data(stack, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["rehearsal", stack, "--json"])
    assert command.main() == 0
    told = json.loads(capsys.readouterr().out)
    assert told["stack"] == stack
    assert set(told["usd_per_month"]) == {"floor", "expected", "ceiling"}
    assert told["budget_usd"] >= told["usd_per_month"]["ceiling"]
    assert set(told["regions"]) == ({"us-east-2"} if stack == "dev" else {"us-east-1", "eu-west-2"})
    assert told["models"]
    assert told["resources"]["aws:ec2/vpc:Vpc"] == len(told["regions"])
    assert {one["verdict"] for one in told["policies"]} == {"pass"}
    assert told["unset_secrets"][0] == "apiKey"
    assert set(told["timings"]) == {"rehearsal_seconds", "policies_seconds"}
    assert "graph" not in told


def test_a_report_fits_a_pipe_and_has_no_colour(shown):
    assert "\x1b[" not in shown
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 100
    for part in (
        "Dollars a month",
        "108 of 108 policies hold",
        "pulumi config set --secret apiKey",
    ):
        assert part in shown


def test_a_stack_that_cannot_be_is_refused_without_a_traceback(tmp_path, monkeypatch, capsys):
    broken = (
        (ROOT / "Pulumi.dev.yaml").read_text().replace("g6.xlarge", "g6.xlrge").replace("owner:", "ownr:")
    )
    (tmp_path / "Pulumi.dev.yaml").write_text(broken)
    monkeypatch.setattr(stackfile.read, "__defaults__", (tmp_path,))
    monkeypatch.setattr(sys, "argv", ["rehearsal", "dev"])
    assert command.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "Pulumi.dev.yaml does not describe a fleet:\n"
        "  fleet.models.qwen-8b.instance_types.0: g6.xlrge is not in the accelerator catalog; did you mean g6.xlarge?\n"
        "  fleet.owner: is missing\n"
        "  fleet.ownr: unknown key; did you mean owner?\n"
    )


def with_policies(tmp_path, monkeypatch, text: str) -> None:
    """dev, tuned."""
    (tmp_path / "Pulumi.dev.yaml").write_text((ROOT / "Pulumi.dev.yaml").read_text() + text)
    monkeypatch.setattr(stackfile.read, "__defaults__", (tmp_path,))
    monkeypatch.setattr(sys, "argv", ["rehearsal", "dev"])


def test_a_stack_file_that_tunes_a_rule_is_judged_by_it(tmp_path, monkeypatch, capsys):
    with_policies(tmp_path, monkeypatch, "  llm-fleet:policies: { numbers: { longest_log_days: 3 } }\n")
    assert command.main() == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "us-east-2-network-flows keeps its logs 7 days; at most 3 are worth their price" in said
    assert "policies/README.md#logs-expire" in said


def test_an_exemption_is_shown_with_its_reason(tmp_path, monkeypatch, capsys):
    expires = date.today() + timedelta(days=9)
    exemption = f"{{ rule: logs-expire, reason: the auditors ask for it, expires: {expires} }}"
    tuned = f"  llm-fleet:policies: {{ numbers: {{ longest_log_days: 3 }}, exemptions: [{exemption}] }}\n"
    with_policies(tmp_path, monkeypatch, tuned)
    assert command.main() == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"exempt until {expires}: us-east-2-network-flows" in said
    assert "the auditors ask for it" in said


def test_policies_that_cannot_be_configured_are_refused_by_path(tmp_path, monkeypatch, capsys):
    with_policies(tmp_path, monkeypatch, "  llm-fleet:policies: { numbers: { log_days: 3 } }\n")
    assert command.main() == 1
    assert capsys.readouterr().err == (
        "the policies cannot be configured like this:\n"
        "  policies.numbers.log_days: unknown key; did you mean longest_log_days?\n"
    )


def test_files_for_panes_are_written_beside_the_answer_even_where_the_stack_is_refused(tmp_path, monkeypatch):
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}")
    monkeypatch.setattr(stackfile.read, "__defaults__", (tmp_path,))
    files = [str(tmp_path / name) for name in ("verdicts.sarif", "verdicts.xml")]
    monkeypatch.setattr(sys, "argv", ["rehearsal", "dev", "--sarif", files[0], "--junit", files[1]])
    assert command.main() == 1
    assert json.loads((tmp_path / "verdicts.sarif").read_text())["runs"][0]["results"]
    assert "<failure" in (tmp_path / "verdicts.xml").read_text()


def test_a_refused_stack_is_reviewed_with_every_mistake(tmp_path, monkeypatch, capsys):
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}")
    monkeypatch.setattr(stackfile.read, "__defaults__", (tmp_path,))
    monkeypatch.setattr(sys, "argv", ["rehearsal", "dev", "--against", "no-such-revision", "--markdown"])
    assert command.main() == 1
    said = capsys.readouterr().out
    assert said.startswith("### dev: refused before anything is built\n")
    assert "`no-such-revision` fails." in said


@pytest.mark.parametrize(
    "wrong", [["--graph"], ["--markdown"], ["--against", "HEAD"], ["--json", "--markdown"]]
)
def test_options_that_make_no_sense_alone_are_refused(wrong, capsys):
    with pytest.raises(SystemExit) as stopped:
        command.arguments(["dev", *wrong])
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_replay_is_a_word_of_the_same_command(capsys):
    assert command.main(["replay", "prod", "--model", "nobody"]) == 1
    assert "plans no model nobody" in capsys.readouterr().err

import json
import subprocess

import pytest

from components.planning import against, figures
from components.settings import stackfile
from components.settings.mistakes import Mistakes


@pytest.fixture
def repository(tmp_path):
    """Two commits of prod's stack file: a cheaper one, then today's."""

    def git(*arguments):
        identity = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True, capture_output=True)

    today = (stackfile.ROOT / "Pulumi.prod.yaml").read_text()
    git("init", "--quiet")
    for text in (today.replace("peak_requests_per_second: 12", "peak_requests_per_second: 6"), today):
        (tmp_path / "Pulumi.prod.yaml").write_text(text)
        git("add", ".")
        git("commit", "--quiet", "--message", "one")
    return tmp_path


def refusal(other, root=stackfile.ROOT):
    with pytest.raises(Mistakes) as refused:
        against.other_data(other, "prod", root)
    return str(refused.value)


def test_a_revision_is_its_stack_file_planned_by_todays_code(repository, fleet):
    assert against.other_data("HEAD", "prod", repository) == figures.data(fleet)
    before = against.other_data("HEAD~1", "prod", repository)
    assert before["usd_per_month"]["ceiling"] < fleet.usd_per_month.ceiling


def test_a_saved_plan_is_taken_as_it_is(tmp_path, fleet):
    saved = tmp_path / "plan.json"
    saved.write_text(json.dumps(figures.data(fleet)))
    assert against.other_data(str(saved), "prod")["stack"] == "prod"


def test_a_revision_that_does_not_exist_is_one_sentence(repository):
    said = refusal("nothing", repository)
    assert said.startswith(
        "no plan to compare with:\n  --against: nothing is neither a file nor a revision with"
    )
    assert len(said.splitlines()) == 2


def test_a_revision_is_never_taken_for_an_option(repository):
    assert "neither a file nor a revision" in refusal("--output=stolen", repository)
    assert sorted(path.name for path in repository.iterdir()) == [".git", "Pulumi.prod.yaml"]


def test_a_revision_that_todays_planner_refuses_says_which(repository):
    (repository / "Pulumi.prod.yaml").write_text("config: {llm-fleet:fleet: {owner: nobody}}")
    commit = (
        "-c",
        "user.name=nobody",
        "-c",
        "user.email=nobody@example.com",
        "commit",
        "--all",
        "--message",
        "x",
    )
    subprocess.run(["git", "-C", str(repository), *commit], check=True, capture_output=True)
    assert refusal("HEAD", repository).startswith(
        "Pulumi.prod.yaml of HEAD does not describe a fleet to today's planner:\n"
    )


def test_a_file_that_holds_no_plan_is_refused(tmp_path):
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "broken.json").write_text("{")
    assert "list.json: is no plan; save one with `python -m components.planning --json`" in refusal(
        str(tmp_path / "list.json")
    )
    assert "broken.json: is not JSON" in refusal(str(tmp_path / "broken.json"))

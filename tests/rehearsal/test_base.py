"""Bases of a comparison, in repositories small enough to be made here."""

import json
import subprocess

import pytest

from rehearsal.base import NEEDED, base

PLAN = {key: {} for key in NEEDED}
SAYS = f"import json, sys; print(json.dumps({{**{PLAN!r}, 'told': sys.argv[1:]}}))"

OLD = f"""
import sys
if "--graph" in sys.argv:
    sys.exit(print("error: unrecognized arguments: --graph", file=sys.stderr) or 2)
{SAYS}
sys.exit(1)
"""


def git(folder, *arguments):
    who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    """A repository with a program in place of the rehearsal; returns how to commit another."""
    git(tmp_path, "init", "--quiet")

    def commit(program):
        (tmp_path / "rehearsal").mkdir(exist_ok=True)
        (tmp_path / "rehearsal/__main__.py").write_text(program)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", "-m", "x")
        return tmp_path

    return commit


def test_a_revision_is_rehearsed_by_its_own_code(repository):
    root = repository(SAYS)
    (root / "rehearsal/__main__.py").write_text("uncommitted")
    assert base("HEAD", "dev", root).data == {**PLAN, "told": ["dev", "--json", "--graph"]}


def test_a_revision_that_knows_no_graph_is_asked_without_and_may_be_refused_by_policy(repository):
    assert base("HEAD", "dev", repository(OLD)).data == {**PLAN, "told": ["dev", "--json"]}


def test_a_revision_that_fails_says_why(repository):
    found = base("HEAD", "dev", repository("raise ValueError('no such region')"))
    assert (found.data, found.failure) == (None, "ValueError: no such region")


def test_mistakes_of_a_revision_are_all_told(repository):
    root = repository("import sys; sys.exit('Pulumi.dev.yaml does not describe a fleet:\\n  a: b\\n  c: d')")
    assert base("HEAD", "dev", root).failure == "Pulumi.dev.yaml does not describe a fleet:\n  a: b\n  c: d"


@pytest.mark.parametrize("told", ["nowhere", "--output=/tmp/x", "HEAD:", ""])
def test_what_is_neither_a_file_nor_a_revision_is_told(repository, told):
    root = repository("")
    assert base(told, "dev", root).data is None


def test_a_saved_rehearsal_is_read_and_anything_else_is_told(tmp_path):
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(PLAN))
    assert base(str(saved), "dev").data == PLAN
    saved.write_text("{}")
    assert "is no plan" in base(str(saved), "dev").failure


def test_a_base_without_what_a_review_reads_is_told(repository):
    root = repository("print('{\"models\": {}}')")
    assert base("HEAD", "dev", root).failure.startswith(
        "its rehearsal lacks budget_usd, costs_usd_per_month,"
    )
    assert base("HEAD", "dev", repository("print(7)")).failure == "its rehearsal lacks everything"

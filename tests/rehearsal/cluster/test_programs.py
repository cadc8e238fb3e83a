"""What `make cluster` builds before it begins, and what it says meanwhile."""

import pytest

from rehearsal import gobuild
from rehearsal.cluster import programs


@pytest.fixture
def built(tmp_path, monkeypatch):
    """Where programs lie, in a cache of its own; building one is writing its file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def ensure(program):
        target = gobuild.built(program)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(program.name)

    monkeypatch.setattr(gobuild, "ensure", ensure)
    return tmp_path / "llm-fleet" / "bin"


def test_what_is_absent_is_built_and_told_one_by_one(built, capsys):
    assert programs.main() == 0
    assert len(list(built.iterdir())) == len(programs.ALL) > 8
    told = capsys.readouterr().out.splitlines()
    assert len(told) == len(programs.ALL)
    assert told[0] == f"building etcd {programs.ETCD.version} (1 of {len(told)}), once"


def test_what_is_there_is_neither_built_nor_mentioned(built, capsys):
    programs.main()
    capsys.readouterr()
    assert programs.main() == 0
    assert capsys.readouterr().out == ""


def test_without_go_it_says_what_to_install(built, monkeypatch, capsys):
    def missing(program):
        raise gobuild.NoGo("this needs Go")

    monkeypatch.setattr(gobuild, "ensure", missing)
    assert programs.main() == 1
    assert capsys.readouterr().err == "this needs Go\n"

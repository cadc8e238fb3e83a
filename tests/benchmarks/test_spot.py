import json

import pytest
from rich.console import Console

from benchmarks import spot
from tests.spot_traces import synthetic


@pytest.fixture
def folder(tmp_path):
    """A synthetic trace in the published format."""
    traces = synthetic(3, 4, 450)
    for zone, steps in traces.available.items():
        written = {"metadata": {"gap_seconds": traces.gap_seconds}, "data": [int(step) for step in steps]}
        (tmp_path / f"{zone}_v100_1.json").write_text(json.dumps(written))
    return tmp_path


def test_what_was_written_is_read(folder):
    assert spot.read_traces(folder) == synthetic(3, 4, 450)


def test_days_cut_the_traces(folder):
    # 86,400 s are 443 steps of 195 s.
    assert spot.read_traces(folder, 0, 1).steps == 443
    assert spot.read_traces(folder, 1).steps == 7


def test_each_region_stands_alone_and_then_all_together(folder):
    named = dict(spot.by_region(spot.read_traces(folder)))
    assert {name: len(one.available) for name, one in named.items()} == {
        "xx-test-1": 3,
        "xx-test-2": 1,
        "all": 4,
    }


def test_every_policy_is_held_against_an_oracle_of_its_floor_and_a_free_one(folder):
    found = {name: rest for name, *rest in spot.rows(spot.read_traces(folder), 10, 324, 0.42)}
    assert len(found) == 6
    outcome, ratio, free_ratio = found["policy, 50% on-demand"]
    assert 1 <= ratio < free_ratio
    assert outcome.cost_share > 0.5
    assert found["all on-demand"][0].cost_share == 1.0


def test_the_table_fits_its_width(folder):
    console = Console(width=110, record=True)
    console.print(spot.table(spot.read_traces(folder), 10, 324, 0.42))
    lines = console.export_text().splitlines()
    assert len(lines) == 1 + 3 * 7
    assert "naive spot" in lines[6]


def test_a_folder_without_traces_is_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="it has none"):
        spot.read_traces(tmp_path)

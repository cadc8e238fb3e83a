import json

import pytest

from components.catalog import datafiles

FILES = sorted(datafiles.FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_data_file_says_where_from_and_when(path):
    file = datafiles.load(path.stem)
    assert len(file["source"]) > 20
    assert datafiles.as_of(file).year >= 2026
    for row in file["regions"].values():
        assert ("source" in row) == ("as_of" in row)
        assert datafiles.as_of({**file, **row}) >= datafiles.as_of(file)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_written_is_what_was_read(path, tmp_path):
    datafiles.write(path.stem, datafiles.load(path.stem), tmp_path)
    assert (tmp_path / path.name).read_text() == path.read_text()


def test_facts_cannot_be_changed_and_copies_can():
    file = datafiles.load("prices")
    with pytest.raises(TypeError):
        file["regions"]["us-east-1"]["usd_per_hour"]["g5"]["xlarge"] = 0
    copy = datafiles.thawed(file)
    copy["regions"]["us-east-1"]["usd_per_hour"]["g5"]["xlarge"] = 0
    assert datafiles.load("prices")["regions"]["us-east-1"]["usd_per_hour"]["g5"]["xlarge"] == 1.006


def test_one_changed_price_is_one_changed_line(tmp_path):
    data = datafiles.thawed(datafiles.load("prices"))
    before = datafiles.text(data).splitlines()
    data["regions"]["eu-west-2"]["usd_per_hour"]["g6"]["xlarge"] = 1.1
    after = datafiles.text(data).splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_the_layout_is_json():
    nested = {"a": {"b": {"c": {"d": {"e": [1, 2]}}}}, "empty": {}, "text": 'é"'}
    assert json.loads(datafiles.text(nested)) == nested

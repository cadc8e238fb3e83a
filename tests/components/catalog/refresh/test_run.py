import json

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from components.catalog import datafiles
from components.catalog.refresh import regional, run
from components.catalog.refresh.regional import Clients
from tests.components.catalog.refresh.answers import (
    NOW,
    client,
    clients_of,
    pricing,
    refusing,
)

REFUSED = (ClientError,)


@pytest.fixture
def files(tmp_path):
    """The data files in a folder that may be written."""
    for name in regional.FILES:
        (tmp_path / f"{name}.json").write_text((datafiles.FOLDER / f"{name}.json").read_text())
    return tmp_path


def contents(folder):
    return {one.name: one.read_text() for one in folder.iterdir()}


def refreshed(folder, clients, *regions):
    told = []
    failures = run.run(regions, clients, NOW, REFUSED, tell=told.append, folder=folder)
    return failures, told


@mock_aws
def test_a_refreshed_region_carries_todays_date_and_its_source(files):
    failures, told = refreshed(files, lambda region: clients_of(client("ec2", region), region), "eu-west-2")
    row = json.loads((files / "prices.json").read_text())["regions"]["eu-west-2"]
    assert failures == []
    assert (row["as_of"], row["source"]) == ("2026-11-21", "AWS Price List API")
    assert row["usd_per_hour"] == {"g6": {"xlarge": 1.1}, "m7i": {"xlarge": 0.25}}
    assert row["gpu_index"] == pytest.approx(1.10 / 0.8048, abs=1e-4)
    assert row["services_index"] == pytest.approx(0.25 / 0.2016, abs=1e-4)
    assert "  eu-west-2 g6.xlarge: $1.0216 -> $1.1 (+7.7%)" in told
    assert any(line.startswith("  eu-west-2 p5.48xlarge: gone, was $71.552") for line in told)


@mock_aws
def test_other_regions_stay_byte_for_byte_as_they_were(files):
    before = json.loads((files / "prices.json").read_text())["regions"]
    refreshed(files, lambda region: clients_of(client("ec2", region), region), "eu-west-2")
    after = json.loads((files / "prices.json").read_text())["regions"]
    assert {region for region in before if before[region] != after[region]} == {"eu-west-2"}


@mock_aws
def test_a_dry_run_writes_nothing(files, monkeypatch):
    monkeypatch.setattr(datafiles, "FOLDER", files)
    before, shipped = contents(files), contents(files)
    told = []
    run.run(
        ["eu-west-2"],
        lambda region: clients_of(client("ec2"), region),
        NOW,
        REFUSED,
        tell=told.append,
        folder=None,
    )
    assert contents(files) == before == shipped
    assert "dry run: nothing is written" in told
    assert "  eu-west-2 g6.xlarge: $1.0216 -> $1.1 (+7.7%)" in told


@mock_aws
def test_one_region_that_refuses_does_not_stop_the_others(files):
    def clients(region):
        if region == "eu-west-1":
            return Clients(
                ec2=refusing("ec2", region),
                pricing=refusing("pricing"),
                service_quotas=refusing("service-quotas", region),
            )
        return clients_of(client("ec2", region), region)

    before = json.loads((files / "prices.json").read_text())["regions"]
    failures, told = refreshed(files, clients, "eu-west-1", "eu-west-2")
    after = json.loads((files / "prices.json").read_text())["regions"]
    assert {(one.region, one.what) for one in failures} == {
        ("eu-west-1", what) for what in ("prices", "offerings", "spot", "quotas")
    }
    assert after["eu-west-1"] == before["eu-west-1"]
    assert after["eu-west-2"]["as_of"] == "2026-11-21"
    assert any(line.startswith("eu-west-1: prices not read, kept as they were: ") for line in told)


@mock_aws
def test_an_empty_answer_deletes_nothing_and_is_told(files):
    def clients(region):
        full = clients_of(client("ec2", region), region)
        return Clients(ec2=full.ec2, pricing=pricing([]), service_quotas=full.service_quotas)

    before = json.loads((files / "prices.json").read_text())["regions"]["eu-west-2"]
    (failure,), _ = refreshed(files, clients, "eu-west-2")
    assert failure.what == "prices"
    assert json.loads((files / "prices.json").read_text())["regions"]["eu-west-2"] == before


@mock_aws
def test_the_file_is_as_old_as_its_oldest_region(files):
    refreshed(files, lambda region: clients_of(client("ec2", region), region), "eu-west-2")
    assert json.loads((files / "prices.json").read_text())["as_of"] == "2026-01-22"

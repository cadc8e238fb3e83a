from components.catalog import __main__ as command
from components.catalog import datafiles
from components.catalog.refresh import run, session
from components.catalog.refresh.regional import Clients
from tests.components.catalog.refresh.answers import refusing


def refused(region):
    return Clients(
        ec2=refusing("ec2", region),
        pricing=refusing("pricing"),
        service_quotas=refusing("service-quotas", region),
    )


def test_what_could_not_be_read_is_told_and_the_exit_code_is_1(monkeypatch, capsys):
    monkeypatch.setattr(session, "clients", lambda: refused)
    assert command.main(["refresh", "--dry-run", "--region", "eu-west-1"]) == 1
    told = capsys.readouterr().out
    assert "on-demand prices: as they were" in told
    assert "eu-west-1: quotas not read, kept as they were: " in told
    assert "dry run: nothing is written" in told


def test_without_a_choice_every_known_region_is_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(session, "clients", lambda: refused)
    monkeypatch.setattr(run, "run", lambda regions, *rest, **options: asked.extend(regions) or [])
    assert command.main(["refresh", "--dry-run"]) == 0
    assert asked == sorted(datafiles.load("offerings")["regions"])

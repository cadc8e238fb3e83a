import subprocess
import sys

import pytest

from components.catalog import __main__ as command
from components.catalog.refresh import session
from components.settings.stackfile import ROOT


@pytest.fixture
def no_credentials(monkeypatch, tmp_path):
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in (
        "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


def test_without_credentials_it_says_which_and_what_for(no_credentials, capsys):
    assert command.main(["refresh", "--dry-run"]) == 2
    told = capsys.readouterr().err
    assert "needs AWS credentials" in told
    assert "pricing:GetProducts" in told


def test_without_boto3_it_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert command.main(["refresh"]) == 2
    assert "refresh needs boto3" in capsys.readouterr().err


def test_with_credentials_each_region_is_asked_at_home_and_prices_in_one_place(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    of = session.clients()
    london, paris = of("eu-west-2"), of("eu-west-3")
    assert (london.ec2.meta.region_name, paris.service_quotas.meta.region_name) == ("eu-west-2", "eu-west-3")
    assert london.pricing is paris.pricing
    assert london.pricing.meta.region_name == "us-east-1"


def test_nothing_but_the_refresh_loads_boto3():
    program = (
        "import sys; import components.catalog.__main__, components.planning.fleet;"
        "sys.exit('boto3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0

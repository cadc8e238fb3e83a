"""What a copied stack file must not keep."""

from components.settings import stackfile
from components.settings.examples import examples_in
from components.settings.fleet import FleetSettings


def test_the_shipped_files_name_everything_that_is_nobodys():
    found = {one.path for one in examples_in(FleetSettings.model_validate(stackfile.read("dev").fleet))}
    assert found == {
        "fleet.traffic.hosted_zone",
        "fleet.budget.emails.0",
        "fleet.observability.runbook_url",
        "fleet.regions.us-east-2.operator_cidrs.0",
    }


def test_a_file_of_ones_own_has_none(raw):
    raw["traffic"] |= {"domain": "llm.acme.dev", "hosted_zone": "acme.dev"}
    raw["budget"]["emails"] = ["ops@acme.dev"]
    raw["observability"]["runbook_url"] = "https://wiki.acme.dev/example.com"
    for region in raw["regions"].values():
        region["operator_cidrs"] = ["198.52.100.0/24"]
    assert list(examples_in(FleetSettings.model_validate(raw))) == []


def test_the_program_warns_of_them_and_a_rehearsal_does_not_print_the_warning_twice(dev, capsys):
    assert len([one for one in dev.said if one.endswith("set your own before `pulumi up`")]) == 4
    assert capsys.readouterr().err == ""

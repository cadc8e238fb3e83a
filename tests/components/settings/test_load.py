import pulumi
import pytest

from components.planning.fleet import plan_fleet
from components.settings import stackfile
from components.settings.load import load
from rehearsal.recorder import Cloud, engine_config


def loaded(config):
    found = []
    Cloud(stack="prod", config=config, secrets=("apiKey", "huggingFaceToken")).build(
        lambda: found.append(load(plan_fleet))
    )
    return found[0]


def test_the_stack_is_planned_and_its_secrets_stay_secret():
    plan, secrets = loaded(engine_config(stackfile.read("prod")))
    assert plan.stack == "prod"
    assert isinstance(secrets.api_key, pulumi.Output)
    assert secrets.hugging_face_token is not None


def test_missing_secrets_are_told_with_the_command_that_sets_them():
    config = {
        key: value for key, value in engine_config(stackfile.read("prod")).items() if key.endswith(":fleet")
    }
    with pytest.raises(pulumi.RunError) as refused:
        loaded(config)
    assert str(refused.value) == (
        "Pulumi.prod.yaml lacks secrets:\n"
        "  apiKey: is not set; run: pulumi config set --secret apiKey\n"
        "  huggingFaceToken: is not set; run: pulumi config set --secret huggingFaceToken"
    )


def test_a_stack_without_a_fleet_is_refused_in_a_sentence():
    with pytest.raises(pulumi.RunError, match=r"Pulumi\.prod\.yaml does not describe a fleet"):
        loaded({})

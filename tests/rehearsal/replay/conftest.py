"""The model that the replays are steered by."""

import pytest

from components.planning.fleet import plan_fleet
from components.settings import stackfile
from components.settings.understanding import understand


@pytest.fixture(scope="module")
def model():
    file = stackfile.read("prod")
    plan = understand(file.fleet, file.stack, plan_fleet)
    london = next(one for one in plan.regions if one.region == "eu-west-2")
    return next(one for one in london.models if one.name == "llama-8b")

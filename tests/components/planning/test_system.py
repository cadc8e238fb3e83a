"""Whether everything that is not a model finds a place."""

import pytest

from components.planning.fleet import plan_fleet
from components.planning.system import Request, enough, requests, room
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand


def test_a_node_gives_what_its_kubelet_leaves_less_a_margin():
    # m7i.large: (2000 - 80) x 0.85 millicores, (8192 - 1500) x 0.85 MiB
    assert room("m7i.large") == Request(cpu_millis=1632, memory_mib=5688)


def test_what_a_region_asks_for_is_added_up_by_hand(raw):
    """Standing 2090 m, two Karpenters 1000, two Prometheus 1000, two Alertmanagers 100, three nodes 900, four fills 1000."""
    from components.settings.fleet import FleetSettings

    settings = FleetSettings.model_validate(raw)
    assert requests("eu-west-2", settings).cpu_millis == 2090 + 1000 + 1000 + 100 + 900 + 1000
    publishing = 4 * 250
    assert (
        requests("us-east-1", settings).cpu_millis - requests("eu-west-2", settings).cpu_millis == publishing
    )


def test_nodes_too_small_for_the_system_are_refused_with_how_many_would_do(raw):
    raw["regions"]["us-east-1"]["system_nodes"] = {"instance_type": "m7i.large", "count": 2}
    with pytest.raises(Mistakes) as refused:
        understand(raw, "prod", plan_fleet)
    (told,) = refused.value.mistakes
    assert told.path == "fleet.regions.us-east-1.system_nodes.count"
    assert told.message == (
        "2 x m7i.large give 3.3 vCPU and 11.1 GiB to pods, but 6.8 vCPU and 27.0 GiB are asked for;"
        " take 6 of them, or larger ones"
    )


def test_as_many_as_it_says_would_do_do(raw):
    for instance_type in ("m7i.large", "m7i.xlarge", "m7i.4xlarge"):
        asked = Request(cpu_millis=9000, memory_mib=30_000)
        count = enough(instance_type, 2, asked)
        own = Request(cpu_millis=300 * (count - 2), memory_mib=512 * (count - 2))
        given = room(instance_type).times(count)
        assert given.cpu_millis >= asked.cpu_millis + own.cpu_millis
        assert given.memory_mib >= asked.memory_mib + own.memory_mib


def test_jobs_that_move_weights_ask_for_what_the_plan_counted(prod):
    for job in prod.kind("Job").values():
        pod = job.inputs["spec"]["template"]["spec"]
        asked = [box["resources"]["requests"] for box in [*pod["initContainers"], *pod["containers"]]]
        assert {one["cpu"] for one in asked} == {"250m"}

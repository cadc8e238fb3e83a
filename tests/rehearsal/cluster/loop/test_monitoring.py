"""What Prometheus is told on the loop, from the PodMonitor that production gets."""

from components.planning import labels
from components.regional.observability.component import pod_monitor
from rehearsal.cluster.control_plane import ControlPlane
from rehearsal.cluster.loop.monitoring import configuration
from rehearsal.cluster.loop.pace import hurried

MONITOR = {
    "kind": "PodMonitor",
    "metadata": {"name": "models", "namespace": labels.SERVING_NAMESPACE},
    "spec": pod_monitor(),
}


def jobs(tmp_path, monitor=MONITOR):
    found = configuration(ControlPlane(tmp_path, 6443), monitor, "15s")
    return {one["job_name"]: one for one in found["scrape_configs"]}


def kept(job):
    rules = [one for one in job["relabel_configs"] if one.get("action") == "keep"]
    return {one["source_labels"][0]: one["regex"] for one in rules}


def test_the_monitors_own_selector_port_and_path_decide(tmp_path):
    models = jobs(tmp_path)[f"podMonitor/{labels.SERVING_NAMESPACE}/models/0"]
    assert kept(models) == {
        "__meta_kubernetes_pod_label_app_kubernetes_io_name": "vllm",
        "__meta_kubernetes_pod_container_port_name": "http",
    }
    assert (models["metrics_path"], models["scrape_interval"], models["scrape_timeout"]) == (
        "/metrics", "15s", "10s",
    )  # fmt: skip


def test_it_scrapes_at_the_pace_of_the_loop(tmp_path):
    models, _ = jobs(tmp_path, hurried(MONITOR)).values()
    assert (models["scrape_interval"], models["scrape_timeout"]) == ("1s", "667ms")


def test_pods_that_have_ended_are_not_asked(tmp_path):
    for job in jobs(tmp_path).values():
        assert job["kubernetes_sd_configs"][0]["namespaces"] == {"names": [labels.SERVING_NAMESPACE]}
    models, _ = jobs(tmp_path).values()
    assert {
        "source_labels": ["__meta_kubernetes_pod_phase"],
        "regex": "(Failed|Succeeded)",
        "action": "drop",
    } in (models["relabel_configs"])


def test_a_workloads_pod_is_renamed_as_beside_the_real_exporter(tmp_path):
    exporter = jobs(tmp_path)["nvidia-dcgm-exporter"]
    assert exporter["honor_labels"] is False
    assert {"target_label": "pod", "replacement": "nvidia-dcgm-exporter"} in exporter["relabel_configs"]

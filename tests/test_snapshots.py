"""Manifests as reviewed: what one region of prod submits, one file for each kind of object."""

import json

import pytest
import yaml

HOME = "us-east-1"
OBJECTS = {
    "deployment": f"{HOME}-llama-8b-deployment",
    "service": f"{HOME}-llama-8b-service",
    "pod-disruption-budget": f"{HOME}-llama-8b-disruption-budget",
    "network-policy": f"{HOME}-llama-8b-network-policy",
    "service-account": f"{HOME}-llama-8b-account",
    "target-group-binding": f"{HOME}-llama-8b-binding",
    "scaled-object": f"{HOME}-llama-8b-scaled-object",
    "scaled-object-that-sleeps": f"{HOME}-gpt-oss-20b-scaled-object",
    "default-deny": f"{HOME}-serving-default-deny",
    "priority-class": f"{HOME}-serving-interactive",
    "node-pool-spot": f"{HOME}-pools-llama-spot",
    "node-pool-on-demand": f"{HOME}-pools-llama-on-demand",
    "ec2-node-class": f"{HOME}-pools-class",
    "storage-class": f"{HOME}-running-gp3",
    "namespace-serving": f"{HOME}-addons-serving-namespace",
    "pod-monitor": f"{HOME}-seen-models",
    "prometheus-rule-model": f"{HOME}-seen-rules-model-llama-8b",
    "prometheus-rule-pool": f"{HOME}-seen-rules-pool-llama",
    "prometheus-rule-fleet": f"{HOME}-seen-rules-llm-fleet",
    "persistent-volume-read": f"{HOME}-weights-read-volume",
    "persistent-volume-fill": f"{HOME}-weights-fill-volume",
    "persistent-volume-claim-read": f"{HOME}-weights-read-claim",
    "persistent-volume-claim-fill": f"{HOME}-weights-fill-claim",
    "job-fill": f"{HOME}-fill-llama-8b-0e9e39f2",
    "job-publish": "weights-publish-llama-8b-0e9e39f2",
    "config-map-scripts": f"{HOME}-weights-scripts",
    "config-map-dashboard": f"{HOME}-seen-dashboard-cost",
    "secret-api-key": f"{HOME}-serving-api-key",
    "weights-network-policy": f"{HOME}-weights-network-policy",
}
CHARTS = ("gpu-operator", "prometheus", "keda", "load-balancer-controller", "metrics-server")


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_what_was_reviewed(prod, snapshot, name):
    snapshot(name, prod.named(OBJECTS[name]).manifest)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_charts_values_are_what_was_reviewed(prod, snapshot, chart):
    given = prod.named(f"{HOME}-addons-{chart}").inputs
    snapshot(
        f"values/{chart}", {"chart": given["chart"], "version": given["version"], "values": given["values"]}
    )


def test_karpenters_values_are_what_was_reviewed(prod, snapshot):
    given = prod.named(f"{HOME}-karpenter-chart").inputs
    snapshot(
        "values/karpenter", {"chart": given["chart"], "version": given["version"], "values": given["values"]}
    )


def test_what_karpenter_may_do_is_what_was_reviewed(prod, snapshot):
    document = prod.named(f"{HOME}-karpenter-identity-policy").inputs["policy"]
    snapshot("iam/karpenter", json.loads(document))


def test_every_kind_that_prod_submits_has_been_reviewed(prod):
    submitted = {
        one.inputs["kind"]
        for one in prod.resources
        if one.type.startswith("kubernetes:") and not one.type.startswith("kubernetes:helm.sh/")
    }
    reviewed = {prod.named(name).inputs["kind"] for name in OBJECTS.values()}
    assert submitted == reviewed


def test_every_reviewed_file_is_still_compared(request):
    folder = request.path.parent / "snapshots"
    kept = {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.yaml")}
    assert kept == {*OBJECTS, *(f"values/{chart}" for chart in (*CHARTS, "karpenter")), "iam/karpenter"}
    assert all(yaml.safe_load((folder / f"{name}.yaml").read_text()) for name in kept)

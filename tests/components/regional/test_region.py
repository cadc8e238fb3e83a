"""A region as a whole: what waits for what."""

import pytest

from rehearsal.judgement import verdicts

HOME = "us-east-1"


def test_every_choice_made_the_other_way_obeys_every_policy(other):
    assert [str(finding) for one in verdicts(other) for finding in one.findings] == []


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        (f"{HOME}-pools-llama-spot", f"{HOME}-karpenter-chart"),
        (f"{HOME}-karpenter-chart", f"{HOME}-karpenter-crd"),
        (f"{HOME}-karpenter-chart", f"{HOME}-llama-g6e-xlarge-od"),
        (f"{HOME}-llama-8b-binding", f"{HOME}-addons-load-balancer-controller"),
        (f"{HOME}-llama-8b-scaled-object", f"{HOME}-addons-keda"),
        (f"{HOME}-llama-8b-deployment", f"{HOME}-fill-llama-8b-0e9e39f2"),
        (f"{HOME}-llama-8b-deployment", f"{HOME}-serving-default-deny"),
        (f"{HOME}-addons-gpu-operator", f"{HOME}-addons-prometheus"),
        (f"{HOME}-addons-keda", f"{HOME}-system-nodes"),
        (f"{HOME}-system-nodes", f"{HOME}-cluster-eks"),
        (f"{HOME}-cluster-eks", f"{HOME}-network-nat-az2"),
        (f"{HOME}-seen-models", f"{HOME}-addons-prometheus"),
        ("weights-publish-llama-8b-0e9e39f2", "weights-copies"),
    ],
)
def test_what_needs_another_waits_for_it_and_is_destroyed_before_it(prod, later, earlier):
    assert earlier in prod.waits_for(prod.named(later))


def test_a_model_does_not_wait_for_another_models_weights(prod):
    waits = prod.waits_for(prod.named(f"{HOME}-llama-8b-deployment"))
    assert f"{HOME}-fill-gpt-oss-120b-b5c939de" not in waits


def test_with_cluster_autoscaler_there_is_no_karpenter(other):
    names = {one.name for one in other.resources}
    assert not [name for name in names if name.startswith((f"{HOME}-karpenter-", f"{HOME}-pools"))]
    assert f"{HOME}-autoscaler-chart" in names
    assert "eu-west-2-karpenter-chart" in names


def test_the_origin_waits_for_no_other_regions_cluster(prod):
    waits = prod.waits_for(prod.named("weights-publish-llama-8b-0e9e39f2"))
    assert "eu-west-2-store-bucket" in waits
    assert not [name for name in waits if name.startswith(("eu-west-2-addons", "eu-west-2-cluster"))]


def test_nothing_public_is_made_before_the_way_to_the_internet(prod):
    assert f"{HOME}-network-internet" in prod.waits_for(prod.named(f"{HOME}-entrance-alb"))


def test_a_job_that_failed_is_made_anew_by_the_next_up(stack):
    for job in stack.kind("Job").values():
        assert job.inputs["metadata"]["annotations"] == {"pulumi.com/replaceUnready": "true"}

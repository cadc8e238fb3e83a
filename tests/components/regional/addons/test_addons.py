import json

import yaml

from components.regional.addons.gpu_operator import GPU_OPERATOR
from components.regional.addons.prometheus import PROMETHEUS, SELECTORS

HOME = "us-east-1"


def values(cloud, name):
    return cloud.named(f"{HOME}-{name}").inputs["values"]


def test_requiring_an_addon_installs_it_first(prod):
    assert PROMETHEUS in GPU_OPERATOR.requires
    assert f"{HOME}-addons-prometheus" in prod.waits_for(prod.named(f"{HOME}-addons-gpu-operator"))


def test_releases_have_fixed_names_and_are_taken_back_when_they_fail(prod):
    for one in prod.of("kubernetes:helm.sh/v3:Release").values():
        assert one.inputs["name"]
        assert one.inputs["atomic"] is True
        assert not one.inputs.get("createNamespace")


def test_the_gpu_operator_tolerates_every_taint_in_both_places(prod):
    given = values(prod, "addons-gpu-operator")
    assert (given["driver"]["enabled"], given["toolkit"]["enabled"]) == (False, False)
    groups = {
        key
        for one in prod.of("aws:eks/nodeGroup:NodeGroup").values()
        for key in (t["key"] for t in one.inputs.get("taints", []))
    }
    for tolerations in (
        given["daemonsets"]["tolerations"],
        given["node-feature-discovery"]["worker"]["tolerations"],
    ):
        assert groups <= {one["key"] for one in tolerations}


def test_prometheus_sees_everybodys_monitors_and_remembers(prod):
    spec = values(prod, "addons-prometheus")["prometheus"]["prometheusSpec"]
    assert all(spec[f"{selector}NilUsesHelmValues"] is False for selector in SELECTORS)
    assert spec["replicas"] == 2
    assert spec["storageSpec"]["volumeClaimTemplate"]["spec"]["storageClassName"] == "gp3"


def test_alerts_go_to_the_regions_topic_with_the_regions_signature(prod):
    config = values(prod, "addons-prometheus")["alertmanager"]["config"]
    topic = config["receivers"][1]["sns_configs"][0]
    assert topic["topic_arn"].endswith(f"{HOME}-addons-alerts-topic")
    assert topic["sigv4"] == {"region": HOME}
    assert config["route"]["receiver"] == "sns"


def test_the_load_balancer_controller_is_told_what_it_cannot_find_out(prod):
    given = values(prod, "addons-load-balancer-controller")
    assert given["region"] == HOME
    assert given["vpcId"].startswith("vpc-")
    assert given["enableServiceMutatorWebhook"] is False


def test_it_may_change_targets_of_the_fleet_only(prod):
    document = json.loads(prod.named(f"{HOME}-addons-lbc-policy").inputs["policy"])
    changes = document["Statement"][1]
    assert set(changes["Action"]) == {
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:DeregisterTargets",
    }
    assert changes["Condition"] == {"StringEquals": {"aws:ResourceTag/fleet": "llm-fleet-prod"}}


def test_serving_and_weights_are_restricted_and_readiness_counts_the_entrance(prod):
    for namespace in ("serving", "weights", "keda"):
        told = prod.named(f"{HOME}-addons-{namespace}-namespace").inputs["metadata"]["labels"]
        assert told["pod-security.kubernetes.io/enforce"] == "restricted"
    serving = prod.named(f"{HOME}-addons-serving-namespace").inputs["metadata"]["labels"]
    assert serving["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"


def test_lustre_needs_less_than_restricted_in_the_namespace_that_fills_it(other):
    told = other.named(f"{HOME}-addons-weights-namespace").inputs["metadata"]["labels"]
    assert told["pod-security.kubernetes.io/enforce"] == "baseline"


def test_karpenter_hears_all_five_kinds_of_notice(prod):
    kinds = {
        json.loads(one.inputs["eventPattern"])["detail-type"][0]
        for name, one in prod.of("aws:cloudwatch/eventRule:EventRule").items()
        if name.startswith(HOME)
    }
    assert len(kinds) == 5
    assert "EC2 Spot Instance Interruption Warning" in kinds
    assert values(prod, "karpenter-chart")["settings"]["interruptionQueue"] == "prod-us-east-1-interruptions"


def test_definitions_come_by_their_own_chart_and_the_other_skips_them(prod):
    assert prod.named(f"{HOME}-karpenter-chart").inputs["skipCrds"] is True
    assert f"{HOME}-karpenter-crd" in prod.waits_for(prod.named(f"{HOME}-karpenter-chart"))


def test_cluster_autoscaler_takes_spot_before_on_demand(other):
    given = values(other, "autoscaler-chart")
    assert given["extraArgs"]["expander"] == "priority,least-waste"
    priorities = yaml.safe_load(other.named(f"{HOME}-autoscaler-priorities").inputs["data"]["priorities"])
    by_pattern = {pattern: rank for rank, patterns in priorities.items() for pattern in patterns}
    assert by_pattern[".*-spot-.*"] > by_pattern[".*-od-.*"]


def test_recommendations_and_dns_are_there_where_chosen(other):
    releases = other.of("kubernetes:helm.sh/v3:Release")
    vpa = releases[f"{HOME}-addons-vpa"].inputs["values"]
    assert (vpa["updater"]["enabled"], vpa["admissionController"]["enabled"]) == (False, False)
    dns = releases[f"{HOME}-addons-external-dns"].inputs["values"]
    assert (dns["policy"], dns["txtOwnerId"]) == ("upsert-only", "prod-us-east-1")


def test_grafanas_password_is_nobodys_default(prod):
    """Empty makes the chart draw one and keep it in its own Secret; unset is the same well-known word everywhere."""
    assert values(prod, "addons-prometheus")["grafana"]["adminPassword"] == ""

import json

HOME = "us-east-1"


def test_the_control_plane_is_private_logged_encrypted_and_kept(prod):
    cluster = prod.named(f"{HOME}-cluster-eks").inputs
    assert cluster["authenticationMode"] == "API"
    assert cluster["endpointPrivateAccess"] is True
    assert (cluster["endpointPublicAccess"], cluster["publicAccessCidrs"]) == (True, ["203.0.113.0/24"])
    assert set(cluster["enabledClusterLogTypes"]) == {
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    }
    assert cluster["encryptionConfigKeyArn"].startswith("arn:aws:kms:")
    assert cluster["deletionProtection"] is True
    assert cluster["skipDefaultNodeGroup"] is True


def test_development_may_be_deleted(dev):
    assert dev.named("us-east-2-cluster-eks").inputs["deletionProtection"] is False


def test_production_may_be_deleted_once_somebody_has_said_so(other):
    assert other.named(f"{HOME}-cluster-eks").inputs["deletionProtection"] is False
    assert other.named(f"{HOME}-entrance-alb").inputs["enableDeletionProtection"] is False
    assert not any(one.protect for one in other.resources)


def test_reached_from_inside_it_answers_nobody_else(other):
    cluster = other.named("eu-west-2-cluster-eks").inputs
    assert (cluster["endpointPrivateAccess"], cluster["endpointPublicAccess"]) == (True, False)
    assert "publicAccessCidrs" not in cluster


def test_the_log_group_is_there_before_the_cluster_would_make_it(prod):
    assert f"{HOME}-cluster-logs" in prod.waits_for(prod.named(f"{HOME}-cluster-eks"))


def test_its_provider_is_known_by_a_name_that_never_changes(prod):
    provider = prod.named(f"{HOME}-cluster-kubernetes").inputs
    assert provider["clusterIdentifier"] == "us-east-1/prod-us-east-1"
    assert provider["enableServerSideApply"] == "true"


def test_managed_and_elastic_nodes_join_with_roles_of_their_own(prod):
    managed = {one.inputs["nodeRoleArn"] for one in prod.of("aws:eks/nodeGroup:NodeGroup").values()}
    entries = {one.inputs["principalArn"] for one in prod.of("aws:eks/accessEntry:AccessEntry").values()}
    assert managed.isdisjoint(entries)
    assert {one.inputs["type"] for one in prod.of("aws:eks/accessEntry:AccessEntry").values()} == {
        "EC2_LINUX"
    }


def test_without_karpenter_nobody_else_may_join(other):
    assert [name for name in other.of("aws:eks/accessEntry:AccessEntry") if name.startswith(HOME)] == []


def test_pod_networking_is_there_before_nodes_and_dns_after(prod):
    nodes = prod.named(f"{HOME}-system-nodes")
    assert {
        f"{HOME}-joining-vpc-cni",
        f"{HOME}-joining-kube-proxy",
        f"{HOME}-joining-pod-identity-agent",
    } <= prod.waits_for(nodes)
    assert f"{HOME}-system-nodes" in prod.waits_for(prod.named(f"{HOME}-running-coredns"))


def test_the_cni_enforces_policies_and_hands_out_prefixes(prod):
    chosen = json.loads(prod.named(f"{HOME}-joining-vpc-cni").inputs["configurationValues"])
    assert chosen["enableNetworkPolicy"] == "true"
    assert chosen["env"]["ENABLE_PREFIX_DELEGATION"] == "true"


def test_lustre_brings_its_own_driver_instead(other):
    assert f"{HOME}-running-efs-csi-driver" not in other.of("aws:eks/addon:Addon")
    assert f"{HOME}-addons-fsx-csi" in other.of("kubernetes:helm.sh/v3:Release")

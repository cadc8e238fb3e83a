import base64

from components.planning import labels

HOME = "us-east-1"
GROUP = f"{HOME}-llama-g6e-xlarge-od"


def test_system_nodes_are_on_demand_over_every_zone(prod):
    nodes = prod.named(f"{HOME}-system-nodes").inputs
    assert nodes["capacityType"] == "ON_DEMAND"
    assert len(nodes["subnetIds"]) == 3
    assert nodes["scalingConfig"]["minSize"] == 3


def test_a_gpu_group_boots_the_nvidia_image_of_a_day_with_its_taints(prod):
    group = prod.named(GROUP).inputs
    assert group["amiType"] == "AL2023_x86_64_NVIDIA"
    assert group["releaseVersion"] == "1.35.6-20260714"
    assert {(one["key"], one["value"], one["effect"]) for one in group["taints"]} == {
        (labels.GPU, "true", "NO_SCHEDULE"),
        (labels.FAMILY, "llama", "NO_SCHEDULE"),
    }
    assert group["labels"] == {labels.FAMILY: "llama", labels.CAPACITY: "on-demand", labels.GPU_COUNT: "1"}


def test_a_fixed_spot_share_of_the_floor_stands_on_a_spot_group(prod):
    group = prod.named(f"{HOME}-qwen-g6e-xlarge-spot").inputs
    assert group["capacityType"] == "SPOT"
    assert group["labels"][labels.CAPACITY] == "spot"
    assert group["scalingConfig"]["minSize"] == 1


def test_an_update_ends_the_old_gpu_node_first_and_sick_nodes_are_repaired(prod):
    group = prod.named(GROUP).inputs
    assert group["updateConfig"] == {"maxUnavailable": 1, "updateStrategy": "MINIMAL"}
    assert group["nodeRepairConfig"] == {"enabled": True}


def test_a_scalers_choice_of_size_is_left_alone_and_a_new_floor_is_reached(prod, other):
    """EKS refuses a least above the size that is; where nobody resizes a group, its size follows the plan."""
    assert {one.ignore_changes for one in prod.of("aws:eks/nodeGroup:NodeGroup").values()} == {()}
    scaled = other.named(f"{HOME}-llama-g6e-xlarge-od")
    assert scaled.ignore_changes == ("scalingConfig.desiredSize",)
    assert other.named(f"{HOME}-system-nodes").ignore_changes == ()


def test_gpu_nodes_put_scratch_on_their_nvme(prod):
    data = base64.b64decode(prod.named(f"{GROUP}-lt").inputs["userData"]).decode()
    assert "strategy: RAID0" in data


def test_groups_stand_only_in_zones_that_sell_their_type(prod):
    assert len(prod.named(f"{HOME}-gpt-oss-g7e-2xlarge-od").inputs["subnetIds"]) == 2


def test_cluster_autoscaler_finds_its_groups_and_pictures_a_node_of_an_empty_one(other):
    tags = {
        one.inputs["tag"]["key"]: one.inputs["tag"]["value"]
        for name, one in other.of("aws:autoscaling/tag:Tag").items()
        if name.startswith(f"{HOME}-llama-g6e-xlarge-spot")
    }
    template = "k8s.io/cluster-autoscaler/node-template"
    assert tags["k8s.io/cluster-autoscaler/prod-us-east-1"] == "owned"
    assert tags[f"{template}/resources/{labels.GPU}"] == "1"
    assert tags[f"{template}/taint/{labels.FAMILY}"] == "llama:NoSchedule"
    assert tags[f"{template}/label/{labels.CAPACITY}"] == "spot"


def test_with_karpenter_no_group_is_offered_to_another_scaler(prod):
    assert prod.of("aws:autoscaling/tag:Tag") == {}

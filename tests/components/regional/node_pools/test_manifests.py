from components.regional.node_pools import manifests


def test_a_node_class_names_a_dated_image_and_room_for_the_server(region):
    made = manifests.ec2_node_class(region, "role", "sg-1")
    assert made["amiSelectorTerms"] == [{"alias": "al2023@v20260714"}]
    assert made["blockDeviceMappings"][0]["ebs"]["volumeSize"] == "200Gi"
    assert made["instanceStorePolicy"] == "RAID0"


def test_the_drivers_taint_is_a_startup_taint_of_the_storage_in_use(region):
    pool = region.node_pools[0]
    for storage, key in manifests.STARTUP_TAINTS.items():
        spec = manifests.node_pool(pool, storage)["template"]["spec"]
        assert spec["startupTaints"] == [{"key": key, "effect": "NoExecute"}]
        assert key not in {taint["key"] for taint in spec["taints"]}


def test_a_pool_buys_one_way_in_known_zones(region):
    for pool in region.node_pools:
        asked = {
            one["key"]: one["values"]
            for one in manifests.node_pool(pool, "efs")["template"]["spec"]["requirements"]
        }
        assert asked["karpenter.sh/capacity-type"] == [pool.purchase]
        assert set(asked["topology.k8s.aws/zone-id"]) <= set(region.zones)
        assert asked["node.kubernetes.io/instance-type"] == list(pool.instance_types)

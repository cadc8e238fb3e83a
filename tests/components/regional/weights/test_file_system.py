"""Who may reach the weights."""

HOME = "us-east-1"


def test_lustre_and_its_clients_call_each_other_on_its_ports_and_no_others(other):
    """Its servers open connections too: without these a mount hangs."""
    into_nodes = {
        (one.inputs["fromPort"], one.inputs["toPort"])
        for name, one in other.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").items()
        if name.startswith(f"{HOME}-weights-files") and name.endswith("-into-nodes")
    }
    out = {
        (one.inputs["fromPort"], one.inputs["toPort"], name.rsplit("-to-")[-1])
        for name, one in other.of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").items()
        if name.startswith(f"{HOME}-weights-files")
    }
    assert into_nodes == {(988, 988), (1018, 1023)}
    assert out == {(*ports, who) for ports in into_nodes for who in ("nodes", "servers")}


def test_nfs_is_answered_and_never_calls(prod):
    rules = [
        name
        for one in ("Ingress", "Egress")
        for name in prod.of(f"aws:vpc/securityGroup{one}Rule:SecurityGroup{one}Rule")
        if name.startswith(f"{HOME}-weights-files")
    ]
    assert rules == [f"{HOME}-weights-files-nfs-from-nodes"]

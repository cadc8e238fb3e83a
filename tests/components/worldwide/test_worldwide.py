import json


def test_every_region_has_a_certificate_and_all_share_one_proof(prod):
    certificates = prod.of("aws:acm/certificate:Certificate")
    assert {one.inputs["region"] for one in certificates.values()} == {"us-east-1", "eu-west-2"}
    assert {tuple(one.inputs["subjectAlternativeNames"]) for one in certificates.values()} == {
        ("*.llm.example.com",)
    }
    proofs = [name for name in prod.of("aws:route53/record:Record") if name.startswith("certificates-")]
    assert proofs == ["certificates-proof"]


def test_clients_are_sent_by_latency_to_regions_that_are_healthy(prod):
    record = prod.named("traffic-us-east-1-llama-8b-latency").inputs
    assert record["name"] == "llama-8b.llm.example.com"
    assert record["type"] == "CNAME"
    assert record["ttl"] == 10
    assert record["records"] == ["llama-8b-us-east-1.llm.example.com"]
    assert record["latencyRoutingPolicies"] == [{"region": "us-east-1"}]
    assert record["healthCheckId"].startswith("traffic-us-east-1-llama-8b-check")


def test_health_is_asked_as_often_as_the_promise_needs(prod):
    check = prod.named("traffic-us-east-1-llama-8b-check").inputs
    assert (check["requestInterval"], check["failureThreshold"]) == (10, 1)
    assert (check["type"], check["port"], check["resourcePath"]) == ("HTTPS", 8443, "/health")


def test_an_accelerator_stands_in_front_where_chosen(other):
    assert other.of("aws:route53/healthCheck:HealthCheck") == {}
    groups = other.of("aws:globalaccelerator/endpointGroup:EndpointGroup")
    assert {one.inputs["endpointGroupRegion"] for one in groups.values()} == {"us-east-1", "eu-west-2"}
    assert other.named("traffic-llama-8b").inputs["name"] == "llama-8b.llm.example.com"


def test_weights_go_from_one_origin_to_every_region(prod):
    config = prod.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig").inputs
    copies = {
        one.inputs["bucket"]
        for name, one in prod.of("aws:s3/bucketVersioning:BucketVersioning").items()
        if "origin" not in name
    }
    assert {rule["destination"]["bucket"].split(":::")[1] for rule in config["rules"]} == copies
    assert len(config["rules"]) == 2


def test_the_token_reaches_the_jobs_of_gated_models_only(prod):
    for job in prod.kind("Job").values():
        pod = job.inputs["spec"]["template"]["spec"]
        names = {
            one["name"]
            for box in [*pod.get("initContainers", []), *pod["containers"]]
            for one in box.get("env", [])
        }
        assert ("HF_TOKEN" in names) == (job.name == "weights-publish-llama-8b-0e9e39f2")


def test_production_keeps_its_weights(prod, dev):
    kept = [one for name, one in prod.of("aws:s3/bucket:Bucket").items() if "logs" not in name]
    assert len(kept) == 3
    assert all(one.protect for one in kept)
    assert not any(one.protect for one in dev.of("aws:s3/bucket:Bucket").values())


def test_the_budget_warns_at_80_and_100_and_of_what_is_to_come(prod):
    month = prod.named("budgets-monthly").inputs
    assert month["limitAmount"] == "100000.00"
    told = {(one["notificationType"], one["threshold"]) for one in month["notifications"]}
    assert told == {("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)}
    assert month["costFilters"] == [{"name": "TagKeyValue", "values": ["user:fleet$llm-fleet-prod"]}]


def test_at_the_limit_every_scaler_loses_the_right_to_launch(prod):
    action = prod.named("budgets-deny-capacity").inputs
    assert (action["actionType"], action["approvalModel"]) == ("APPLY_IAM_POLICY", "AUTOMATIC")
    assert len(action["definition"]["iamActionDefinition"]["roles"]) == 2
    (forbidden,) = json.loads(prod.named("budgets-no-launches").inputs["policy"])["Statement"]
    assert forbidden["Effect"] == "Deny"
    assert {"ec2:RunInstances", "ec2:CreateFleet", "autoscaling:SetDesiredCapacity"} <= set(
        forbidden["Action"]
    )


def test_the_budgets_own_role_attaches_that_policy_to_those_roles_only(prod):
    (statement,) = json.loads(prod.named("budgets-acting-policy").inputs["policy"])["Statement"]
    assert statement["Condition"]["ArnEquals"]["iam:PolicyARN"].endswith("budgets-no-launches")
    assert len(statement["Resource"]) == 2


def test_aws_may_publish_to_the_encrypted_topic(prod):
    topic = json.loads(prod.named("budgets-publishers").inputs["policy"])["Statement"][0]
    key = json.loads(prod.named("budgets-key").inputs["policy"])["Statement"][1]
    services = ["budgets.amazonaws.com", "costalerts.amazonaws.com"]
    assert topic["Principal"]["Service"] == key["Principal"]["Service"] == services


def test_one_stack_of_the_account_activates_its_tags(dev):
    assert dev.of("aws:costexplorer/costAllocationTag:CostAllocationTag") == {}


def test_tags_that_budgets_filter_on_are_activated(prod):
    keys = {
        one.inputs["tagKey"]
        for one in prod.of("aws:costexplorer/costAllocationTag:CostAllocationTag").values()
    }
    assert keys == {"fleet", "environment", "owner", "cost-center"}


def test_the_anomaly_monitor_is_spelled_as_aws_gives_it_back(prod):
    """Any other spelling of the same monitor would replace it at every `up`."""
    monitor = prod.one("aws:costexplorer/anomalyMonitor:AnomalyMonitor").inputs
    assert json.loads(monitor["monitorSpecification"]) == {
        "And": None, "CostCategories": None, "Dimensions": None, "Not": None, "Or": None,
        "Tags": {"Key": "fleet", "MatchOptions": None, "Values": ["llm-fleet-prod"]},
    }  # fmt: skip

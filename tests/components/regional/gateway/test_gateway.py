HOME = "us-east-1"


def test_only_one_path_of_each_models_names_is_answered(prod):
    rule = prod.named(f"{HOME}-entrance-public-llama-8b").inputs
    hosts = rule["conditions"][0]["hostHeader"]["values"]
    assert hosts == ["llama-8b.llm.example.com", "llama-8b-us-east-1.llm.example.com"]
    assert rule["conditions"][1]["pathPattern"]["values"] == ["/v1/*"]
    default = prod.named(f"{HOME}-entrance-public").inputs["defaultActions"][0]
    assert default["fixedResponse"]["statusCode"] == "404"


def test_a_models_rules_keep_their_priority_when_others_come_or_go(prod, dev):
    for what in ("public", "health"):
        ranks = [
            one.inputs["priority"]
            for name, one in prod.of("aws:lb/listenerRule:ListenerRule").items()
            if f"{HOME}-entrance-{what}-" in name
        ]
        assert len(set(ranks)) == len(ranks) == 4
        assert all(1 <= rank <= 50_000 for rank in ranks)


def test_names_fit_the_32_characters_of_a_load_balancer(stack):
    """The engine appends eight characters to a logical name, and AWS refuses what is longer than 32."""
    for type_ in ("aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"):
        for one in stack.of(type_).values():
            assert len(one.inputs["namePrefix"]) <= 6


def test_health_is_private_to_the_health_checkers(prod):
    rule = prod.named(f"{HOME}-entrance-from-checkers").inputs
    assert rule["prefixListId"].startswith("pl-")
    assert (rule["fromPort"], rule["toPort"]) == (8443, 8443)
    health = prod.named(f"{HOME}-entrance-health-llama-8b").inputs
    assert health["conditions"][1]["pathPattern"]["values"] == ["/health"]


def test_the_balancer_reaches_the_servers_port_and_nothing_else(prod):
    out = prod.named(f"{HOME}-entrance-to-models").inputs
    into = prod.named(f"{HOME}-entrance-into-models").inputs
    assert (out["fromPort"], out["toPort"], into["fromPort"], into["toPort"]) == (8000,) * 4
    assert out["securityGroupId"] == into["referencedSecurityGroupId"]


def test_targets_fail_fast_and_leave_as_slowly_as_the_server_drains(prod):
    group = prod.named(f"{HOME}-entrance-llama-8b").inputs
    assert group["targetType"] == "ip"
    assert (group["healthCheck"]["interval"], group["healthCheck"]["unhealthyThreshold"]) == (5, 2)
    assert group["deregistrationDelay"] == 90
    assert group["loadBalancingAlgorithmType"] == "least_outstanding_requests"


def test_logs_are_writable_before_the_balancer_writes(prod):
    balancer = prod.named(f"{HOME}-entrance-alb")
    assert f"{HOME}-entrance-logs-policy" in prod.waits_for(balancer)
    assert balancer.inputs["enableDeletionProtection"] is True


def test_an_address_that_asks_too_often_is_refused_and_keys_are_not_logged(prod):
    rules = {one["name"]: one for one in prod.named(f"{HOME}-entrance-firewall-acl").inputs["rules"]}
    assert rules["rate"]["statement"]["rateBasedStatement"]["limit"] == 14_400
    logging = prod.named(f"{HOME}-entrance-firewall-logging").inputs
    assert logging["redactedFields"] == [{"singleHeader": {"name": "authorization"}}]
    assert prod.named(f"{HOME}-entrance-firewall-logs").inputs["name"].startswith("aws-waf-logs-")


def test_a_prompt_that_quotes_an_exploit_is_a_prompt(prod):
    """The rule set still refuses exploits in headers, paths and query strings; in bodies, where prompts are, it counts."""
    rules = {one["name"]: one for one in prod.named(f"{HOME}-entrance-firewall-acl").inputs["rules"]}
    known_bad = rules["AWSManagedRulesKnownBadInputsRuleSet"]
    overrides = known_bad["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"]
    assert {one["name"] for one in overrides} == {
        "Log4JRCE_BODY", "JavaDeserializationRCE_BODY", "ReactJSRCE_BODY",
    }  # fmt: skip
    assert all(one["actionToUse"] == {"count": {}} for one in overrides)
    assert known_bad["overrideAction"] == {"none": {}}

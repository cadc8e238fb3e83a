"""What the internet can reach, and how it is spoken to."""

from collections.abc import Iterator, Sequence
from typing import Any

from policies.reading import asked_cluster, whole
from policies.rule import Finding, Resource, Rule, at, items, of_type

EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


def control_planes_are_private(resource: Resource) -> Iterator[str]:
    if not asked_cluster(resource):
        return
    if at(resource.inputs, "endpointPrivateAccess") is not True:
        yield "does not serve the Kubernetes API inside its network; set endpoint_private_access=True"
    if at(resource.inputs, "endpointPublicAccess") is not False:
        reachable = set(items(resource.inputs, "publicAccessCidrs")) or EVERYWHERE
        if reachable & EVERYWHERE:
            yield "serves the Kubernetes API to the internet; list operator_cidrs, or none at all"


def nodes_have_no_public_address(resource: Resource) -> Iterator[str]:
    if resource.type == "aws:ec2/subnet:Subnet" and at(resource.inputs, "mapPublicIpOnLaunch"):
        yield "gives every instance in it a public address; set map_public_ip_on_launch=False"
    if resource.type == "aws:ec2/launchTemplate:LaunchTemplate":
        for interface in items(resource.inputs, "networkInterfaces"):
            if str(at(interface, "associatePublicIpAddress")).lower() == "true":
                yield "asks for a public address on a node"
    if resource.kind == "EC2NodeClass" and at(resource.inputs, "spec", "associatePublicIPAddress"):
        yield "asks for a public address on every node"
    if resource.kind == "Service" and at(resource.inputs, "spec", "type") in ("LoadBalancer", "NodePort"):
        yield f"is of type {at(resource.inputs, 'spec', 'type')}; the regional entrance is the only way in"


def only_https_is_open_to_everyone(resource: Resource) -> Iterator[str]:
    if resource.type == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
        open_ = {at(resource.inputs, "cidrIpv4"), at(resource.inputs, "cidrIpv6")} & EVERYWHERE
        ports = (at(resource.inputs, "fromPort"), at(resource.inputs, "toPort"))
        if open_ and tuple(map(_number, ports)) != (443, 443):
            yield f"opens ports {ports[0]}-{ports[1]} to the internet; only the entrance's 443 may be"
    if resource.type == "aws:ec2/securityGroup:SecurityGroup":
        for rule in items(resource.inputs, "ingress"):
            cidrs = {*items(rule, "cidrBlocks"), *items(rule, "ipv6CidrBlocks")}
            if cidrs & EVERYWHERE and (_number(at(rule, "fromPort")), _number(at(rule, "toPort"))) != (
                443,
                443,
            ):
                yield "opens more than 443 to the internet in an inline rule"


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def listeners_speak_modern_tls(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:lb/listener:Listener":
        return
    if at(resource.inputs, "protocol") not in ("HTTPS", "TLS"):
        yield f"listens in {at(resource.inputs, 'protocol')}; prompts would cross the internet in the clear"
    elif not str(at(resource.inputs, "sslPolicy") or "").startswith("ELBSecurityPolicy-TLS13-1-"):
        yield "accepts TLS below 1.2; use an ELBSecurityPolicy-TLS13-1-2 policy"


def only_the_api_is_forwarded(resource: Resource) -> Iterator[str]:
    """VLLM's key guards /v1 alone: /invocations, /metrics and /tokenize answer anybody who reaches them."""
    if resource.type != "aws:lb/listenerRule:ListenerRule":
        return
    if not any(at(one, "type") == "forward" for one in items(resource.inputs, "actions")):
        return
    conditions = items(resource.inputs, "conditions")
    paths = [str(value) for one in conditions for value in items(one, "pathPattern", "values")]
    hosts = [str(value) for one in conditions for value in items(one, "hostHeader", "values")]
    if not paths:
        yield "forwards every path of a model server; state a path pattern"
    for path in paths:
        if path not in FORWARDED:
            yield f"forwards {path}; only {' and '.join(sorted(FORWARDED))} are meant for others"
    if not hosts or any(host.startswith("*") for host in hosts):
        yield "answers to any host name; name the model's own"


FORWARDED = frozenset({"/v1/*", "/health"})


def entrances_answer_no_strangers(resource: Resource) -> Iterator[str]:
    """A request that no rule knows is answered by the entrance itself, and never reaches a model."""
    if resource.type == "aws:lb/listener:Listener":
        for action in items(resource.inputs, "defaultActions"):
            code = str(at(action, "fixedResponse", "statusCode"))
            if at(action, "type") != "fixed-response" or not code.startswith("4"):
                yield f"answers what no rule knows with {at(action, 'type')} {code}"
    if resource.type == "aws:lb/loadBalancer:LoadBalancer":
        if at(resource.inputs, "dropInvalidHeaderFields") is not True:
            yield "passes malformed headers on; set drop_invalid_header_fields"
        if at(resource.inputs, "accessLogs", "enabled") is not True:
            yield "keeps no access log: nobody could tell who called"


def entrance_has_a_firewall(resources: Sequence[Resource]) -> Iterator[Finding]:
    public = [
        one
        for one in of_type(resources, "aws:lb/loadBalancer:LoadBalancer")
        if not at(one.inputs, "internal")
    ]
    attached = of_type(resources, "aws:wafv2/webAclAssociation:WebAclAssociation")
    if len(attached) < len(public):
        yield Finding(
            resource="stack",
            sentence=f"has {len(public)} public load balancers but {len(attached)} firewall associations",
        )


def firewalls_bite(resource: Resource) -> Iterator[str]:
    if resource.type == "aws:wafv2/webAcl:WebAcl":
        rules = items(resource.inputs, "rules")
        rated = [one for one in rules if at(one, "statement", "rateBasedStatement", "limit")]
        if not any(at(one, "action", "block") is not None for one in rated):
            yield "limits nobody's rate: one client could fill every queue"
        managed = [one for one in rules if at(one, "statement", "managedRuleGroupStatement")]
        if any(at(one, "overrideAction", "count") is not None for one in managed):
            yield "only counts what AWS's managed rules would block"
        if not managed:
            yield "uses none of AWS's managed rule groups"
    if resource.type == "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration":
        redacted = [at(one, "singleHeader", "name") for one in items(resource.inputs, "redactedFields")]
        if "authorization" not in redacted:
            yield "writes API keys into its log; redact the authorization header"


def health_is_asked_over_tls(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:route53/healthCheck:HealthCheck" or at(resource.inputs, "type") == "CALCULATED":
        return
    if at(resource.inputs, "type") != "HTTPS" or at(resource.inputs, "enableSni") is not True:
        yield "does not ask over HTTPS with the host's name; the entrance would not answer"
    if at(resource.inputs, "resourcePath") != "/health":
        yield f"asks {at(resource.inputs, 'resourcePath')}, which wants a key or runs a model; ask /health"
    interval = whole(at(resource.inputs, "requestInterval"))
    if interval != 10:
        yield f"asks every {interval} s; the failover that the plan promises rests on 10, which cannot be changed later"


def networks_keep_a_record(resources: Sequence[Resource]) -> Iterator[Finding]:
    logged = {one.region for one in of_type(resources, "aws:ec2/flowLog:FlowLog")}
    sealed = {
        one.region
        for one in of_type(resources, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
        if not items(one.inputs, "ingress") and not items(one.inputs, "egress")
    }
    for network in of_type(resources, "aws:ec2/vpc:Vpc"):
        if network.region not in logged:
            yield Finding(resource=network.name, sentence="keeps no flow log")
        if network.region not in sealed:
            yield Finding(
                resource=network.name, sentence="has a default security group that lets traffic through"
            )


def control_planes_keep_a_record(resource: Resource) -> Iterator[str]:
    if not asked_cluster(resource):
        return
    for kind in ("api", "audit", "authenticator"):
        if kind not in items(resource.inputs, "enabledClusterLogTypes"):
            yield f"writes no {kind} log"
    if at(resource.inputs, "authenticationMode") != "API":
        yield "lets a ConfigMap say who is an administrator; set authentication_mode to API, which cannot be undone"


RULES = (
    Rule(
        name="control-planes-are-private",
        assures="no Kubernetes API answers the whole internet",
        remedy="leave operator_cidrs empty, or list only your own networks",
        resource=control_planes_are_private,
    ),
    Rule(
        name="control-planes-keep-a-record",
        assures="every Kubernetes API logs who did what, and knows its users from AWS alone",
        remedy="keep the log types and authentication_mode of cluster.py",
        resource=control_planes_keep_a_record,
    ),
    Rule(
        name="nodes-have-no-public-address",
        assures="no node and no Service is reachable from outside",
        remedy="keep nodes in private subnets and Services of type ClusterIP",
        resource=nodes_have_no_public_address,
    ),
    Rule(
        name="only-https-is-open-to-everyone",
        assures="nothing but the entrance's 443 is open to the internet",
        remedy="name the networks or the security group that may connect",
        resource=only_https_is_open_to_everyone,
    ),
    Rule(
        name="listeners-speak-modern-tls",
        assures="every listener speaks TLS 1.2 or newer",
        remedy="use HTTPS with an ELBSecurityPolicy-TLS13-1-2 policy",
        resource=listeners_speak_modern_tls,
    ),
    Rule(
        name="only-the-api-is-forwarded",
        assures="the entrance forwards /v1 and health, by name of the model, and nothing else",
        remedy="give the rule its host names and the path pattern /v1/*",
        resource=only_the_api_is_forwarded,
    ),
    Rule(
        name="entrances-answer-no-strangers",
        assures="what no rule knows is refused at the entrance, and everything is logged",
        remedy="keep the fixed 404, drop_invalid_header_fields and the access log",
        resource=entrances_answer_no_strangers,
    ),
    Rule(
        name="the-entrance-has-a-firewall",
        assures="every public load balancer stands behind a rate-limiting firewall",
        remedy="associate the region's web ACL with the load balancer",
        stack=entrance_has_a_firewall,
    ),
    Rule(
        name="firewalls-bite",
        assures="every firewall blocks by rate and by AWS's managed rules, and logs no API key",
        remedy="keep the rules and the redacted header of firewall.py",
        resource=firewalls_bite,
    ),
    Rule(
        name="health-is-asked-over-tls",
        assures="health checks ask over TLS, on /health, as often as the failover plan counts on",
        remedy="keep the check of traffic.py as the plan states it",
        resource=health_is_asked_over_tls,
    ),
    Rule(
        name="networks-keep-a-record",
        assures="every network logs its flows, and its default security group lets nothing through",
        remedy="keep the flow log and the empty default security group of network.py",
        in_development="advisory",
        stack=networks_keep_a_record,
    ),
)

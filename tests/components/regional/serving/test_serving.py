import dataclasses
import json

from components.planning import labels
from components.regional.serving import engine

HOME = "us-east-1"


def pod(cloud, name="llama-8b", region=HOME):
    return cloud.named(f"{region}-{name}-deployment").inputs["spec"]["template"]["spec"]


def server(cloud, name="llama-8b", region=HOME):
    (only,) = pod(cloud, name, region)["containers"]
    return only


def test_the_server_is_the_images_own_entrypoint_and_receives_its_signals(prod):
    assert "command" not in server(prod)
    assert server(prod)["args"][0].startswith("/weights/llama-8b/")


def test_the_server_keeps_connections_longer_than_the_load_balancer(prod):
    idle = prod.named(f"{HOME}-entrance-alb").inputs["idleTimeout"]
    kept = {one["name"]: one.get("value") for one in server(prod)["env"]}["VLLM_HTTP_TIMEOUT_KEEP_ALIVE"]
    assert int(kept) == idle + 15


def test_leaving_adds_up(prod):
    grace = pod(prod)["terminationGracePeriodSeconds"]
    pause = server(prod)["lifecycle"]["preStop"]["sleep"]["seconds"]
    (drain,) = [
        int(one.split("=")[1]) for one in server(prod)["args"] if one.startswith("--shutdown-timeout")
    ]
    assert pause + drain < grace < 120


def test_a_model_published_in_16_bits_and_asked_for_in_8_is_quantised_while_it_loads(prod):
    assert "--quantization=fp8" in server(prod)["args"]
    assert not [one for one in server(prod, "gpt-oss-120b")["args"] if one.startswith("--quantization")]


def test_the_queue_ends_after_two_more_rounds(prod):
    told = dict(one.split("=") for one in server(prod)["args"] if "=" in one)
    assert int(told["--max-num-queued-reqs"]) == 3 * int(told["--max-num-seqs"])


def test_only_lustre_must_be_told_to_read_ahead(prod, other):
    flag = "--safetensors-load-strategy=prefetch"
    assert flag not in server(prod)["args"]
    assert flag in server(other)["args"]


def test_weights_are_read_offline_through_the_shared_claim(prod):
    told = {one["name"]: one.get("value") for one in server(prod)["env"]}
    assert (told["HF_HUB_OFFLINE"], told["TRANSFORMERS_OFFLINE"]) == ("1", "1")
    claims = [one["persistentVolumeClaim"] for one in pod(prod)["volumes"] if "persistentVolumeClaim" in one]
    assert claims == [{"claimName": "weights", "readOnly": True}]


def test_the_server_waits_for_the_marker_of_its_own_revision(prod):
    (waiting,) = pod(prod)["initContainers"]
    assert "/weights/llama-8b/0e9e39f249a16976918f6564b8830bc894c89659/.complete" in waiting["command"][2]


def test_no_token_of_the_model_hub_reaches_a_server(prod):
    for deployment in prod.kind("Deployment").values():
        names = {one["name"] for one in deployment.inputs["spec"]["template"]["spec"]["containers"][0]["env"]}
        assert "HF_TOKEN" not in names


def test_replicas_start_at_the_floor_and_are_then_left_to_the_autoscaler(prod):
    for deployment in prod.kind("Deployment").values():
        assert deployment.ignore_changes == ("spec.replicas",)
    assert prod.named(f"{HOME}-llama-8b-deployment").inputs["spec"]["replicas"] == 2
    assert prod.named(f"{HOME}-gpt-oss-20b-deployment").inputs["spec"]["replicas"] == 0


def test_requests_come_from_the_entrance_and_scrapes_from_prometheus_and_nothing_goes_out(prod):
    policy = prod.named(f"{HOME}-llama-8b-network-policy").inputs["spec"]
    public = [
        one.inputs["cidrBlock"]
        for name, one in prod.of("aws:ec2/subnet:Subnet").items()
        if f"{HOME}-network-public" in name
    ]
    (rule,) = policy["ingress"]
    assert sorted(one["ipBlock"]["cidr"] for one in rule["from"] if "ipBlock" in one) == sorted(public)
    assert [one for one in rule["from"] if "podSelector" in one]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert not policy.get("egress")


def test_everything_else_in_the_namespace_is_denied(prod):
    spec = prod.named(f"{HOME}-serving-default-deny").inputs["spec"]
    assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_pods_of_a_binding_are_the_ready_ones_of_the_service(prod):
    binding = prod.named(f"{HOME}-llama-8b-binding").inputs["spec"]
    assert binding["serviceRef"] == {"name": "llama-8b", "port": labels.SERVER_PORT}
    assert binding["targetGroupARN"].endswith(f"{HOME}-entrance-llama-8b")


def test_gpus_of_one_replica_share_memory_and_single_ones_do_not(model):
    import dataclasses

    from components.regional.serving.pod import mounts, volumes

    assert not [one for one in volumes(model) if one.name == "shm"]
    split = dataclasses.replace(model, pod=dataclasses.replace(model.pod, shm_gib=8))
    (shared,) = [one for one in volumes(split) if one.name == "shm"]
    assert shared.empty_dir.medium == "Memory"
    assert [one for one in mounts(split) if one.mount_path == "/dev/shm"]


def test_who_waits_keeps_its_gpu_before_who_does_not(prod):
    ranks = {
        one.inputs["metadata"]["name"]: one.inputs["value"]
        for name, one in prod.kind("PriorityClass").items()
        if name.startswith(HOME)
    }
    assert ranks["llm-fleet-interactive"] > ranks["llm-fleet-internal"] > ranks["llm-fleet-batch"]


def test_another_key_is_another_secret_and_rolls_the_pods_over(prod):
    secret = prod.named(f"{HOME}-serving-api-key").inputs
    assert secret["immutable"] is True
    assert "name" not in secret["metadata"]
    (key,) = [one for one in server(prod)["env"] if one["name"] == "VLLM_API_KEY"]
    assert key["valueFrom"]["secretKeyRef"]["name"].startswith(f"{HOME}-serving-api-key-")


def test_a_server_asks_the_internet_for_nothing_when_it_starts(prod):
    """gpt-oss renders prompts with a vocabulary its repository lacks; it is published beside the weights."""
    told = {one["name"]: one.get("value") for one in server(prod, "gpt-oss-120b")["env"]}
    folder = server(prod, "gpt-oss-120b")["args"][0]
    assert told["TIKTOKEN_ENCODINGS_BASE"] == f"{folder}/tiktoken"
    assert "TIKTOKEN_ENCODINGS_BASE" not in {one["name"] for one in server(prod)["env"]}
    pod_of_job = prod.named("weights-publish-gpt-oss-120b-b5c939de").inputs["spec"]["template"]["spec"]
    fetched = {one["name"]: one.get("value") for one in pod_of_job["initContainers"][1]["env"]}["BESIDE"]
    assert fetched.split()[1] == "tiktoken/o200k_base.tiktoken"


def test_guessing_ahead_is_told_to_the_server_where_chosen(model, prod):
    guessing = dataclasses.replace(model, engine=dataclasses.replace(model.engine, draft_tokens=3))
    (told,) = [one for one in engine.flags(guessing) if one.startswith("--speculative-config=")]
    assert json.loads(told.split("=", 1)[1]) == {
        "method": "ngram", "num_speculative_tokens": 3, "prompt_lookup_max": 4, "prompt_lookup_min": 1,
    }  # fmt: skip
    assert not [one for one in server(prod)["args"] if "speculative" in one]

from rehearsal.replacement import REPLACED_BY, STATEFUL, follows, replacing

EFS = "aws:efs/fileSystem:FileSystem"
JOB = "kubernetes:batch/v1:Job"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
NAMESPACE = "kubernetes:core/v1:Namespace"


def test_only_inputs_that_cannot_be_changed_in_place_replace():
    before = {"encrypted": True, "throughputMode": "elastic"}
    assert replacing(EFS, before, {"encrypted": True, "throughputMode": "bursting"}) == ()
    assert replacing(EFS, before, {"encrypted": False, "throughputMode": "bursting"}) == ("encrypted",)


def test_an_input_that_comes_or_goes_differs_too():
    assert replacing(EFS, {}, {"kmsKeyId": "a"}) == replacing(EFS, {"kmsKeyId": "a"}, {}) == ("kmsKeyId",)


def test_parts_of_an_input_are_told_apart():
    job = {"metadata": {"name": "fill"}, "spec": {"backoffLimit": 1, "template": {"a": 1}}}
    assert replacing(JOB, job, {**job, "spec": {**job["spec"], "backoffLimit": 2}}) == ()
    assert replacing(JOB, job, {**job, "spec": {**job["spec"], "template": {"a": 2}}}) == ("spec.template",)


def test_every_kubernetes_object_is_another_under_another_name_or_namespace():
    before = {"metadata": {"name": "a", "namespace": "x", "labels": {"b": "c"}}}
    same = {"metadata": {"name": "a", "namespace": "x", "labels": {"b": "d"}}}
    other = {"metadata": {"name": "a", "namespace": "y"}}
    assert replacing("kubernetes:anything/v9:Kind", before, same) == ()
    assert replacing("kubernetes:anything/v9:Kind", before, other) == ("metadata.namespace",)


def test_a_type_without_a_line_is_changed_in_place():
    assert replacing("aws:x/y:Z", {"a": 1}, {"a": 2}) == ()


def test_what_stands_in_a_replaced_network_follows_but_a_selector_does_not():
    assert follows("aws:ec2/subnet:Subnet", "vpcId", "aws:ec2/vpc:Vpc")
    assert follows(JOB, "spec", "kubernetes:core/v1:Secret")
    assert follows(DEPLOYMENT, "metadata", NAMESPACE)
    assert not follows(DEPLOYMENT, "metadata", "kubernetes:core/v1:Secret")
    assert not follows(DEPLOYMENT, "spec", "kubernetes:core/v1:Secret")


def test_what_is_read_first_is_built_by_the_fleet_or_chosen_with_it(prod, other):
    built = {one.type for one in (*prod.resources, *other.resources)}
    assert built >= STATEFUL - {"aws:route53/zone:Zone"}


def test_inputs_are_spelled_as_the_fleet_spells_them(prod):
    """A line of inputs that nobody sets would never bite; these leave all of theirs to the provider."""
    left_to_the_provider = {"aws:s3/bucket:Bucket", "aws:kms/key:Key"}
    for type_, paths in REPLACED_BY.items():
        given = {key for one in prod.of(type_).values() for key in one.inputs}
        if given and type_ not in left_to_the_provider:
            assert {path.split(".")[0] for path in paths} & given, type_

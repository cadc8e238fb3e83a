"""Conventions as failures."""

import ast
import re
from pathlib import Path

import pytest

from components.planning.limits import NAME_LENGTH
from components.settings.stackfile import ROOT

LAYERS = ["catalog", "settings", "planning", "regional", "worldwide"]
SOURCES = sorted(
    path
    for folder in ("benchmarks", "components", "policies", "rehearsal")
    for path in (ROOT / folder).rglob("*.py")
)
LONGEST_FILE, LONGEST_FUNCTION = 250, 60

TYPE_TOKENS = {
    "AddOns": "llmfleet:regional:AddOns",
    "AlertTopic": "llmfleet:regional:AlertTopic",
    "Budgets": "llmfleet:worldwide:Budgets",
    "Certificates": "llmfleet:worldwide:Certificates",
    "ClosedBucket": "llmfleet:regional:ClosedBucket",
    "Cluster": "llmfleet:regional:Cluster",
    "ClusterAddOns": "llmfleet:regional:ClusterAddOns",
    "ClusterAutoscaler": "llmfleet:regional:ClusterAutoscaler",
    "Entrance": "llmfleet:regional:Entrance",
    "FileSystem": "llmfleet:regional:FileSystem",
    "Firewall": "llmfleet:regional:Firewall",
    "GlobalTraffic": "llmfleet:worldwide:GlobalTraffic",
    "GpuNodes": "llmfleet:regional:GpuNodes",
    "JoiningAddOns": "llmfleet:regional:JoiningAddOns",
    "Karpenter": "llmfleet:regional:Karpenter",
    "ModelServer": "llmfleet:regional:ModelServer",
    "Network": "llmfleet:regional:Network",
    "NodePools": "llmfleet:regional:NodePools",
    "Observability": "llmfleet:regional:Observability",
    "Region": "llmfleet:regional:Region",
    "ServingGround": "llmfleet:regional:ServingGround",
    "SystemNodes": "llmfleet:regional:SystemNodes",
    "WeightCache": "llmfleet:regional:WeightCache",
    "WeightOrigin": "llmfleet:worldwide:WeightOrigin",
    "WorkloadIdentity": "llmfleet:regional:WorkloadIdentity",
}


def imported_by(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_type_tokens_are_frozen():
    """A changed token replaces every resource beneath it; change one here on purpose, with an alias."""
    declared = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                for token in re.findall(
                    r'super\(\).__init__\("([^"]+)"', ast.unparse(node).replace("'", '"')
                ):
                    declared |= {node.name: token} if token.startswith("llmfleet:") else {}
    assert declared == TYPE_TOKENS


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_imports_only_the_ones_before_it(layer):
    later = LAYERS[LAYERS.index(layer) + 1 :]
    upward = [
        f"{path.name} imports {module}"
        for path in (ROOT / "components" / layer).rglob("*.py")
        for module in imported_by(path)
        if any(module.startswith(f"components.{above}") for above in later)
        or module.startswith(("policies", "rehearsal"))
    ]
    assert upward == []


def test_policies_know_facts_and_plans_only():
    # What a person tunes is written and refused as every other setting is.
    told = ("components.settings.base", "components.settings.checks", "components.settings.mistakes")
    known = ("components.catalog", "components.planning", "policies", *told)
    for path in (ROOT / "policies").glob("*.py"):
        ours = {
            name for name in imported_by(path) if name.startswith(("components.", "rehearsal", "policies"))
        }
        assert all(name.startswith(known) for name in ours), path.name


def test_facts_choices_and_plans_know_no_cloud_sdk():
    told = {"load.py", "secrets.py"}
    for layer in ("catalog", "settings", "planning"):
        for path in (ROOT / "components" / layer).rglob("*.py"):
            sdk = {name for name in imported_by(path) if name.split(".")[0].startswith("pulumi")}
            assert not sdk or path.name in told, path


def test_only_one_file_reads_configuration_and_one_makes_a_pack():
    readers = [path.name for path in SOURCES if "pulumi.Config(" in path.read_text()]
    packs = [path.name for path in SOURCES if " PolicyPack(" in path.read_text()]
    assert readers == ["load.py"]
    assert packs == ["__main__.py"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_fit_in_a_head(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE or path.parent.name == "catalog"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION or (node.name == "__init__" and length <= 125), (
                f"{node.name}: {length} lines"
            )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_classes_say_what_they_are(path):
    tree = ast.parse(path.read_text())
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []
    assert ast.get_docstring(tree)


def test_packages_hold_one_sentence_and_nothing_else():
    for path in SOURCES:
        if path.name == "__init__.py":
            tree = ast.parse(path.read_text())
            assert len(tree.body) == 1, path
            assert ast.get_docstring(tree), path


def test_no_lambda_hides_in_an_apply():
    assert [path for path in SOURCES if ".apply(lambda" in path.read_text()] == []


def test_components_register_their_outputs():
    for path in SOURCES:
        text = path.read_text()
        assert text.count('super().__init__("llmfleet:') == text.count("self.register_outputs("), path


def test_names_leave_room_for_what_clouds_append(stack):
    assert [one.name for one in stack.resources if len(one.name) > NAME_LENGTH] == []


def test_names_are_unique_within_their_type(stack):
    named = [(one.type, one.name) for one in stack.resources]
    assert len(named) == len(set(named))


def test_every_pin_says_where_its_updates_come_from():
    lines = (ROOT / "components/catalog/versions.py").read_text().splitlines()
    pin = re.compile(r"^[A-Z_]+: Final = (Chart|Image|EksAddon)\(")
    assert all(
        lines[position - 1].startswith("# renovate: ")
        for position, line in enumerate(lines)
        if pin.match(line)
    )


def test_nothing_floats():
    for path in (ROOT / "components").rglob("*.py"):
        assert not re.search(r"[:@]latest\b", path.read_text()), path


def test_nothing_is_called_after_nothing():
    assert not {"utils", "common", "helpers", "lib", "core"} & {path.stem for path in SOURCES}

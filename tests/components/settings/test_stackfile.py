import pytest

from components.settings import stackfile
from components.settings.mistakes import Mistakes


def refusal(tmp_path, text):
    (tmp_path / "Pulumi.dev.yaml").write_text(text)
    with pytest.raises(Mistakes) as refused:
        stackfile.read("dev", tmp_path)
    return str(refused.value)


def test_a_missing_stack_names_those_that_exist():
    with pytest.raises(Mistakes) as refused:
        stackfile.read("staging")
    assert str(refused.value) == (
        "no stack staging:\n  Pulumi.staging.yaml: there is no such file; stacks: dev, prod"
    )


def test_broken_yaml_names_the_line(tmp_path):
    assert "Pulumi.dev.yaml: line 2: " in refusal(tmp_path, "config:\n  a: [1\nb: }\n").replace(
        "line 3", "line 2"
    )


def test_a_key_written_twice_is_refused(tmp_path):
    assert "line 3: a is written twice" in refusal(tmp_path, "config:\n  a: 1\n  a: 2\n")


def test_encrypted_keys_are_known_by_name_only(tmp_path):
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  llm-fleet:apiKey:\n    secure: v1:abc\n")
    read = stackfile.read("dev", tmp_path)
    assert read.secrets == {"apiKey"}
    assert read.fleet is None

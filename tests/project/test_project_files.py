"""The files for those who join the project: CI, forms, hooks and the changelog."""

import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from features.shop import ROOT

GITHUB = ROOT / ".github"
HOOKS = ROOT / ".pre-commit-config.yaml"
FORMS = [GITHUB / "ISSUE_TEMPLATE" / name for name in ("bug_report.yml", "feature_request.yml")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def read(path: Path) -> Any:
    """What a YAML file holds."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*GITHUB.rglob("*.yml"), HOOKS], ids=lambda path: path.name)
def test_the_yaml_can_be_read(path: Path) -> None:
    assert isinstance(read(path), dict)


def test_the_public_ci_runs_what_every_ci_runs_and_no_more() -> None:
    workflow = read(GITHUB / "workflows" / "ci.yml")
    job = workflow["jobs"]["ci"]

    assert [step["run"] for step in job["steps"] if "run" in step] == ["bash .ci/run"]
    assert workflow["permissions"] == {"contents": "read"}
    assert job["timeout-minutes"] <= 90


def test_the_public_ci_tries_the_oldest_python_that_is_supported() -> None:
    pythons = read(GITHUB / "workflows" / "ci.yml")["jobs"]["ci"]["strategy"]["matrix"]["python"]

    assert PROJECT["requires-python"] == f">={pythons[0]}"
    assert len(pythons) > 1


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_a_form_has_an_id_and_a_label_for_every_question(form: Path) -> None:
    questions = [part for part in read(form)["body"] if part["type"] != "markdown"]

    assert len({question["id"] for question in questions}) == len(questions)
    assert all(question["attributes"]["label"] for question in questions)


def test_hooks_fetch_nothing() -> None:
    assert [each["repo"] for each in read(HOOKS)["repos"]] == ["local"]


def test_hooks_call_what_is_there() -> None:
    hooks = chain.from_iterable(each["hooks"] for each in read(HOOKS)["repos"])
    files = [word for hook in hooks for word in hook["entry"].split() if "/" in word or "." in word]

    assert files
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_changelog_tells_of_this_version() -> None:
    headings = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1:]

    assert headings[0].startswith("Unreleased\n")
    assert headings[1].startswith(f"{PROJECT['version']} - 20")


def test_the_licence_is_the_one_that_the_project_declares() -> None:
    assert (ROOT / "LICENSE").read_text().startswith(f"{PROJECT['license']} License\n")

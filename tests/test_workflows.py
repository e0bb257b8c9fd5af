"""The workflows of GitHub: valid YAML, actions pinned by commit, a release only after the tests."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

yaml = pytest.importorskip("yaml", reason="needs PyYAML, which Gradio brings: pip install '.[app]'")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)["jobs"]
    used = [line.split("uses:")[1].strip() for line in text.splitlines() if "uses:" in line]
    assert all(re.fullmatch(r"\./\S+|\S+@[0-9a-f]{40} # v[\d.]+", action) for action in used)


def test_a_release_waits_for_the_tests() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))[
        "jobs"
    ]
    assert all(name == "tests" or job["needs"] == "tests" for name, job in jobs.items())


def test_the_notes_of_a_release_are_its_section_of_the_changelog(tmp_path: Path) -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    (command,) = re.findall(r"awk .*", text)
    changelog = "# Changelog\n\n## [0.2.0] - 2027-01-01\n\nNew.\n\n## [0.1.0] - 2026-12-01\n\nFirst.\n"
    (tmp_path / "CHANGELOG.md").write_text(changelog)
    subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "GITHUB_REF_NAME": "v0.2.0"},
        check=True,
    )
    assert (tmp_path / "notes.md").read_text().split() == ["New."]

"""Browser files are built once by any Node that is new enough, and what fails says what it said."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ops.management.commands import assets

BUILD = """
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
const icons = JSON.parse(readFileSync(process.argv[2]))
mkdirSync('static/dist', { recursive: true })
writeFileSync('static/dist/icons.txt', Object.keys(icons).join(' '))
console.log('built')
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a build of its own, apart from what the product serves."""
    shop = {"name": "shop", "version": "1.0.0", "dependencies": {"tiny": "file:tiny"}}
    tiny = {"name": "tiny", "version": "1.0.0"}
    packages = {"": shop, "tiny": {"version": "1.0.0"}, "node_modules/tiny": {"resolved": "tiny", "link": True}}
    lock = {"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    for name, text in {
        "package.json": json.dumps(shop),
        "tiny/package.json": json.dumps(tiny),
        "package-lock.json": json.dumps(lock),
        "build.mjs": BUILD,
        "templates/a.html": '{% icon "truck" %} {% include "b" with sign="ban" %}',
        "app/pages.py": 'Place("Board", icon="list")',
        "tests/not_ours.html": '{% icon "unused" %}',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    for name, folder in {"BASE_DIR": tmp_path, "DATA_DIR": tmp_path / "data", "DIST": tmp_path / "static/dist"}.items():
        monkeypatch.setattr(assets, name, folder)
    return tmp_path


def make(capsys: pytest.CaptureFixture[str], **options: bool) -> str:
    call_command("assets", no_collect=True, **options)
    return capsys.readouterr().out


def test_it_builds_what_is_named_once_and_again_when_something_changed(project, capsys):
    first = make(capsys)

    assert "installing the locked packages" in first
    assert "building, 3 icons" in first
    assert (project / "static/dist/icons.txt").read_text() == "ban list truck"
    assert make(capsys) == "Assets: unchanged.\n"

    (project / "templates/a.html").write_text('{% icon "truck" %} {% icon "inbox" %}')
    again = make(capsys)

    assert "installing" not in again
    assert (project / "static/dist/icons.txt").read_text() == "inbox list truck"
    assert "building" in make(capsys, force=True)


def test_a_build_that_fails_says_why_and_is_not_taken_for_done(project, capsys):
    (project / "build.mjs").write_text("console.error('no such colour'); process.exit(3)")

    for _ in range(2):
        with pytest.raises(CommandError, match="no such colour"):
            make(capsys)


def shim(folder: Path, name: str, says: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho {says}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(("version", "own"), [("v22.1.0", True), ("v18.20.0", False), ("", False)])
def test_the_machines_node_is_used_when_it_is_new_enough(tmp_path, monkeypatch, version, own):
    shim(tmp_path / "bin", "node", version)
    shim(tmp_path / "bin", "npm", "10")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")

    node, npm = assets.node_programs()

    assert (node == [str(tmp_path / "bin/node")]) is own
    assert all(Path(part).exists() for part in (*node, *npm))


def test_without_any_node_the_sentence_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(CommandError, match="Run `make setup`"):
        assets.node_programs()

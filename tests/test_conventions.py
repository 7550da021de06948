"""The house rules that enforce themselves: sizes, names, imports, what is banned (house-style 8.11), and a sound ground."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import database

ROOT = database.CHECKOUT
APPS = ("ops", "accounts", "customers", "catalog", "inventory", "orders", "analytics")
LAYERS = {name: height for height, name in enumerate(APPS)}
MOST_LINES = 400
NO_MODULE = {"utils", "helpers", "services", "mixins", "managers", "constants", "common", "misc"}
# A public method of the database that a verb of its app leaves to another app's module.
VERBS = re.compile(r"(actions|editing|importing|imports|bulk)\.py$|/(demo|management|migrations|imports)/|conftest")


@cache
def files(pattern: str) -> tuple[Path, ...]:
    known = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", pattern], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return tuple(ROOT / name for name in known.stdout.splitlines() if (ROOT / name).is_file())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def product() -> list[Path]:
    return [path for path in files("*.py") if path.relative_to(ROOT).parts[0] in APPS]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def none(findings: Iterator[str] | list[str]) -> None:
    if found := sorted(findings):
        pytest.fail("\n".join(found), pytrace=False)


def test_no_file_is_longer_than_four_hundred_lines():
    ours = [path for path in files("*.py") if "migrations" not in path.parts]
    sized = (
        (path, len(path.read_text().splitlines())) for path in (*ours, *files("assets/*.js"), *files("assets/*.css"))
    )

    none(f"{named(path)} has {lines} lines" for path, lines in sized if lines > MOST_LINES)


def test_no_module_is_named_for_nothing():
    none(named(path) for path in files("*.py") if path.stem in NO_MODULE or path.parent.name in NO_MODULE)


def test_every_module_says_what_it_is_for():
    bare = {"__init__.py", "apps.py", "urls.py"}

    none(
        named(path)
        for path in product()
        if path.name not in bare and "migrations" not in path.parts and not ast.get_docstring(tree(path))
    )


# --- what is banned ---------------------------------------------------------------------------------------------

Banned = Callable[[ast.AST, str], bool]


def _called(node: ast.AST) -> str:
    """`a.b.c` of the call `a.b.c()`; the way ast.unparse would say it takes minutes for all files."""
    if not isinstance(node, ast.Call):
        return ""
    names, at = [], node.func
    while isinstance(at, ast.Attribute):
        names.append(at.attr)
        at = at.value
    return ".".join([*([at.id] if isinstance(at, ast.Name) else [""]), *reversed(names)])


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    return [(named(path), node) for path in product() for node in ast.walk(tree(path))]


def _is_bare_except(node: ast.AST, where: str) -> bool:
    """`except Exception` that does not raise again hides what went wrong."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = "" if node.type is None else ast.unparse(node.type)
    raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    return caught in {"", "Exception", "BaseException"} and not raises


def _is_signal(node: ast.AST, where: str) -> bool:
    if not isinstance(node, ast.ImportFrom) or node.module != "django.db.models.signals":
        return False
    return not {name.name for name in node.names} <= {"pre_migrate", "post_migrate"}


BANNED: dict[str, Banned] = {
    "import *": lambda node, where: isinstance(node, ast.ImportFrom) and node.names[0].name == "*",
    "a model signal": _is_signal,
    "@receiver": lambda node, where: isinstance(node, ast.Name) and node.id == "receiver",
    "an exception caught and dropped": _is_bare_except,
    "date.today()": lambda node, where: _called(node) in {"date.today", "datetime.date.today"},
    "a naive now": lambda node, where: _called(node) in {"datetime.now", "datetime.datetime.now", "datetime.utcnow"}
    and not (isinstance(node, ast.Call) and (node.args or node.keywords)),
    "a class-based page": lambda node, where: isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.views.generic"),
    "mark_safe": lambda node, where: _called(node) == "mark_safe",
    "a generic foreign key": lambda node, where: isinstance(node, ast.Name) and node.id in {"GenericForeignKey", "GenericRelation"},
    "print in the product": lambda node, where: _called(node) == "print" and not re.search(r"/management/|ops/dev/|ops/apps.py", where),
    ".objects.all() in a view": lambda node, where: _called(node).endswith(".objects.all") and bool(re.search(r"views\.py$|export", where)),
    "get_object_or_404 that names no reader": lambda node, where: _called(node) == "get_object_or_404"
    and isinstance(node, ast.Call) and not re.search(r"visible_to|request", ast.unparse(node)),
    "a stage written outside a verb": lambda node, where: isinstance(node, ast.Assign | ast.AugAssign) and not VERBS.search(where)
    and any(isinstance(t, ast.Attribute) and t.attr == "stage" for t in (node.targets if isinstance(node, ast.Assign) else [node.target])),
    "a mock": lambda node, where: isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node),
    "eval or exec": lambda node, where: _called(node) in {"eval", "exec"},
}  # fmt: skip


@pytest.mark.parametrize("what", BANNED)
def test_the_product_has_no(what):
    holds = BANNED[what]

    none(f"{where}:{getattr(node, 'lineno', 0)}" for where, node in nodes() if holds(node, where))


SPECIMENS = {
    "import *": "from x import *", "a model signal": "from django.db.models.signals import post_save", "@receiver": "@receiver\ndef f(): ...",
    "an exception caught and dropped": "try:\n  f()\nexcept Exception:\n  pass", "date.today()": "date.today()", "a naive now": "datetime.now()",
    "a class-based page": "from django.views.generic import ListView", "mark_safe": "mark_safe(x)",
    "a generic foreign key": "GenericForeignKey()", "print in the product": "print(1)", ".objects.all() in a view": "Order.objects.all()",
    "get_object_or_404 that names no reader": "get_object_or_404(Order, pk=1)", "a stage written outside a verb": "order.stage = 'x'",
    "a mock": "from unittest.mock import patch", "eval or exec": "eval('1')",
}  # fmt: skip


@pytest.mark.parametrize("what", BANNED)
def test_the_ban_notices(what):
    nodes = ast.walk(ast.parse(SPECIMENS[what]))

    assert any(BANNED[what](node, "orders/views.py") for node in nodes)


def test_tests_mock_nothing_of_ours():
    text = re.compile(r"unittest\.mock|\bmocker\b|MagicMock")
    none(
        named(path)
        for path in files("tests/*.py")
        if path.name != "test_conventions.py" and text.search(path.read_text())
    )


def test_an_app_knows_only_what_stands_below_it():
    """import-linter says it of every chain in `make lint`; this says it of every direct import, in a second."""
    allowed = {("ops/urls.py", app) for app in APPS}
    found = []
    for path in product():
        app = path.relative_to(ROOT).parts[0]
        for node in _run_time(tree(path)):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if not node.level
                else []
            )
            for name in names:
                other = name.partition(".")[0]
                if LAYERS.get(other, -1) > LAYERS[app] and (named(path), other) not in allowed:
                    found.append(f"{named(path)}:{node.lineno} imports {name}")
    none(found)


def _run_time(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports but for those that only the type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        yield from _run_time(child)


def test_no_todo_without_a_number_and_no_code_in_comments_of_sql():
    todo = re.compile(r"\b(TODO|FIXME|XXX)\b(?!.*#\d)")
    kinds = ("*.py", "*.html", "*.js", "*.css", "*.sql")

    none(
        f"{named(path)}:{number}"
        for kind in kinds for path in files(kind) if path.name != "test_conventions.py"
        for number, line in enumerate(path.read_text().splitlines(), 1) if todo.search(line)
    )  # fmt: skip


# --- templates --------------------------------------------------------------------------------------------------

INLINE = {
    "an inline script": re.compile(
        r"<script(?![^>]*\b(src=|type=\"(application/json|importmap|speculationrules)\"))[^>]*>", re.IGNORECASE
    ),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"\son[a-z]+\s*=|hx-on|hx-vals\s*=\s*[\"']js:", re.IGNORECASE),
    "safe": re.compile(r"(?<!help_text)\|\s*safe\b|autoescape\s+off"),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what):
    """The content policy would stop it; mails are not under it, and mail programs know no style sheet."""
    pages = [path for path in files("templates/*.html") if "emails" not in path.parts and path.name != "mail.html"]

    assert len(pages) > 50
    none(
        f"{named(path)}:{number} {line.strip()[:80]}"
        for path in pages for number, line in enumerate(path.read_text().splitlines(), 1) if INLINE[what].search(line)
    )  # fmt: skip


# --- the ground -------------------------------------------------------------------------------------------------


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def scratch():
    """An empty database of the owner's, gone afterwards."""
    name = f"test_opsdeck_scratch_{os.getpid()}"
    database.drop(name)
    with database.as_owner("opsdeck") as admin:
        admin.execute(f'create database "{name}"')
    yield SimpleNamespace(name=name, url=database.owner_url(name))
    database.drop(name)


UP_DOWN_UP = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from ops.db.sync import drift

def rules():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_policies where schemaname = 'public'")
        return cursor.fetchone()[0]

call_command("makemigrations", check=True, dry_run=True)
call_command("migrate", verbosity=0)
installed = rules()
for app in ("orders", "inventory", "catalog", "customers"):
    call_command("migrate", app, "zero", verbosity=0)
bare = rules()
call_command("migrate", verbosity=0)
print(installed, bare, rules(), drift())
"""


def test_migrations_run_up_down_and_up_again_with_the_rules_installed_and_none_is_missing(scratch):
    owner = {"OPS_LOGIN": "owner", "OPS_OWNER_DATABASE_URL": scratch.url, "DJANGO_SETTINGS_MODULE": "ops.settings"}

    done = subprocess.run(
        [sys.executable, "-c", UP_DOWN_UP],
        cwd=ROOT,
        env=os.environ | owner,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    installed, bare, again, drifted = done.stdout.splitlines()[-1].split(" ", 3)
    assert int(installed) == int(again) > 50
    assert (bare, drifted) == ("0", "[]")


def test_the_deployment_checks_have_nothing_to_say():
    production = {
        "OPS_SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopq", "OPS_DEBUG": "0", "OPS_HOSTS": "shop.example",
        "OPS_ORIGIN": "https://shop.example", "DJANGO_SETTINGS_MODULE": "ops.settings", "EMAIL_URL": "smtp://u:p@mail.example:587",
    }  # fmt: skip

    done = manage("check", "--deploy", "--fail-level", "WARNING", **production)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


# --- pages that can be read from the other side -----------------------------------------------------------------

_SIDES = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)\b|(?:left|right)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b)"
)
_FOUR = re.compile(r"(?<![\w-])(?:margin|padding|inset)\s*:\s*([^;{}]+)")
_VALUE = re.compile(r"(?:calc|env|max|min|var)\((?:[^()]|\([^()]*\))*\)|[^\s]+")
# Read by WeasyPrint, which knows no logical sides; a document is printed in the direction of its words.
_ON_PAPER = {"documents.css"}


def one_sided(css: str) -> list[str]:
    """What names a side of the screen instead of where lines begin and end."""
    found = [match[0].strip() for match in _SIDES.finditer(css)]
    for match in _FOUR.finditer(css):
        values = _VALUE.findall(match[1])
        if len(values) == 4 and values[1] != values[3]:
            found.append(match[0].strip())
    return found


def test_style_sheets_say_start_and_end_never_left_and_right():
    sheets = [path for path in files("assets/css/*.css") if path.name not in _ON_PAPER]

    assert len(sheets) > 15
    none(
        f"{named(path)}: {what}"
        for path in sheets
        for what in one_sided(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL))
    )


@pytest.mark.parametrize("css", ["a { left: 0 }", "a{margin-left:1px}", "a { border-right: 0 }", "a { text-align: right }",
                                 "a { padding: 0 1px 0 2px }", "a { margin: 0 calc(1px + 2px) 0 auto; }", "a { float: left }"])  # fmt: skip
def test_a_side_of_the_screen_is_noticed(css):
    assert one_sided(css)


@pytest.mark.parametrize("css", ["a { inset-inline-start: 0 }", "a { margin: 0 auto 0 auto }", "a { text-align: start }",
                                 "a { padding: 0 1px }", "a { inset: auto 0 0 }", "a { justify-content: right-ish }"])  # fmt: skip
def test_start_and_end_pass(css):
    assert not one_sided(css)

"""What the environment may say, and the sentence that stops the start when it says something else."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ops import env


def test_what_is_set_is_read_and_what_is_not_has_its_default(monkeypatch):
    monkeypatch.setenv("OPS_TRY", "12")

    assert (env.text("OPS_TRY"), env.number("OPS_TRY", 3), env.number("OPS_OTHER", 3)) == ("12", 12, 3)
    assert env.words("OPS_TRY_LIST", " a, b ,,c ") == ["a", "b", "c"]


def test_what_must_be_set_is_named_when_it_is_not():
    with pytest.raises(ImproperlyConfigured, match=r"OPS_NOWHERE is not set. Run `make run` once"):
        env.text("OPS_NOWHERE")


@pytest.mark.parametrize(("said", "meant"), [("1", True), ("Yes", True), ("true", True), ("0", False), ("no", False)])
def test_a_flag_reads_the_usual_words(monkeypatch, said, meant):
    monkeypatch.setenv("OPS_TRY", said)

    assert env.flag("OPS_TRY", default=not meant) is meant


@pytest.mark.parametrize(("reader", "said"), [(env.flag, "maybe"), (env.number, "-1"), (env.number, "ten")])
def test_a_word_that_is_neither_stops_the_start(monkeypatch, reader, said):
    monkeypatch.setenv("OPS_TRY", said)

    with pytest.raises(ImproperlyConfigured, match=f"OPS_TRY must be .* it says '{said}'"):
        reader("OPS_TRY", default=0)


def test_a_database_is_reached_by_host_or_by_socket():
    by_host = env.database("postgresql://opsdeck_web:p%40ss@db.example:6432/ops%20deck")
    by_socket = env.database("postgres://opsdeck_web@/opsdeck?host=/var/run/postgresql&port=5433")

    assert (by_host["HOST"], by_host["PORT"], by_host["NAME"]) == ("db.example", "6432", "ops deck")
    assert (by_host["USER"], by_host["PASSWORD"]) == ("opsdeck_web", "p@ss")
    assert (by_socket["HOST"], by_socket["PORT"]) == ("/var/run/postgresql", "5433")
    assert env.login("postgresql://opsdeck_web:x@db/opsdeck") == "opsdeck_web"


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://a@b", "opsdeck"])
def test_another_database_url_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="A database URL reads postgresql://"):
        env.database(url)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://m%40il:w%3Ard@mail.example", 587, True, False),
        ("smtps://m%40il:w%3Ard@mail.example", 465, False, True),
        ("smtp+plain://m%40il:w%3Ard@mail.example:1025", 1025, False, False),
    ],
)
def test_mail_is_sent_as_the_scheme_says(url, port, tls, ssl):
    options = env.mailer(url)["OPTIONS"]

    assert (options["host"], options["port"], options["use_tls"], options["use_ssl"]) == (
        "mail.example",
        port,
        tls,
        ssl,
    )
    assert (options["username"], options["password"]) == ("m@il", "w:rd")


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example"])
def test_another_mail_url_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL reads smtp://"):
        env.mailer(url)


def test_the_file_of_secrets_fills_in_and_the_environment_goes_first(tmp_path: Path):
    (tmp_path / "secrets.env").write_text("# ours\nOPS_TRY=from the file\nOPS_BOTH=file\n\nnot a pair\n")
    code = "from ops import env; print(env.text('OPS_TRY'), env.text('OPS_BOTH'), env.text('OPS_NONE', 'none'))"

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"OPS_DATA": str(tmp_path), "OPS_BOTH": "environment", "PYTHONPATH": str(env.BASE_DIR)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == "from the file environment none"

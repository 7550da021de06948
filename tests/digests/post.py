"""A real SMTP conversation, and another process that may be killed in the middle of one."""

import asyncio
import os
import socket
import subprocess
import sys
import threading

import pytest
from aiosmtpd.controller import Controller
from django.db import connections

from ops import env
from tests import database


class Postbox:
    """An SMTP server that keeps what it accepts; `slow` makes it think so long before it answers."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.asked = threading.Event()
        self.slow = 0.0

    async def handle_DATA(self, server, session, envelope) -> str:
        self.asked.set()
        await asyncio.sleep(self.slow)
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.fixture
def postbox(settings):
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"smtp+plain://127.0.0.1:{port}"
    settings.MAILERS = {"default": env.mailer(box.url)}
    yield box
    server.stop()


def another_process(code: str, postbox: Postbox) -> subprocess.Popen[bytes]:
    name = connections["default"].settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": database.web_url(name), "DJANGO_SETTINGS_MODULE": "tests.settings", "EMAIL_URL": postbox.url,
        "OPS_LOGIN": "web",
    }  # fmt: skip
    start = "import django; django.setup()\nfrom django.conf import settings\nfrom ops import env\n"
    start += "settings.MAILERS = {'default': env.mailer(settings.EMAIL_URL)}\n"
    return subprocess.Popen([sys.executable, "-c", start + code], env=environment, cwd=database.CHECKOUT)

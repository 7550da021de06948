"""A real SMTP server that keeps what it accepts, and can be made to think before it answers."""

import asyncio
import socket
import threading
from typing import Any

from aiosmtpd.controller import Controller


class Postbox:
    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.asked = threading.Event()
        self.slow = 0.0
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"smtp+plain://127.0.0.1:{self.port}"
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.asked.set()
        await asyncio.sleep(self.slow)
        self.taken.append(envelope.content)
        return "250 OK"

    def stop(self) -> None:
        self._controller.stop()

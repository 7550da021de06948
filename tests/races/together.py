"""Two or more at once: real threads, each with its own connection, let go at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

from ops.errors import Refused


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, or the refusal it met; any other error is raised here."""
    start = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(at: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(20)
            results[at] = call()
        except Refused as refused:
            results[at] = refused
        except BaseException as error:  # noqa: BLE001  raised again in the test's own thread
            results[at] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return _checked(results)


def in_step(rows: Sequence[Any], *verbs: Callable[[Any], Any]) -> list[list[Any]]:
    """Each verb in a thread of its own walks over the same rows; before every row all wait for each other."""
    step = threading.Barrier(len(verbs))
    results: list[list[Any]] = [[] for _ in verbs]

    def run(at: int, verb: Callable[[Any], Any]) -> None:
        try:
            for row in rows:
                step.wait(30)
                try:
                    results[at].append(verb(row))
                except Refused as refused:
                    results[at].append(refused)
        except BaseException as error:  # noqa: BLE001  raised again in the test's own thread
            step.abort()
            results[at].append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for found in results:
        _checked(found)
    return results


def _checked(results: list[Any]) -> list[Any]:
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refused):
            raise result
    return results

"""Printing many orders at once, as bulk verbs of the list: one PDF, made by a worker, with progress (A66)."""

from collections.abc import Callable, Sequence

from django.urls import reverse

from accounts.models import User
from ops.boards import Batch, Verb
from orders import papers
from orders.papers import PAPERS


def _begin(paper: str) -> Callable[[list[int], User, str], str]:
    def begin(pks: list[int], by: User, choice: str) -> str:
        return reverse("progress:job_detail", args=[papers.print_many(pks, by=by, paper=paper, choice=choice).pk])

    return begin


def _choices(paper: str) -> Callable[[User], Sequence[tuple[str, str]]]:
    return lambda user: papers.choices(PAPERS[paper], user)


PRINTS: list[Verb | Batch] = [
    Batch(f"print_{paper.key}", f"Print {paper.many.lower()}", "printer", _begin(paper.key), _choices(paper.key),
          "On which paper", scopes=paper.scopes)
    for paper in PAPERS.values()
]  # fmt: skip

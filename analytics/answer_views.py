"""The pages of the three questions, and their files (A62)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from analytics.answers import BUYERS, QUESTIONS, answer, questions_for
from analytics.export import as_file
from analytics.metrics import COSTS, SELLS
from analytics.queries import month_before
from ops import clock
from ops.access import page

# The last so many months, this one included.
PERIODS = (("1", "This month"), ("3", "3 months"), ("12", "12 months"))


@page(scopes=COSTS, nav="home")
def profit_by_category(request: HttpRequest) -> HttpResponse:
    return _answered(request, "profit")


@page(scopes=BUYERS, nav="home")
def repeat_customers(request: HttpRequest) -> HttpResponse:
    return _answered(request, "repeat")


@page(scopes=SELLS, nav="home")
def what_is_owed(request: HttpRequest) -> HttpResponse:
    return _answered(request, "owed")


def _answered(request: HttpRequest, key: str) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    question, others = QUESTIONS[key], questions_for(user)
    if question not in others:
        raise Http404("Your role holds only a part of what this answer is made of.")
    months = request.GET.get("months", "12")
    if months not in dict(PERIODS):
        raise Http404("Choose one of the spans that the page offers.")
    today = clock.today()
    first = month_before(today.replace(day=1), int(months) - 1)
    found = answer(key, user, first, today)
    if "as" in request.GET:
        rows = [[cell.value for cell in row] for row in found.rows]
        heads = [head or "Promised" for head in found.heads]
        return as_file(request, f"{key}-{today}", heads, rows, what=question.label)  # type: ignore[return-value]
    context = {
        "question": question, "answer": found, "first": first, "last": today, "months": months, "periods": PERIODS,
        "others": others,
    }  # fmt: skip
    return render(request, "analytics/answer.html", context)

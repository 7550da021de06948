"""The pages of a board, made from its declaration: `urlpatterns = addresses(ORDERS)`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.cache import patch_vary_headers

from ops.access.page import page, wants_fragment
from ops.boards import bulk, lanes, lists, saved, work
from ops.boards.ask import EVERY, Ask, ids_of
from ops.boards.declare import Batch, Board, Verb, open_to
from ops.boards.export import export
from ops.boards.read import MOST_COUNTED, MOST_TOTALLED, capped, count_words, totals
from ops.exports.queries import template_of
from ops.models import SavedView
from ops.numbers import count as spelled
from ops.progress.models import Job
from ops.standing.starts import start_of

ViewFunction = Callable[..., HttpResponse]


def is_live(request: HttpRequest) -> bool:
    """A page that is open asks for the rows that changed (assets/js/region.js)."""
    return request.headers.get("Ops-Live") == "1"


@dataclass(frozen=True)
class Pages:
    """One view function for each page of a board, each under the board's own scopes."""

    board: Board

    def addresses(self, *, list_at: str) -> list[URLPattern]:
        found = [
            path(list_at, self.list_page(), name=self.board.list_name),
            path(f"{list_at}totals/", self.totals_page(), name="totals"),
            path(f"{list_at}filters/", self.filters_page(), name="filters"),
            path("export/", self.export_page(), name="export"),
            path("views/", self.save_view_page(), name="save_view"),
            path("views/<int:pk>/drop/", self.drop_view_page(), name="drop_view"),
        ]
        if self.board.lanes:
            found.append(path("", self.lanes_page(), name="board"))
        if self.board.verbs:
            found += [
                path("bulk/", self.bulk_page(), name="bulk"),
                path("bulk/undo/", self.bulk_undo_page(), name="bulk_undo"),
                path("bulk/<int:pk>/", self.bulk_results_page(), name="bulk_results"),
            ]
        return found

    def _around(self, ask: Ask, name: str) -> dict[str, Any]:
        """What the bar above rows or lanes needs; one round trip counts this page and the tabs that count."""
        board = self.board
        shipped = list(board.board_views if name == "board" else board.views)
        narrow = board.lanes.live if name == "board" and board.lanes else (lambda rows: rows)
        tabs, counts = saved.tabs(ask, board.url(name), shipped, narrow)
        return {
            "board": board, "ask": ask, "tabs": tabs, "page": name, "chips": lists.chips(ask),
            "count": count_words(counts["rows"]), "total": counts["rows"],
            "counting": any(view.count for view in shipped),
            "saves": not any(tab.current for tab in tabs),
            "drops": next((tab.pk for tab in tabs if tab.current and tab.mine), 0),
            "add": board.add if board.add and open_to(board.add.scopes, ask.held) else None,
            "urls": {key: reverse(board.url(key)) for key in self._names()},
            "list_url": reverse(board.url(board.list_name)),
            "plain_query": ask.query(sort=board.default_sort(ask.held)),
            "clear": ask.without_filters() if ask.pairs else "",
        }  # fmt: skip

    def _start(self, request: HttpRequest, name: str) -> HttpResponse | None:
        """An address that asks nothing opens with the start that the person, or their role, has (X2)."""
        if request.GET or is_live(request):
            return None
        query = start_of(self.board, self.board.url(name), request.user)  # type: ignore[arg-type]
        return redirect(request.path + query) if query else None

    def _names(self) -> list[str]:
        names = [self.board.list_name, "totals", "filters", "export", "save_view"]
        return names + (["board"] if self.board.lanes else []) + (["bulk"] if self.board.verbs else [])

    # --- reading ------------------------------------------------------------------------------------------------

    def list_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes, partials={"rows", "live", "region"}, nav=self.board.list_name)
        def board_list(request: HttpRequest) -> HttpResponse:
            if elsewhere := _clean(request) or self._start(request, self.board.list_name):
                return elsewhere
            ask = Ask.read(self.board, request.user, request.GET)  # type: ignore[arg-type]
            if is_live(request) and "ids" in request.GET:
                return _live(render(request, "boards/list.html#live", self._live_rows(ask, ids_of(request.GET))))
            if is_live(request) and "tabs" in request.GET:
                return self._live_tabs(request, ask, self.board.list_name)
            context = {"ask": ask, "board": self.board, **lists.table(ask)}
            if wants_fragment(request) and not is_live(request) and ask.page > 1:
                response = render(request, "boards/list.html#rows", context)
                response["HX-Replace-Url"] = ask.query(show=context["shown"])
                return response
            context |= self._around(ask, self.board.list_name) | {
                "heads": lists.heads(ask), "verbs": self.board.verbs_for(ask.held),
                "totalled": any(column.total for column in ask.columns),
            }  # fmt: skip
            if is_live(request):
                return _live(render(request, "boards/list.html#region", context))
            return render(request, "boards/list.html", context)

        return board_list

    def _live_tabs(self, request: HttpRequest, ask: Ask, name: str) -> HttpResponse:
        """The tabs with their counts as they are now: asked for by a page that is open, every few seconds at most."""
        return _live(render(request, "boards/_bar.html#tabs", self._around(ask, name)))

    def _live_rows(self, ask: Ask, pks: list[int]) -> dict[str, Any]:
        """The rows asked about that still match. Those below the first page are marked: a page that does not show
        them must not announce them as new."""
        matching = list(ask.rows.filter(pk__in=pks).values_list("pk", flat=True))
        first = set(lists.page_of(ask)[0])
        counts = capped({"rows": ask.parts})
        return {
            "ask": ask, "board": self.board, "lines": lists.lines(ask, matching, lists.look_of(ask), first),
            "count": count_words(counts["rows"]), "exact": counts["rows"] < MOST_COUNTED,
        }  # fmt: skip

    def lanes_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes, partials={"lanes", "live"}, nav="board")
        def board_lanes(request: HttpRequest) -> HttpResponse:
            if elsewhere := _clean(request) or self._start(request, "board"):
                return elsewhere
            ask = Ask.read(self.board, request.user, request.GET)  # type: ignore[arg-type]
            if is_live(request) and "tabs" in request.GET:
                return self._live_tabs(request, ask, "board")
            if is_live(request):
                only = ids_of(request.GET) if "ids" in request.GET else None
                context = {"lanes": lanes.board(ask, only), "board": self.board, "ask": ask}
                name = "lanes" if only is None else "live"
                return _live(render(request, f"boards/board.html#{name}", context))
            context = self._around(ask, "board") | {"lanes": lanes.board(ask)}
            return render(request, "boards/board.html", context)

        return board_lanes

    def totals_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes, partials={"totals"})
        def board_totals(request: HttpRequest) -> HttpResponse:
            """The money of all rows under the filter; of very many only when asked for."""
            ask = Ask.read(self.board, request.user, request.GET)  # type: ignore[arg-type]
            sure = request.GET.get("all") == "1"
            most = MOST_TOTALLED + 1
            many = not sure and capped({"rows": ask.parts}, most)["rows"] >= most
            url = reverse(self.board.url("totals")) + ask.query(all=1)
            count, sums = (most, []) if many else totals(ask)
            context = {
                "totals": sums, "many": many, "count": f"{spelled(most - 1)}+" if many else spelled(count),
                "totalled": any(column.total for column in ask.columns), "url": url, "ask": ask, "board": self.board,
            }  # fmt: skip
            return render(request, "boards/totals.html", context)

        return board_totals

    def filters_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes, partials={"form"})
        def board_filters(request: HttpRequest) -> HttpResponse:
            """The form behind the Filter button; it lists people, so it is asked for when it is opened."""
            params = request.GET.copy()
            name = params.pop("page_name", [self.board.list_name])[-1]
            name = "board" if name == "board" and self.board.lanes else self.board.list_name
            ask = Ask.read(self.board, request.user, params)  # type: ignore[arg-type]
            chosen = {one.key: dict(pairs) for one, pairs in ask.given}
            several = {one.key: {value for _, value in pairs} for one, pairs in ask.given}
            fields = [
                {"filter": one, "options": one.options_for(ask.user), "given": chosen.get(one.key, {}),
                 "values": several.get(one.key, set()), "presets": _presets(ask, one, reverse(self.board.url(name)))}
                for one in self.board.filters_for(ask.held)
            ]  # fmt: skip
            context = {"fields": fields, "ask": ask, "board": self.board, "action": reverse(self.board.url(name))}
            template = "boards/filters.html#form" if wants_fragment(request) else "boards/filters.html"
            return render(request, template, context)

        return board_filters

    def export_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes)
        def board_export(request: HttpRequest) -> HttpResponse:
            params = request.GET.copy()
            form, kept = params.pop("as", ["csv"])[-1], params.pop("template", [""])[-1]
            ask = Ask.read(self.board, request.user, params)  # type: ignore[arg-type]
            return export(ask, form, template_of(ask, kept) if kept else None)  # type: ignore[return-value]

        return board_export

    # --- writing ------------------------------------------------------------------------------------------------

    def bulk_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes, methods=["POST"])
        def board_bulk(request: HttpRequest) -> HttpResponse:
            """First the preview, then with a choice the results."""
            query = request.POST.get("query", "")
            ask = Ask.read(self.board, request.user, QueryDict(query.removeprefix("?")))  # type: ignore[arg-type]
            verb = bulk.verb_of(ask, request.POST.get("verb", ""))
            pks = bulk.picked(ask, request.POST)
            back = reverse(self.board.url(self.board.list_name)) + ask.query()
            context: dict[str, Any] = {"board": self.board, "verb": verb, "back": back, "query": ask.query()}
            choice = request.POST.get("choice", "")
            if choice and request.POST.get("ids") and isinstance(verb, Batch):
                return redirect(bulk.begin(verb, pks, ask.user, choice))
            if choice and request.POST.get("ids") and isinstance(verb, Verb):
                bulk.check_choice(verb, choice, ask.user)
                if len(pks) > work.AT_ONCE:
                    job = work.begin(self.board, verb, pks, ask.user, choice, query=ask.query())
                    return redirect("progress:job_detail", job.pk)
                outcome = bulk.carry_out(self.board, verb, pks, ask.user, choice)
                words = dict(verb.choices(ask.user))[choice]
                undo = reverse(self.board.url("bulk_undo")) if verb.undo else ""
                context |= {"outcome": outcome, "choice": words, "undo": undo}
                return render(request, "boards/bulk_done.html", context | {"look": lists.look_of(ask)})
            context |= {
                "lines": lists.lines(ask, pks[:10], lists.look_of(ask), picks=False),
                "heads": lists.heads(ask), "n": len(pks),
                "ids": ",".join(map(str, pks)), "choices": bulk.offered(verb, ask.user, pks), "action": request.path,
            }  # fmt: skip
            return render(request, "boards/bulk.html", context)

        return board_bulk

    def bulk_undo_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes, methods=["POST"])
        def board_bulk_undo(request: HttpRequest) -> HttpResponse:
            ask = Ask.read(self.board, request.user, QueryDict())  # type: ignore[arg-type]
            verb, tokens = bulk.verb_of(ask, request.POST.get("verb", "")), request.POST.get("tokens", "")
            if isinstance(verb, Verb) and verb.undo and len(pks := sorted(bulk.told_in(tokens))) > work.AT_ONCE:
                query = request.POST.get("query", "")
                job = work.begin(self.board, verb, pks, ask.user, query=query, tokens=tokens)
                return redirect("progress:job_detail", job.pk)
            outcome = bulk.take_back(self.board, verb, tokens, ask.user)
            back = reverse(self.board.url(self.board.list_name)) + request.POST.get("query", "")
            context = {"board": self.board, "verb": verb, "outcome": outcome, "undone": True, "back": back}
            return render(request, "boards/bulk_done.html", context | {"look": lists.look_of(ask)})

        return board_bulk_undo

    def bulk_results_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes)
        def board_bulk_results(request: HttpRequest, pk: int) -> HttpResponse:
            """What became of each row of a long bulk verb: only whoever asked for it gets here."""
            ask = Ask.read(self.board, request.user, QueryDict())  # type: ignore[arg-type]
            job = Job.objects.visible_to(ask.user).filter(pk=pk, kind=work.KIND, asked__board=self.board.key).first()
            if job is None:
                raise Http404("There is no such work, or it is not yours.")
            _, verb = work.verb_of(job)
            asked = job.asked
            back = reverse(self.board.url(self.board.list_name)) + asked["query"]
            context = {
                "board": self.board, "verb": verb, "outcome": work.outcome_of(job), "job": job, "back": back,
                "choice": dict(verb.choices(ask.user)).get(asked["choice"], ""), "query": asked["query"],
                "undo": reverse(self.board.url("bulk_undo")) if verb.undo and job.is_over else "",
                "undone": bool(asked["tokens"]), "look": lists.look_of(ask),
            }  # fmt: skip
            return render(request, "boards/bulk_done.html", context)

        return board_bulk_results

    def _page_named(self, posted: QueryDict) -> str:
        return "board" if self.board.lanes and posted.get("page_name") == "board" else self.board.list_name

    def save_view_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes, methods=["POST"])
        def board_save_view(request: HttpRequest) -> HttpResponse:
            query = request.POST.get("query", "").removeprefix("?")
            ask = Ask.read(self.board, request.user, QueryDict(query))  # type: ignore[arg-type]
            name = self.board.url(self._page_named(request.POST))
            view = saved.save(ask, name, request.POST.get("name", ""), shared=request.POST.get("shared") == "1")
            messages.success(request, f"“{view.name}” is kept{' for everybody' if view.shared else ''}.")
            return redirect(reverse(name) + ask.query())

        return board_save_view

    def drop_view_page(self) -> ViewFunction:
        @page(scopes=self.board.scopes, methods=["POST"])
        def board_drop_view(request: HttpRequest, pk: int) -> HttpResponse:
            view = get_object_or_404(SavedView, pk=pk, owner=request.user, board__startswith=f"{self.board.space}:")
            view.delete()
            messages.success(request, f"“{view.name}” is gone.")
            return redirect(reverse(view.board))

        return board_drop_view


def _presets(ask: Ask, one: Any, base: str) -> list[tuple[str, str]]:
    """Links that set a period in one click and keep the other filters."""
    if not hasattr(one, "presets"):
        return []
    rest = [pair for pair in ask.pairs if pair[0] not in one.params()]
    found = []
    for label, pairs in one.presets():
        given = QueryDict(mutable=True)
        for key, value in [*rest, *pairs]:
            given.appendlist(key, value)
        found.append((label, f"{base}?{given.urlencode()}"))
    return found


def _clean(request: HttpRequest) -> HttpResponse | None:
    """The filter form sends its empty fields too; the address that people share and keep has none."""
    if is_live(request) or "" not in [value for values in dict(request.GET.lists()).values() for value in values]:
        return None
    kept = request.GET.copy()
    for key, values in request.GET.lists():
        kept.setlist(key, [value for value in values if value])
    return redirect(f"{request.path}?{kept.urlencode()}" if kept.urlencode() else f"{request.path}{EVERY}")


def _live(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Ops-Live"])
    return response

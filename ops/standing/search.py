"""Views in the palette: those that ship with a board, its yes-or-no filters, and what people have saved."""

from collections.abc import Iterator

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from ops.access.scopes import scopes_of
from ops.boards.ask import EVERY, Ask
from ops.boards.declare import BOARDS, Board, open_to
from ops.boards.filters import Flag, NotHere
from ops.boards.saved import seen_by
from ops.palette import Item, declare_source

_MOST = 8


def views_for_palette(request: HttpRequest, query: str) -> list[Item]:
    """Each address once, under its first name; every word has to be in its names."""
    held, words = scopes_of(request.user), query.lower().split()
    boards = [board for board in BOARDS.values() if open_to(board.scopes, held)]
    found: dict[str, Item] = {}
    for board, page, label, said, asked in _offered(request, boards):
        url = reverse(page) + (f"?{asked}" if asked else EVERY)
        if url not in found and all(word in said.lower() for word in words) and _reaches(board, request, asked):
            where = f"{board.title} board" if page == board.url("board") else board.title
            found[url] = Item(url, label, hint=where, icon="square-kanban" if where != board.title else "list-filter")
    return list(found.values())[:_MOST]


def _offered(request: HttpRequest, boards: list[Board]) -> Iterator[tuple[Board, str, str, str, str]]:
    """Board, page, label, the words it is found by, and what it asks."""
    held, pages = scopes_of(request.user), {}
    for board in boards:
        listed = board.url(board.list_name)
        pages[listed] = board
        shipped = [(listed, view) for view in board.views]
        if board.lanes:
            pages[board.url("board")] = board
            shipped += [(board.url("board"), view) for view in board.board_views]
        for page, view in shipped:
            if open_to(view.scopes, held):
                yield board, page, view.label, f"{board.title} {view.label} {view.query}", view.query
        for one in board.filters_for(held):
            if isinstance(one, Flag):
                yield board, listed, one.label, f"{board.title} {one.label} {one.key}", f"{one.key}=1"
    seen = seen_by(request.user).filter(board__in=pages)
    for saved in seen.order_by("name", "pk"):
        board = pages[saved.board]
        yield board, saved.board, saved.name, f"{board.title} {saved.name}", saved.query


def _reaches(board: Board, request: HttpRequest, asked: str) -> bool:
    try:
        Ask.read(board, request.user, QueryDict(asked))  # type: ignore[arg-type]
    except NotHere:
        return False
    return True


declare_source("Views", {"staff"}, views_for_palette)

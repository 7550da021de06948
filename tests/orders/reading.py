"""What the tests of the board share: asking for a page, and reading which rows are on it."""

import re

LIVE = {"Ops-Live": "1", "HX-Request": "true"}


def rows_in(html: str) -> set[int]:
    return {int(pk) for pk in re.findall(r'id="(?:row|card)-(\d+)"', html)}


def page(client, url: str, **headers) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()

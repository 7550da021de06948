"""The map of keys is one: what the list behind "?" says is what the scripts do."""

import re

from ops.keys import KEYS
from tests import database

SCRIPTS = database.CHECKOUT / "assets" / "js"


def test_every_line_that_acts_has_its_act_and_every_act_its_line():
    keys = (SCRIPTS / "keys.js").read_text()
    acts = re.search(r"const acts = \{(.*?)\n\};", keys, re.DOTALL)
    assert acts is not None
    named = set(re.findall(r"^\s*(?:(\w+):)", acts[1], re.MULTILINE)) | set(
        re.findall(r"(\w+): (?:openPalette|flip|undo)", acts[1])
    )

    declared = {key.act for key in KEYS if key.act}

    assert declared - {"keys"} == named - {""}
    assert "keys," in acts[1]


def test_no_key_is_said_twice():
    pressed = [key for line in KEYS for key in line.press]

    assert len(pressed) == len(set(pressed))


def test_keys_js_knows_no_key_by_itself_but_the_two_that_open_it():
    keys = (SCRIPTS / "keys.js").read_text()

    literal = set(re.findall(r'event\.key(?:\.toLowerCase\(\))? === "([^"]+)"', keys))

    assert literal == {"k", "g"}  # Ctrl K, and the g before a jump of the side bar


def test_the_list_is_on_every_page_and_says_what_each_line_needs(cast, client_of):
    html = client_of(cast.agent).get("/people/").content.decode()

    for key in KEYS:
        assert f"<dt>{key.label}</dt>" in html
    assert 'data-press="j k" data-act="walk" data-needs=".grid tbody tr[id]"' in html
    assert "<dt>Board</dt><dd><kbd>g b</kbd>" in html

"""Files on the order page: chosen, dropped, shot; looked at, removed, put back; on somebody else's screen by itself."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import make as kernel
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DROP = """async ({name, bytes, type}) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const panel = document.querySelector("#files");
  const options = { dataTransfer: data, bubbles: true, cancelable: true };
  for (const kind of ["dragover", "drop"]) panel.dispatchEvent(new DragEvent(kind, options));
}"""


def a_file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def pictures(page: Page):
    return page.locator("#files .shots > li")


@pytest.fixture
def order(cast: Cast):
    return make.order_in("in_production", cast.agent, cast.production)


def test_a_photo_is_chosen_seen_removed_and_put_back(order, window_of: Callable[..., Window]) -> None:
    window = window_of("agent").open(f"/orders/{order.pk}/").live()
    page = window.page

    page.locator("#file-pick").set_input_files(
        [
            a_file("bench.jpg", kernel.photo((640, 480), "JPEG")),
            a_file("leg.png", kernel.photo((64, 48))),
            a_file("empty.txt", b""),
        ]
    )

    expect(pictures(page)).to_have_count(2)
    expect(page.locator("#file-add .ups .note")).to_contain_text("empty.txt is empty")
    expect(window.toast).to_contain_text("Kept 2 files.")
    expect(page.locator("#files .shots")).to_contain_text("In production")

    page.locator("[data-shot]").first.click()
    viewer = page.locator("dialog.viewer")
    expect(viewer).to_contain_text("1 of 2 · bench.jpg")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("2 of 2 · leg.png")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("1 of 2 · bench.jpg")
    assert viewer.locator("img").evaluate(
        "async i => { await i.decode(); return [i.naturalWidth, i.naturalHeight]; }"
    ) == [640, 480]
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()

    page.get_by_role("button", name="Remove bench.jpg").click()
    page.get_by_label("Why remove bench.jpg?").fill("blurred")
    page.get_by_role("button", name="Remove", exact=True).locator("visible=true").click()
    expect(pictures(page)).to_have_count(1)
    expect(page.locator("#files-removed")).to_contain_text("Removed: 1")
    window.toast.filter(has_text="Removed bench.jpg.").get_by_role("button", name="Undo").click()
    expect(pictures(page)).to_have_count(2)


def test_dropped_files_come_up_on_the_colleagues_screen_with_what_they_type_left_alone(
    order, window_of: Callable[..., Window]
) -> None:
    floor = window_of("production").open(f"/orders/{order.pk}/?do=edit").live()
    note = floor.page.get_by_label("Production note")
    note.fill("Half typed")
    agent = window_of("agent").open(f"/orders/{order.pk}/").live()

    agent.page.evaluate(DROP, {"name": "plan.pdf", "bytes": list(b"%PDF-1.7 plan"), "type": "application/pdf"})

    expect(agent.page.locator("#files .docs")).to_contain_text("plan.pdf")
    expect(floor.page.locator("#files .docs")).to_contain_text("plan.pdf")
    expect(note).to_have_value("Half typed")
    expect(floor.page.locator("#file-add")).to_have_count(1)


def test_what_is_for_sales_never_reaches_the_floors_page(order, window_of: Callable[..., Window]) -> None:
    floor = window_of("production").open(f"/orders/{order.pk}/").live()
    page = window_of("agent").open(f"/orders/{order.pk}/").live().page

    page.get_by_label("Seen by").select_option("sales")
    page.locator("#file-pick").set_input_files([a_file("deal.txt", b"half price")])
    expect(page.locator("#files .docs")).to_contain_text("Sales and office")
    page.get_by_label("Seen by").select_option("everyone")
    page.locator("#file-pick").set_input_files([a_file("plan.txt", b"plan")])

    expect(floor.page.locator("#files .docs")).to_contain_text("plan.txt")
    assert "deal.txt" not in floor.page.content()


def test_too_large_a_file_is_refused_before_it_is_sent(order, window_of: Callable[..., Window], tmp_path: Path) -> None:
    page = window_of("agent").open(f"/orders/{order.pk}/").live().page
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(200_000_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)

    page.locator("#file-pick").set_input_files(film)

    expect(page.locator("#file-add .ups .note")).to_contain_text("film.mp4 is larger than 25 MB")
    assert not [url for url in asked if "/add/" in url]
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#file-add .ups .note")).to_have_count(0)


def test_on_a_phone_the_camera_is_a_button(order, window_of: Callable[..., Window]) -> None:
    page = window_of("production", **PHONE).open(f"/orders/{order.pk}/").live().page
    camera = page.locator("#file-shoot")
    assert (camera.get_attribute("capture"), camera.get_attribute("accept")) == ("environment", "image/*")
    expect(page.locator("label[for=file-shoot]")).to_be_visible()

    camera.set_input_files([a_file("shot.jpg", kernel.photo((300, 400), "JPEG"))])

    expect(pictures(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for button in ("file-pick", "file-shoot"):
        assert page.locator(f"label[for={button}]").evaluate("label => label.scrollWidth <= label.clientWidth")


def test_without_scripts_the_form_still_keeps_files(order, window_of: Callable[..., Window]) -> None:
    page = window_of("agent", java_script_enabled=False).open(f"/orders/{order.pk}/").page

    page.locator("#file-pick").set_input_files([a_file("a.txt", b"a"), a_file("empty.txt", b"")])
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.locator("#files .docs")).to_contain_text("a.txt")
    expect(page.locator("#toasts")).to_contain_text("empty.txt is empty")

"""The dialog in its frame: what is always in sight, what renews itself, and how it ends."""

import re

import pytest
from examining import page_checks, picture, tabbing_is_seen

from esdh_connect_web import end_visits

WIDE, PHONE = (1280, 900), (375, 812)


def ordered(visitor, case="BYG-0114"):
    visitor.case(case)
    dialog = visitor.dialog()
    dialog.locator("#go").click()
    dialog.get_by_text("Brevet er bestilt.").wait_for()
    return dialog


def in_sight(page, selector):
    """What somebody sees of it: it lies in the window, and nothing lies above it."""
    return page.locator(selector).evaluate(
        """one => {
          const box = one.getBoundingClientRect();
          const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return box.top >= 0 && box.bottom <= innerHeight && (one === there || one.contains(there));
        }"""
    )


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("text", ["62.5%", "125%"], ids=["100", "200"])
def test_the_buttons_are_in_sight_whatever_stands_above_them(town, visiting, size, text):
    """With a warning, and with text of twice the size: before it is ordered, and after."""
    mette = visiting(town, "mkj")
    ordered(mette)
    mette.case("BYG-0114")
    page = mette.tab()
    page.get_by_text("et brev med samme hoveddokument", exact=False).first.wait_for()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("size => { document.documentElement.style.fontSize = size; scrollTo(0, 0); }", text)
    picture(page, f"bar-before-{size[0]}-{len(text)}", whole=False)
    assert in_sight(page, "#go")
    assert in_sight(page, "#close")
    assert in_sight(page, ".esdh-doubts a")
    tabbing_is_seen(page)
    page.locator("textarea").fill("Det første blev væk")
    with page.expect_navigation():
        page.locator("#go").click()
    page.evaluate("size => { document.documentElement.style.fontSize = size; scrollTo(0, 0); }", text)
    picture(page, f"bar-after-{size[0]}-{len(text)}", whole=False)
    assert in_sight(page, "#close")
    tabbing_is_seen(page)


def test_what_speaks_against_a_letter_is_looked_at(town, visiting, language):
    """In every way, with the field for why it is sent anyway."""
    mette = visiting(town, "mkj", language)
    mette.case("BYG-0114")
    mette.tab().locator("#go").click()
    mette.page.locator(".status").first.wait_for()
    mette.case("BYG-0114")
    page = mette.tab()
    page.locator("#why-0").wait_for()
    page.locator(".esdh-doubts a").click()
    assert in_sight(page, "#doubts")
    page_checks(page, "send-with-a-doubt")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_what_speaks_against_a_letter_is_on_the_first_screen(town, visiting, size):
    """With the field for why; and the name of a bilag that is left out is read on one line."""
    mette = visiting(town, "mkj")
    ordered(mette)
    mette.case("BYG-0114")
    page = mette.tab()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert in_sight(page, "#why-0")
    with page.expect_navigation():
        page.locator("button[value='out-1']").click()
    name = page.locator("p.esdh-paper-what", has_text="Bilag 1 – Situationsplan.pdf").bounding_box()
    assert (name["width"] > 150, name["height"] < 40) == (True, True), name


def test_the_page_of_a_letter_renews_itself(town, visiting):
    """It counts the time down in which it can be undone, and then shows what became of it."""
    mette = visiting(town, "mkj")
    ordered(mette)
    page = mette.go(f"/letters/{town.post.entries(case='BYG-0114')[0].id}")
    page.locator("[data-left]", has_text="(0:").wait_for()
    page.locator(".badge", has_text="Leveret").wait_for(timeout=60_000)
    assert "Leveret." in page.locator("#told").inner_text()
    assert page.locator("#events li").count() > 2


def test_what_became_of_it_is_shown_by_itself(town, visiting):
    """When it can be undone no longer: said aloud, told to the case, and the focus is still somewhere."""
    mette = visiting(town, "mkj")
    dialog = ordered(mette)
    dialog.locator("form[action$='/send/stop'] button").first.focus()
    dialog.locator(".badge", has_text="Leveret").wait_for(timeout=60_000)
    picture(mette.page, "after-by-itself", whole=False)

    assert "Leveret." in dialog.locator("#told").inner_text()
    assert dialog.locator("form[action$='/send/stop'] button").count() == 0
    assert dialog.evaluate("document.activeElement.closest('.esdh-letter') !== null")


def test_a_page_in_which_somebody_writes_stays_as_it_is(town, visiting):
    """Also when the focus has left the field: what was written is not lost."""
    mette = visiting(town, "mkj")
    dialog = ordered(mette)
    dialog.locator("summary", has_text="tip").click()
    dialog.locator("#tip").fill("Ring først")
    dialog.locator("h1").click()
    mette.page.wait_for_timeout(22_000)

    assert town.post.entries(case="BYG-0114")[0].status.value == "delivered"
    assert dialog.locator(".badge", has_text="Leveret").count() == 0
    assert dialog.locator("#tip").input_value() == "Ring først"


def test_going_back_in_the_frame_shows_a_page_of_ours(town, visiting):
    """With what to do; and it can be closed."""
    mette = visiting(town, "mkj")
    dialog = ordered(mette)
    mette.page.evaluate("history.back()")
    dialog.get_by_role("heading", name="Siden kan ikke vises igen").wait_for()
    picture(mette.page, "gone-back", whole=False)
    dialog.get_by_role("button", name="Luk").click()
    mette.page.wait_for_selector("dialog", state="detached")
    mette.troubles[:] = [one for one in mette.troubles if "405" not in one]


def test_a_dialog_closes_when_its_person_is_logged_out(town, visiting):
    """In another tab: the case is somebody else's then, or nobody's."""
    mette = visiting(town, "mkj")
    mette.case("BYG-0114")
    mette.dialog()
    other = mette.context.new_page()
    other.goto(f"{town.address}sager")
    other.get_by_role("button", name="Skift bruger").click()
    mette.page.get_by_text("Der er ikke sendt noget: vinduet »Send digitalt« er lukket").wait_for()

    assert mette.page.url.partition("?")[0] == town.address


def test_a_dialog_in_a_tab_does_nothing_for_somebody_else(town, visiting):
    """Who was logged in when it was opened is not any more: nothing is ordered in their name."""
    mette = visiting(town, "mkj", java_script_enabled=False)
    mette.case("BYG-0114")
    with mette.context.expect_page() as coming:
        mette.page.get_by_role("button", name=re.compile("^Send digitalt")).click()
    mette.page.get_by_role("button", name="Skift bruger").click()
    mette.page.locator("button[value=oae]").click()
    coming.value.locator("#go").click()
    coming.value.get_by_text("Vinduet er udløbet.").wait_for()
    assert coming.value.get_by_text("Der er ikke sendt noget med dette tryk.").count() == 1
    mette.troubles[:] = [one for one in mette.troubles if "403" not in one]

    assert town.post.entries(case="BYG-0114") == ()


def test_from_a_failed_letter_there_is_a_way_on(town, visiting):
    """What can be done opens in a tab, on its own page; who comes back from there sees what became of it."""
    mette = visiting(town, "mkj")
    mette.case("BYG-0127")
    dialog = mette.dialog("Se brevet")
    picture(mette.page, "after-failed", whole=False)
    with mette.context.expect_page() as coming:
        dialog.get_by_role("button", name=re.compile("^Markér som løst")).click()
    page = coming.value
    page.locator("#why").fill("Modtageren er ringet op")
    with page.expect_navigation():
        page.locator("form[action*='/failures/'] button").first.click()
    page.close()
    dialog.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    dialog.locator("form[action$='/send/mend']").wait_for(state="detached")

    assert "Modtageren er ringet op" in dialog.locator(".esdh-letter").inner_text()


def test_a_dialog_that_is_over_shows_nothing_to_whoever_is_here_now(town, visiting):
    """It looks by itself what became of the letter, and finds that its person is logged out."""
    mette = visiting(town, "mkj")
    dialog = ordered(mette)
    end_visits(town.post, "mkj")
    dialog.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    dialog.get_by_text("Vinduet er udløbet.").wait_for()
    mette.troubles[:] = [one for one in mette.troubles if "403" not in one]

    assert dialog.get_by_text("Frida").count() == 0


def test_a_lost_connection_is_said_in_words_of_ours(town, visiting):
    """In the dialog that is left, which says where to look; and on the page that waits, until it is there again."""
    mette = visiting(town, "mkj")
    mette.case("BYG-0114")
    dialog = mette.dialog()
    mette.context.set_offline(True)
    dialog.locator("#go").click(no_wait_after=True)
    mette.page.get_by_text("Siden svarer ikke, og det er uvist, om trykket nåede frem.").wait_for()
    picture(mette.page, "lost", whole=False)
    assert mette.page.locator("iframe").count() == 0
    assert mette.page.evaluate("document.activeElement.textContent") == "Luk"
    mette.page.keyboard.press("Enter")
    mette.page.wait_for_selector("dialog", state="detached")
    mette.context.set_offline(False)
    assert town.post.entries(case="BYG-0114") == ()

    dialog = ordered(mette)
    story = dialog.locator("[data-now]").last
    mette.context.set_offline(True)
    dialog.get_by_text("Siden har ingen forbindelse").wait_for()
    picture(mette.page, "after-cut-off", whole=False)
    assert not story.is_visible()
    mette.context.set_offline(False)
    dialog.get_by_text("Siden har ingen forbindelse").wait_for(state="detached")
    assert story.is_visible()
    mette.troubles[:] = [one for one in mette.troubles if "failed" not in one and "Failed to" not in one]


def test_where_no_dialog_comes_the_case_says_that_nothing_was_sent(town, visiting):
    """The connection is gone before the press: the case system of the demo says it, and the next press is heard."""
    mette = visiting(town, "mkj")
    mette.case("BYG-0114")
    button = mette.page.get_by_role("button", name="Send digitalt")
    button.wait_for()
    mette.context.set_offline(True)
    button.click()
    mette.page.get_by_role("alert").get_by_text("Der er ikke sendt noget: siden svarer ikke.").wait_for()
    button.click()
    assert mette.page.get_by_role("alert").count() == 1
    mette.context.set_offline(False)
    mette.dialog()
    mette.page.get_by_text("Der er ikke sendt noget: siden svarer ikke.").wait_for(state="detached")
    assert town.post.entries(case="BYG-0114") == ()
    mette.troubles[:] = [one for one in mette.troubles if "failed" not in one and "Failed to" not in one]

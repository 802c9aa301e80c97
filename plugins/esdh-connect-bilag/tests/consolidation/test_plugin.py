"""The plugin in an installation: what a department has chosen is what its letters become."""

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.cli import show
from esdh_connect.dispatch import Request
from esdh_connect.model import PDF, Case
from esdh_connect.testing.fakes import GENEROUS, FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect_bilag import Bilag
from esdh_connect_bilag.consolidation import Layout


@pytest.fixture
def planned():
    """Plans a letter with two bilag; gives its row and the installation."""

    def one(values, *, plugin=None, **limits):
        host = FakeHost()
        documents = [host.document(name, name) for name in ("brev", "kort", "plan")]
        request = Request("dialog", Case("sag"), "teknik", "Afgørelse", documents, [host.person("p1", "0101901234")])
        channel = FakeChannel(limits=attrs.evolve(GENEROUS, max_files=1, media_types={PDF: (".pdf",)}, **limits))
        policy = {"plugins": ("letters", "bilag"), "values": values}
        more = {"bilag": plugin or Bilag()}
        post = installation(host=host, channels=[channel], now=FakeClock(), policy=policy, more=more)
        return post.plan(request).rows[0]

    return one


@pytest.mark.parametrize(
    ("values", "pages"),
    [({}, 4), ({"bilag": {"overview_from": 0}}, 3), ({"bilag": Layout(overview_from=3)}, 3)],
)
def test_a_department_has_its_own_layout(planned, values, pages):
    """As a table of the settings, or as a value."""
    row = planned(values)

    assert row.error is None
    assert row.manifest.extent.pages == pages
    assert row.manifest.files[0].front_matter == pages - 3


def test_what_a_department_does_not_say_is_as_the_installation_has_it(planned):
    """Key by key."""
    row = planned({"bilag": {"overview_from": 0}}, plugin=Bilag(layout=Layout(stamp=True)))

    assert [one.changes for one in row.manifest.documents] == [(), ("stemplet",), ("stemplet",)]


def test_a_layout_that_cannot_be_used_stops_the_letter(planned):
    """Nothing goes out otherwise than somebody chose."""
    row = planned({"bilag": {"stempel": True}})

    assert wording.of(row.error).startswith("Der er ikke sendt noget: afdelingens indstillinger for bilag")
    assert "Nøglerne er overview_from, stamp, fresh_sheets, one_sided" in wording.of(row.error)


def test_a_printed_letter_is_planned_with_its_blank_pages(planned):
    """The manifest counts them as front matter."""
    row = planned({}, on_paper=True)

    assert [one.first_page for one in row.manifest.documents] == [1, 3, 5]
    assert row.manifest.files[0].front_matter == 2


@pytest.mark.parametrize(("product", "blank"), [("", 2), ("1200", 2), ("1201", 0)])
def test_a_department_whose_letters_are_printed_on_one_side_has_no_blank_pages(product, blank):
    """The installation says which of the print supplier's products those are."""
    host = FakeHost()
    documents = [host.document(name, name) for name in ("brev", "kort", "plan")]
    request = Request("dialog", Case("sag"), "teknik", "Afgørelse", documents, [host.person("p1", "0101901234")])
    more = {"bilag": Bilag(layout=Layout(overview_from=0, one_sided=["1201"]))}
    channel = FakeChannel(limits=attrs.evolve(GENEROUS, on_paper=True))
    post = installation(host=host, channels=[channel], now=FakeClock(), more=more, policy={"product": product})

    assert post.plan(request).rows[0].manifest.files[0].front_matter == blank


def test_a_plan_tells_on_the_screen_that_pages_were_added():
    """Else page three of the letter would be nobody's."""
    host = FakeHost()
    documents = [host.document(name, name) for name in ("brev", "kort", "plan")]
    request = Request("dialog", Case("sag"), "teknik", "Afgørelse", documents, [host.person("p1", "0101901234")])
    post = installation(host=host, channels=[FakeChannel()], now=FakeClock(), more={"bilag": Bilag()})
    lines = [line.strip() for line in show.plan(post.plan(request), {})]

    assert "kort.pdf: side 3" in lines
    assert "1 side er lagt til: bilagsoversigt eller blanke sider" in lines

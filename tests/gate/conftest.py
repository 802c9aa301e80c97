"""An installation with the whole gate on, its host, and letters as people write them."""

from io import BytesIO

import attrs
import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from esdh_connect.channel import Limits
from esdh_connect.dispatch import Request
from esdh_connect.ids import Kle
from esdh_connect.model import Case
from esdh_connect.policy import Department, PolicyChange
from esdh_connect.testing.fakes import GENEROUS, FakeChannel
from esdh_connect.testing.installation import installation

CASE = Case("2026-17", "fake", "Byggesag", Kle("02.34.02"))
BODY = ("", "Afgørelse om carport", "", "Vi har behandlet din ansøgning.", "", "Med venlig hilsen", "Ida Sagsbehandler")


def pdf(*lines, marked="", pages=1, field=False):
    """Write a letter with these lines, by a program like the ones that write letters."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for page in range(pages):
        text = canvas.beginText(70, 780)
        for line in lines if page == 0 else ("Side to",):
            text.textLine(line)
        canvas.drawText(text)
        if marked:
            canvas.saveState()
            canvas.translate(150, 300)
            canvas.rotate(45)
            canvas.setFont("Helvetica-Bold", 90)
            canvas.drawString(0, 0, marked)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return signed_form(file.getvalue()) if field else file.getvalue()


def signed_form(content):
    """Put an empty field for a signature in."""
    writer = PdfWriter(clone_from=BytesIO(content))
    kind = {"/FT": NameObject("/Sig"), "/T": TextStringObject("Underskrift"), "/Type": NameObject("/Annot")}
    field = writer._add_object(DictionaryObject({NameObject(name): value for name, value in kind.items()}))
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([field])})
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


@attrs.define(eq=False)
class Town:
    """A department, its channels and its host, and a letter to plan."""

    host: object
    clock: object
    digital: FakeChannel
    paper: FakeChannel
    policy: dict = attrs.field(factory=dict)

    def letter(self, *lines, body=BODY, **how):
        """Write a letter that begins with these lines, and give its document."""
        return self.document(content=pdf(*lines, *body, **how))

    @property
    def post(self):
        policy = {"gate": None, **self.policy}
        return installation(host=self.host, channels=[self.digital, self.paper], now=self.clock, policy=policy)

    def person(self, id_="p1", cpr="0101901234", name="Ane Prøve", **more):
        party = self.host.person(id_, cpr, name)
        self.host.recipients[party] = attrs.evolve(self.host.recipients[party], **more)
        return party

    def document(self, id_="brev", content=None, name="", kind="afgørelse"):
        document = self.host.document(id_, "Ring til os.", name=name or f"{id_}.pdf")
        if content is not None:
            self.host.contents[id_, "1"] = content
        return attrs.evolve(document, kind=kind)

    def request(self, *parties, documents=None, title="Afgørelse om carport", case=CASE, key="dialog-1"):
        return Request(key, case, "teknik", title, documents or [self.document()], parties or [self.person()])

    def plan(self, *parties, **more):
        return self.post.plan(self.request(*parties, **more))

    def raised(self, *parties, **more):
        """Give the ids of what is raised, row by row."""
        return [tuple(dict.fromkeys(one.id for one in row.concerns)) for row in self.plan(*parties, **more).rows]

    def decide(self, **what):
        """Have an administrator decide it."""
        now = self.clock()
        change = PolicyChange(Department("teknik"), what, "admin", now, now)
        return self.post.departments.change([change])

    def on_paper(self, *ids):
        """Have these people reached by paper alone."""
        self.digital.reached |= dict.fromkeys(ids or ["p1"], False)


def a_town(host, clock):
    """Give a department that sends on paper what cannot go digitally."""
    digital = Limits(**{**attrs.asdict(GENEROUS, recurse=False), "signed_up_for": True})
    paper = Limits(**{**attrs.asdict(GENEROUS, recurse=False), "on_paper": True})
    channels = FakeChannel("digital", "Digital Post", digital), FakeChannel("paper", "Fysisk Post", paper)
    return Town(host, clock, *channels)


@pytest.fixture(scope="session")
def new_town():
    return a_town


@pytest.fixture
def town(esdh_host, esdh_clock):
    return a_town(esdh_host, esdh_clock)

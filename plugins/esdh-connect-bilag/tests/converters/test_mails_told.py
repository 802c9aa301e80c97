"""What is said of an e-mail: to the recipient on its page, and to whoever sends it, by the names that they know."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pypdfium2
import pytest

from esdh_connect.conversion import Conversion
from esdh_connect.errors import DoesNotFit, UnreadableDocument
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect_bilag.converters import Converters

MAIL = "message/rfc822"


def mail(text, subtype="plain", *attached):
    made = EmailMessage()
    made["Subject"] = "Vedr. byggesag"
    made.set_content(text, subtype)
    for name, content in attached:
        made.add_attachment(content, "application", "pdf", filename=name)
    return made


def converted(whole, converters):
    conversion = Conversion(converters, MemoryOutbox(), datetime(2026, 1, 1, tzinfo=UTC))
    return conversion._made("Mail.eml", whole.as_bytes(), MAIL, 0)


def test_what_the_sender_is_told_to_do_is_not_on_the_page():
    """The page goes to the recipient, who has nothing to open again."""
    whole = mail("Hej", "plain", ("tegning.pdf", b"%PDF-1.7 broken"), ("kort.pdf", b"<html><p>Fejl 500"))
    made = converted(whole, Converters().all())
    [page] = pypdfium2.PdfDocument(made.content)

    shown = " ".join(page.get_textpage().get_text_range().split())
    assert "tegning.pdf – ikke med: den kan ikke vises i en PDF" in shown
    assert "kort.pdf – ikke med: den kan ikke vises i en PDF" in shown
    assert not any(word in shown for word in ("Åbn", "Gem", "prøv igen", "sagssystemet"))
    assert [("Åbn" in one.text, "er ikke med: den " in one.text) for one in made.findings] == [(True, True)] * 2


def test_no_file_is_named_that_only_we_have_made():
    """The text of an e-mail is made a page of its own on the way, whose name nobody else knows."""
    long, small = mail("<p>Hej</p>" * 200, "html"), Converters(pages=1).all()
    with pytest.raises(UnreadableDocument) as refused:
        converted(long, small)
    assert refused.value.danish.startswith("dokumentet »Mail.eml« kan ikke laves om til PDF: siden bliver ")
    whole = mail("Hej")
    whole.add_attachment(long)
    [finding] = converted(whole, small).findings
    assert "»Vedr. byggesag« er ikke med: siden bliver " in finding.text


def test_where_nobody_makes_pdf_of_html_an_e_mail_is_named_as_it_is_known():
    """One that is nothing but HTML cannot be set as text."""
    made = [one for one in Converters().all() if "text/html" not in one.takes]
    with pytest.raises(DoesNotFit) as refused:
        converted(mail("<p>Hej", "html"), made)
    assert refused.value.danish.startswith("»Mail.eml« er en mail, der er skrevet som en webside")

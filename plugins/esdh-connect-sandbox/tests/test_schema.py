"""What the checker takes for a message: the schemas, where they are at hand, are asked the same."""

import copy
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from esdh_connect_sandbox.reading import read

MEMO = "{https://DigitalPost.dk/MeMo-1}"
BASE64 = {"content", "MeddelelseIndholdData", "VedhaeftningIndholdData"}
QUIET = etree.XMLParser(resolve_entities=False, remove_comments=True, remove_blank_text=True)
TEXTS = [
    "",
    " ",
    "x" * 7,
    "x" * 8,
    "x" * 150,
    "x" * 151,
    "ø" * 256,
    "x" * 257,
    "x" * 513,
    "true",
    " 1 ",
    "TRUE",
    "da",
    "dan",
    "d1",
    "2025-02-28",
    "2024-02-29",
    "2025-02-29",
    "2025-02-30",
    "2025-06-01T08:00:00Z",
    "2025-06-01T08:00:00.123Z",  # without spaces around it: libxml2 refuses those, XML Schema does not
    "2025-06-01T24:00:00Z",
    "2025-06-01T24:00:01Z",
    "2025-06-01T08:00:00",
    "2025-06-01T08:00:00+02:00",
    "8C2EA15D-61FB-4BA9-9366-42F8B194C114",
    "8C2EA15D-61FB-1BA9-9366-42F8B194C114",
    "DIGITALPOST",
    "NEMSMS",
    "9999999999",
    "10000000000",
    "9999999999999",
    "-1",
    "0000000000",
    "0101901234".replace("01", "31", 1),
    "0202915678".replace("02", "30", 1),
    "12B",
    "012",
    "12b",
    "st",
    "k9",
    "99",
    "100",
    "DK",
    "DNK",
    "Simplex",
    "C5",
    "a@b",
    "@b",
    "VGVzdA==",
    "VGVzdA",
    "VGVz dA==\n",
    "VGVzdB==",
    "=",
]


def enveloped(part: etree._Element, code: str) -> bytes:
    """A kombi_request around a part, written as it is."""
    root = etree.Element("kombi_request")
    etree.SubElement(root, "KombiValgKode").text = code
    root.append(copy.deepcopy(part))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def flaw_of(part: etree._Element) -> str | None:
    """What the checker says of a message or a letter on paper."""
    is_memo = part.tag.startswith(MEMO)
    flaws = read([enveloped(part, "Digital Post" if is_memo else "Fysisk Post")]).flaws
    flaw = flaws.get("memo" if is_memo else "print") or flaws.get("envelope")
    return flaw.text if flaw else None


@pytest.fixture(scope="module")
def examples(reference: Path) -> dict[str, etree._Element]:
    """Messages of version 1.2, and of 1.1."""
    files = [*reference.glob("memo/examples-1.*/*.xml")]
    return {
        f"{path.parent.name[-3:]} {path.stem}": etree.fromstring(path.read_bytes().lstrip(), QUIET) for path in files
    }


@pytest.fixture(scope="module")
def schemas(reference: Path) -> dict[str, etree.XMLSchema]:
    """The official schema of 1.1, one derived for 1.2, and those of fjernprint."""
    return {
        "1.1": etree.XMLSchema(etree.parse(reference / "memo/xsd-1.1/MeMo_core.xsd")),
        "1.2": etree.XMLSchema(etree.parse(reference / "memo/xsd-1.2-derived/MeMo_core.xsd")),
        "print": etree.XMLSchema(etree.parse(reference / "fjernprint/xsd/fjernprint.xsd")),
    }


def test_the_official_examples_are_taken(examples):
    """Full and minimum, both versions, and a NemSMS."""
    assert {name: flaw_of(example) for name, example in examples.items()} == dict.fromkeys(examples)
    assert len(examples) >= 4


FULL_SHIPMENT = """
<ForsendelseISamling xmlns="urn:oio:fjernprint:1.0.0" xmlns:dkal="urn:oio:dkal:1.0.0"
  xmlns:adir="urn:oio:adir:dagpenge:2009.07.01" xmlns:sd="urn:oio:sagdok:3.0.0"
  xmlns:itst="http://rep.oio.dk/itst.dk/xml/schemas/2006/01/17/"
  xmlns:k03="http://rep.oio.dk/ebxml/xml/schemas/dkcc/2003/02/13/"
  xmlns:k0503="http://rep.oio.dk/ebxml/xml/schemas/dkcc/2005/03/15/"
  xmlns:k0513="http://rep.oio.dk/ebxml/xml/schemas/dkcc/2005/05/13/"
  xmlns:k0519="http://rep.oio.dk/ebxml/xml/schemas/dkcc/2005/05/19/"><ForsendelseI>
  <AfsendelseIdentifikator>a</AfsendelseIdentifikator>
  <ForsendelseTypeIdentifikator>12</ForsendelseTypeIdentifikator>
  <ForsendelseModtager>
    <dkal:AfsendelseModtager><adir:CPRnummerIdentifikator>0000000000</adir:CPRnummerIdentifikator>
    </dkal:AfsendelseModtager>
    <ModtagerAdresse><itst:PersonName>Ane</itst:PersonName><CoNavn>Bo</CoNavn><k0503:StreetName>Vej</k0503:StreetName>
      <k03:StreetBuildingIdentifier>1A</k03:StreetBuildingIdentifier><k03:FloorIdentifier>st</k03:FloorIdentifier>
      <k03:SuiteIdentifier>tv</k03:SuiteIdentifier>
      <k03:MailDeliverySublocationIdentifier>Gården</k03:MailDeliverySublocationIdentifier>
      <k0503:PostCodeIdentifier>8000</k0503:PostCodeIdentifier>
      <k0503:DistrictSubdivisionIdentifier>By</k0503:DistrictSubdivisionIdentifier>
      <k0513:PostOfficeBoxIdentifier>7</k0513:PostOfficeBoxIdentifier>
      <k03:CountryIdentificationCode scheme="iso3166-alpha2">DK</k03:CountryIdentificationCode></ModtagerAdresse>
  </ForsendelseModtager>
  <dkal:FilformatNavn>PDF</dkal:FilformatNavn><dkal:MeddelelseIndholdData>VGVzdA==</dkal:MeddelelseIndholdData>
  <TransaktionsParametreI><TransaktionsDatoTid>2025-06-01T08:00:00</TransaktionsDatoTid>
    <MasseForsendelseIdentifikator>m</MasseForsendelseIdentifikator><KvitteringsTypeKode>Alle</KvitteringsTypeKode>
    <KvitteringsEmail>a@b</KvitteringsEmail></TransaktionsParametreI>
  <DokumentParametre><sd:TitelTekst>T</sd:TitelTekst><sd:UUIDIdentifikator>u</sd:UUIDIdentifikator>
    <sd:BrevDato>2025-06-01</sd:BrevDato></DokumentParametre>
  <KanalUafhaengigeParametreI><EnhedTekst>e</EnhedTekst><BrugerNavn>b</BrugerNavn>
    <KonteringsGruppeTekst>k</KonteringsGruppeTekst>
    <ForsendelseAfsender><AfsenderAdresse><itst:PersonName>K</itst:PersonName>
      <k0519:PostalAddressFirstLineText>1</k0519:PostalAddressFirstLineText>
      <k0519:PostalAddressSecondLineText>2</k0519:PostalAddressSecondLineText>
      <k0519:PostalAddressSixthLineText>6</k0519:PostalAddressSixthLineText>
      <k0503:PostCodeIdentifier>8000</k0503:PostCodeIdentifier>
      <k03:CountryIdentificationCode scheme="imk">5100</k03:CountryIdentificationCode></AfsenderAdresse>
    </ForsendelseAfsender>
    <PaatrykAfsenderAdresseIndikator>true</PaatrykAfsenderAdresseIndikator><KanalKode>Fysisk Post</KanalKode>
    <HasteBrevIndikator>0</HasteBrevIndikator></KanalUafhaengigeParametreI>
  <PrintParametre><SimplexDuplexKode>Duplex</SimplexDuplexKode><FarveSHKode>SH</FarveSHKode>
    <KuvertTypeKode>C5</KuvertTypeKode></PrintParametre>
  <DigitalPostParametre><dkal:MeddelelseSvarTypeNavn>standard</dkal:MeddelelseSvarTypeNavn>
    <dkal:MeddelelseSvarPostkasseIdentifikator>1</dkal:MeddelelseSvarPostkasseIdentifikator>
    <MedsendDokumentRegistreringIndikator>false</MedsendDokumentRegistreringIndikator></DigitalPostParametre>
  <PostParametre><PostKategoriKode>Prioritaire</PostKategoriKode><SideKvantitet>2</SideKvantitet></PostParametre>
  <BilagSamling><Bilag><BilagNavn>n</BilagNavn><dkal:FilformatNavn>pdf</dkal:FilformatNavn>
      <BilagSorteringsIndeksIdentifikator>1</BilagSorteringsIndeksIdentifikator>
      <dkal:VedhaeftningIndholdData>VGVzdA==</dkal:VedhaeftningIndholdData></Bilag>
    <Bilag><BilagNavn>o</BilagNavn><dkal:FilformatNavn>pdf</dkal:FilformatNavn>
      <BilagSorteringsIndeksIdentifikator>2</BilagSorteringsIndeksIdentifikator></Bilag></BilagSamling>
</ForsendelseI></ForsendelseISamling>"""


def changed(whole: etree._Element, data: st.DataObject) -> etree._Element:
    """The document with one to three things done to it, somewhere in it."""
    root = copy.deepcopy(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        elements = [each for each in root.iter() if each.getparent() is not None and each.getparent().tag != root.tag]
        if not elements:
            break
        chosen = data.draw(st.sampled_from(elements))
        what = data.draw(st.sampled_from(["drop", "twice", "swap", "move", "text", "attribute", "copy"]))
        parent = chosen.getparent()
        if what == "drop":
            parent.remove(chosen)
        elif what == "twice":
            parent.insert(parent.index(chosen), copy.deepcopy(chosen))
        elif what == "swap" and chosen.getnext() is not None:
            parent.insert(parent.index(chosen), chosen.getnext())
        elif what == "move":
            parent.append(chosen)
        elif what == "text":
            chosen.text = data.draw(st.sampled_from(TEXTS))
            # libxml2 passes over characters that are not base64; XML Schema does not.
            assume(etree.QName(chosen).localname not in BASE64 or re.fullmatch("[A-Za-z0-9+/= \n]*", chosen.text))
        elif what == "attribute":
            chosen.set(data.draw(st.sampled_from(["scheme", "x"])), data.draw(st.sampled_from(["imk", "y"])))
        else:
            data.draw(st.sampled_from(elements)).append(copy.deepcopy(chosen))
    return root


MANY = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(st.data())
def test_a_message_is_taken_exactly_when_the_schema_takes_it(examples, schemas, data):
    """Elements dropped, doubled, swapped and moved, texts and attributes changed: the same answer, both versions."""
    name = data.draw(st.sampled_from(sorted(examples)))
    message = changed(examples[name], data)
    takes = schemas[name[:3]].validate(message)
    assert (flaw_of(message) is None) == takes, etree.tostring(message)[-3000:]


@MANY
@given(st.data())
def test_a_letter_on_paper_is_taken_exactly_when_the_schema_takes_it(schemas, data):
    """But for an address of nothing except the country, which is let through on purpose."""
    letter = changed(etree.fromstring(FULL_SHIPMENT, QUIET), data)
    address = letter.find(".//{*}ModtagerAdresse")
    assume(address is None or [etree.QName(each).localname for each in address] != ["CountryIdentificationCode"])
    takes = len(letter) == 1 and schemas["print"].validate(etree.ElementTree(letter[0]))
    assert (flaw_of(letter) is None) == takes, etree.tostring(letter)


def test_an_address_may_be_nothing_but_the_country(wire):
    """A client in production prints the address in the window of the letter and sends no more than that."""
    country = re.search("<CountryIdentificationCode.*?</CountryIdentificationCode>", wire.shipment())
    assert country
    letter = wire.shipment(address=f"<ModtagerAdresse>{country[0]}</ModtagerAdresse>")
    assert not read([wire.kombi("Fysisk Post", letter)]).flaws


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_without_a_schema_at_hand_order_still_counts(wire, data):
    """Children of the header in any other order are refused, and the flaw says so."""
    message = etree.fromstring(wire.message(), QUIET)
    header = message[0]
    order = data.draw(st.permutations(range(len(header))))
    assume(order != sorted(order))
    header[:] = [header[at] for at in order]
    assert "may not come here" in (flaw_of(message) or "")


def test_a_flaw_names_what_could_have_come():
    """As the real service's parser does."""
    message = etree.Element(f"{MEMO}Message", memoVersion="1.2")
    header = etree.SubElement(message, f"{MEMO}MessageHeader")
    etree.SubElement(header, f"{MEMO}messageType").text = "DIGITALPOST"
    etree.SubElement(header, f"{MEMO}label")
    assert flaw_of(message) == "<label> may not come here in <MessageHeader>; possible: <messageUUID>"


@pytest.mark.parametrize(
    ("attributes", "is_right"),
    [
        ({"memoVersion": "1.2"}, True),
        ({"memoVersion": "1.1", "memoSchVersion": "1.1.0"}, True),
        ({"memoVersion": "1.1"}, False),
        ({"memoVersion": "1.2", "memoSchVersion": "1.1.0"}, False),
        ({"memoVersion": "1.0"}, False),
        ({}, False),
    ],
)
def test_a_message_says_its_version(wire, attributes, is_right):
    """1.1 with memoSchVersion, 1.2 without."""
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    booleans = "<memo:mandatory>false</memo:mandatory><memo:legalNotification>false</memo:legalNotification>"
    message = wire.message(after_label=booleans).replace('memoVersion="1.2"', written)
    assert ("memo" not in read([wire.kombi("Digital Post", message)]).flaws) == is_right

"""
ForsendelseI, the letter on paper: KOMBIT's remote print (*fjernprint*), in the order its schemas want.

Namespaces are declared as default on each element, the form clients in production send.
"""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath

from esdh_connect.dispatch import Dispatch
from esdh_connect.ids import Cvr
from esdh_connect.model import Address, Envelope, File, Options, Recipient
from esdh_connect_serviceplatformen.address import printable
from esdh_connect_serviceplatformen.wire.element import Content, Element, element, leaf

__all__ = ["forsendelse"]

_DKCC = "http://rep.oio.dk/ebxml/xml/schemas/dkcc"
_fp = partial(leaf, namespace="urn:oio:fjernprint:1.0.0")
_group = partial(element, namespace="urn:oio:fjernprint:1.0.0")
_dkal = partial(element, namespace="urn:oio:dkal:1.0.0")
_adir = partial(leaf, namespace="urn:oio:adir:dagpenge:2009.07.01")
_sagdok = partial(leaf, namespace="urn:oio:sagdok:3.0.0")
_itst = partial(leaf, namespace="http://rep.oio.dk/itst.dk/xml/schemas/2006/01/17/")
_k03 = partial(leaf, namespace=f"{_DKCC}/2003/02/13/")
_k0503 = partial(leaf, namespace=f"{_DKCC}/2005/03/15/")
_k0519 = partial(leaf, namespace=f"{_DKCC}/2005/05/19/")

#: The field description of KombiPostAfsend asks for this in place of a person's CPR number.
_NO_CPR = "0000000000"
_LINES = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")


def forsendelse(dispatch: Dispatch, print_product: int) -> Element:
    """
    Write ForsendelseISamling with the one letter.

    ``print_product`` is what the print supplier calls it, where its department has no product of its own.
    """
    envelope, options = dispatch.envelope, dispatch.envelope.options
    return _group(
        "ForsendelseISamling",
        _group(
            "ForsendelseI",
            _fp("AfsendelseIdentifikator", str(dispatch.message_uuid)),
            _fp("ForsendelseTypeIdentifikator", envelope.printing.product or str(print_product)),
            _modtager(envelope.recipient),
            _dkal("FilformatNavn", "PDF"),
            _dkal("MeddelelseIndholdData", Content(envelope.letter.main.content)),
            _group("TransaktionsParametreI"),
            _group("DokumentParametre", _sagdok("TitelTekst", envelope.letter.title)),
            _kanaluafhaengige_parametre(envelope),
            _print_parametre(options),
            _around("PostParametre", _fp("PostKategoriKode", options.post_category)),
            _bilag_samling(envelope.letter.attachments),
        ),
    )


def _around(name: str, *inner: Element | None) -> Element | None:
    return _group(name, *inner) if any(inner) else None


def _modtager(recipient: Recipient) -> Element:
    is_company = isinstance(recipient.id, Cvr)
    who = _adir("CVRnummerIdentifikator", str(recipient.id)) if is_company else _adir("CPRnummerIdentifikator", _NO_CPR)
    return _group(
        "ForsendelseModtager",
        _dkal("AfsendelseModtager", who),
        _adresse(recipient.name, printable(recipient.address)) if recipient.address else None,
    )


def _adresse(name: str, address: Address) -> Element:
    return _kontakt("ModtagerAdresse", name, address)


def _kontakt(which: str, name: str, address: Address) -> Element:
    return _group(
        which,
        _itst("PersonName", name),
        *(_lines(address) if address.lines else _parts(address)),
        element(
            "CountryIdentificationCode",
            address.country,
            namespace=f"{_DKCC}/2003/02/13/",
            attributes='scheme="iso3166-alpha2"',
        ),
    )


def _parts(address: Address) -> tuple[Element | None, ...]:
    return (
        _fp("CoNavn", address.co),
        _k0503("StreetName", address.street),
        _k03("StreetBuildingIdentifier", address.number),
        _k03("FloorIdentifier", address.floor),
        _k03("SuiteIdentifier", address.door),
        _k0503("PostCodeIdentifier", address.post_code),
    )


def _lines(address: Address) -> tuple[Element | None, ...]:
    lines = (_k0519(f"PostalAddress{which}LineText", line) for which, line in zip(_LINES, address.lines, strict=False))
    return (*lines, _k0503("PostCodeIdentifier", address.post_code))


def _kanaluafhaengige_parametre(envelope: Envelope) -> Element | None:
    """Write who is billed, and where paper goes back to. BrugerNavn must be there and names the authority, nobody."""
    printing, sender = envelope.printing, envelope.sender
    back = printable(printing.return_address) if printing.return_address else None
    if not (printing.cost_centre or back):
        return None
    return _group(
        "KanalUafhaengigeParametreI",
        _fp("BrugerNavn", sender.cvr.digits),
        _fp("KonteringsGruppeTekst", printing.cost_centre),
        _around("ForsendelseAfsender", _kontakt("AfsenderAdresse", sender.name, back) if back else None),
    )


def _print_parametre(options: Options) -> Element | None:
    sides = {None: "", True: "Duplex", False: "Simplex"}[options.duplex]
    colour = {None: "", True: "Farve", False: "SH"}[options.colour]
    return _around("PrintParametre", _fp("SimplexDuplexKode", sides), _fp("FarveSHKode", colour))


def _bilag_samling(files: tuple[File, ...]) -> Element | None:
    return _around("BilagSamling", *(_bilag(at, file) for at, file in enumerate(files, start=1)))


def _bilag(at: int, file: File) -> Element:
    return _group(
        "Bilag",
        _fp("BilagNavn", PurePosixPath(file.name).stem),
        _dkal("FilformatNavn", "PDF"),
        _fp("BilagSorteringsIndeksIdentifikator", str(at)),
        _dkal("VedhaeftningIndholdData", Content(file.content)),
    )

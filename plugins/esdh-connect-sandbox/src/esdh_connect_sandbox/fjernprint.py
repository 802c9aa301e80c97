"""
What a ForsendelseI may hold: one letter on paper, after KOMBIT's print schemas (SF1600), which SF1601 took over.

Two departures. ``ModtagerAdresse`` with nothing but the country is let through although the schema does not: the
address then stands in the window of the letter, and a client in production sends it so. ``MeddelelsesFormatObjekt``
(any element at all) is not known here: no client seen sends one.
"""

from __future__ import annotations

from esdh_connect_sandbox.grammar import read_grammar

__all__ = ["COUNTRY", "FJERNPRINT", "GRAMMAR"]

FJERNPRINT = "urn:oio:fjernprint:1.0.0"
COUNTRY = "{http://rep.oio.dk/ebxml/xml/schemas/dkcc/2003/02/13/}CountryIdentificationCode"

_NAMESPACES = {
    "": FJERNPRINT,
    "dkal": "urn:oio:dkal:1.0.0",
    "adir": "urn:oio:adir:dagpenge:2009.07.01",
    "sd": "urn:oio:sagdok:3.0.0",
    "itst": "http://rep.oio.dk/itst.dk/xml/schemas/2006/01/17/",
    "k03": "http://rep.oio.dk/ebxml/xml/schemas/dkcc/2003/02/13/",
    "k0503": "http://rep.oio.dk/ebxml/xml/schemas/dkcc/2005/03/15/",
    "k0513": "http://rep.oio.dk/ebxml/xml/schemas/dkcc/2005/05/13/",
    "k0519": "http://rep.oio.dk/ebxml/xml/schemas/dkcc/2005/05/19/",
}

_ADDRESS = """itst:PersonName/name (
        CoNavn/name? k0503:StreetName/street k03:StreetBuildingIdentifier/house k03:FloorIdentifier/floor?
        k03:SuiteIdentifier/suite? k03:MailDeliverySublocationIdentifier/place? k0503:PostCodeIdentifier/post_code
        k0503:DistrictSubdivisionIdentifier/place? k0513:PostOfficeBoxIdentifier/post_box?
      | k0519:PostalAddressFirstLineText/line k0519:PostalAddressSecondLineText/line?
        k0519:PostalAddressThirdLineText/line? k0519:PostalAddressFourthLineText/line?
        k0519:PostalAddressFifthLineText/line? k0519:PostalAddressSixthLineText/line?
        k0503:PostCodeIdentifier/post_code?
    )"""

GRAMMAR = read_grammar(
    f"""
ForsendelseISamling = ForsendelseI
ForsendelseI = AfsendelseIdentifikator/identifier ForsendelseTypeIdentifikator/positive? ForsendelseModtager?
    dkal:FilformatNavn/ten dkal:MeddelelseIndholdData/base64 TransaktionsParametreI? DokumentParametre
    KanalUafhaengigeParametreI? PrintParametre? DigitalPostParametre? PostParametre? BilagSamling?
ForsendelseModtager = dkal:AfsendelseModtager? ModtagerAdresse?
dkal:AfsendelseModtager = (adir:CPRnummerIdentifikator/cpr | adir:CVRnummerIdentifikator/eight)
ModtagerAdresse = ({_ADDRESS})? k03:CountryIdentificationCode/country
AfsenderAdresse = {_ADDRESS} k03:CountryIdentificationCode/country
TransaktionsParametreI = TransaktionsDatoTid/date_time? MasseForsendelseIdentifikator/identifier?
    KvitteringsTypeKode/receipt_kind? KvitteringsEmail/email?
DokumentParametre = sd:TitelTekst/string? sd:UUIDIdentifikator/string? sd:BrevDato/date?
KanalUafhaengigeParametreI = EnhedTekst/to_2000? BrugerNavn/from_1_to_2000 KonteringsGruppeTekst/to_2000?
    ForsendelseAfsender? PaatrykAfsenderAdresseIndikator/boolean? PaatrykModtagerAdresseIndikator/boolean?
    PaatrykBrevdatoIndikator/boolean? KanalKode/print_channel? HasteBrevIndikator/boolean?
ForsendelseAfsender = AfsenderAdresse?
PrintParametre = SimplexDuplexKode/sides? FarveSHKode/colour? KuvertTypeKode/envelope?
PostParametre = PostKategoriKode/postage? AllokeringsIdentifikator/positive?
    ReturposthaandteringHosLeverandoerIndikator/boolean? InformationVedAdresseAendringIndikator/boolean?
    SideKvantitet/not_negative?
DigitalPostParametre = dkal:AfsendelseDatoTid/date_time? dkal:MeddelelseIndholdstypeIdentifikator/not_negative?
    dkal:MeddelelseSvarTypeNavn/answer_kind? dkal:MeddelelseSvarPostkasseIdentifikator/not_negative?
    dkal:MeddelelseSvarEmneIdentifikator/not_negative? dkal:MeddelelseFESDmetadata?
    MedsendDokumentRegistreringIndikator/boolean
dkal:MeddelelseFESDmetadata = dkal:FESDdokumentIdentifikator/lower_uuid? dkal:FESDaktoerIdentifikator/lower_uuid?
    dkal:FESDsagIdentifikator/lower_uuid? dkal:FESDsagsklassifikationIdentifikator/lower_uuid?
BilagSamling = Bilag{{1,100}}
Bilag = BilagNavn/to_300 dkal:FilformatNavn/ten BilagSorteringsIndeksIdentifikator/not_negative (
      dkal:BilagIdentifikator/ten | dkal:VedhaeftningIndholdData/base64
    | (dkal:VedhaeftningIndholdURLreference/string VedhaeftSomIndholdDataIndikator/boolean)?)
""",
    _NAMESPACES,
)

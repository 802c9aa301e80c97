"""Oplysningstekst: what the staff is told before single users are looked at. It is a Danish text, ready to be used."""

from __future__ import annotations

__all__ = ["HEADING", "PARAGRAPHS"]

HEADING = "Når du sender breve med Send digitalt"
#: As they stand in docs/statistics.md.
PARAGRAPHS = (
    (
        "Kommunen tæller, hvor mange breve der bliver sendt digitalt i hver afdeling, for at se, om det virker, og"
        " hvem der har brug for hjælp til at komme i gang. Der er ingen tal om enkelte medarbejdere, og en "
        "afdeling med færre end fem brugere bliver vist sammen med andre."
    ),
    (
        "Fra den [DATO] husker systemet også, om du har sendt dit første brev. Det gemmes som et fingeraftryk, der"
        " ikke kan læses, uden dato og uden antal. Din digitaliseringskonsulent kan se, hvem der endnu ikke er "
        "begyndt – og intet andet – for at kunne tilbyde hjælp. Du bestemmer selv, om du vil sige hvorfor; intet "
        "behov i min jobfunktion er et lige så godt svar som andre."
    ),
    (
        "Oplysningen bliver ikke brugt til at måle eller vurdere nogen. Den bliver slettet, når [KOMMUNEN] ikke "
        "har brug for den mere, og senest den [DATO]. Retsgrundlaget er databeskyttelsesforordningens artikel 6, "
        "stk. 1, litra e. Har du spørgsmål, eller vil du se, hvad der er gemt om dig, så skriv til [KONTAKT]; "
        "kommunens databeskyttelsesrådgiver er [DPO]."
    ),
)

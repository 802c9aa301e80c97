"""
Navne: what people in Denmark are called, where a word alone must tell whether it is a name.

No list is whole. Who stands in none is still compared where a letter is addressed to them; only a lone word
(»Kære Sommer«) and a name in running text (a title) are taken for one because they stand here.
"""

from __future__ import annotations

__all__ = ["GIVEN", "SURNAMES"]

_GIVEN = """
Aage Abdi Abdullah Adam Adnan Agnes Agnete Ahmad Ahmed Aisha Aksel Albert Alberte Alex Alexander Alfred Ali Alice
Allan Alma Amalie Amanda Amina Amir Anders Andrea Andreas Ane Anette Anita Anja Anker Ann Anna Anne Annelise
Annemarie Annette Anni Annie Anton Arne Arthur Asger Asta Astrid August Aya Ayse Bashir Beate Bendt Benedikte
Benjamin Benny Bent Bente Berit Bertil Bertram Betina Bettina Birger Birgit Birgitte Birte Birthe Bitten Bjarke
Bjarne Bo Bodil Brian Britt Britta Børge Camilla Carina Carl Carla Carlo Carsten Caroline Casper Cecilie Charlotte
Christa Christel Christen Christian Christina Christine Christoffer Claes Clara Claus Conny Connie Dagmar Dagny
Dan Daniel Daniella David Dennis Diana Ditte Ditlev Dora Dorte Dorthe Ebba Ebbe Edith Egon Eigil Einar Ejnar Ejvind
Elena Eli Elin Elina Elisa Elisabeth Ella Ellen Elly Else Elsebeth Elias Emil Emilie Emma Emmy Emre Enok Erik
Erling Erna Ernst Esben Ester Esther Eva Evald Fadi Fatima Fatma Felix Ferdinand Finn Flemming Frank Frans Freddy
Frede Frederik Frederikke Freja Frida Fritz Gert Gerda Gitte Grethe Gudrun Gunhild Gunnar Gunner Gurli Gustav
Günther Hana Hanne Hannah Hannibal Hans Harald Hardy Harriet Harry Hasan Hassan Heidi Heine Helen Helena Helene
Helga Helge Helle Henning Henny Henriette Henrik Herbert Herdis Herluf Herman Hilda Hjalmar Holger Hugo Hussein
Ib Ibrahim Ida Iben Ilse Imran Ines Inga Inge Ingeborg Inger Ingelise Ingrid Irena Irene Iris Irma Isabel Isabella
Isak Ivan Ivar Iver Jacob Jakob Jamal James Jan Jane Janne Janni Janus Jasmin Jeanette Jeanne Jens Jeppe Jesper
Jette Jimmy Joachim Joakim Johan Johanna Johanne Johannes John Johnny Johs Jon Jonas Jonathan Josef Josefine Julia
Julie Julius Justyna Jytte Jørgen Jørn Kaj Kamilla Kamma Karen Karin Karina Karl Karla Karoline Kasper Kasia
Katarzyna Kate Kathrine Katja Katrine Keld Ken Kenneth Kent Kenni Khadija Khaled Kim Kira Kirsten Kirstine Kjartan
Kjeld Klara Klaus Knud Kristen Kristian Kristina Kristine Kristoffer Kurt Lars Lasse Laura Laurits Laust Lea Leah
Leif Lena Lene Leo Leon Leonora Lilian Lillian Lilly Lina Linda Line Lis Lisa Lisbet Lisbeth Lise Liselotte Lissi
Liv Liva Lizzi Lone Lotte Louis Louise Lucas Ludvig Luna Lukas Lærke Mads Mette Magda Magdalena Magnus Maiken Maja
Malene Malou Malte Marcus Maren Margit Margrete Margrethe Maria Mariam Mariann Marianne Marie Marius Markus Marlene
Martha Martin Martine Mathias Mathilde Mattias Maya Mehmet Merete Merethe Mia Michael Michala Michelle Mie Mikael
Mike Mikkel Mille Mina Mogens Mohamed Mohammad Mohammed Mona Monica Monika Morten Muhammad Mustafa My Myriam Nadia
Nana Nanna Natalia Natasja Nathalie Nicklas Nicolai Nicoline Niels Niklas Nikolaj Nils Nina Noah Noor Nora Oda Ole
Oline Olga Oliver Olivia Oluf Omar Oscar Oskar Osman Otto Ove Palle Patrick Paul Paula Pauline Peder Peer Pelle Per
Pernille Peter Petra Phillip Philip Pia Piotr Poul Preben Rasmus Ragnhild Ralf Ramin Rebecca Rebekka Regitze Rene
René Richard Rikke Rita Robert Robin Roland Rolf Ronni Ronny Rosa Rose Rudi Runa Rune Ruth Sabine Sabrina Said
Salma Samir Samira Samuel Sandra Sanne Sara Sarah Sebastian Selma Signe Sigrid Sigurd Silas Silje Simon Simone Sine
Sisse Sofia Sofie Solveig Sonja Sonny Sophia Sophie Steen Steffen Sten Stefan Steven Stig Stine Storm Sune Sunniva
Susan Susanne Svend Sven Sys Søren Tage Tanja Tenna Terese Theis Theo Theodor Therese Thea Thomas Thor Thorkild
Thorvald Tim Tina Tine Tobias Tom Tommy Tonny Torben Tove Trine Troels Tue Tyge Ulf Ulla Ulrich Ulrik Ursula Uffe
Vagn Valdemar Vera Verner Vibe Vibeke Victor Victoria Vigga Viggo Viktor Viktoria Vilhelm Vilma Villads Villy Viola
Vita Vivi Vivian Wagn Walid Werner William Willy Winnie Xenia Yasmin Yusuf Yvonne Zahra Zainab Åge Aase Åse Åsa
"""
_SURNAMES = """
Aagaard Abildgaard Abrahamsen Agerskov Ahmed Ali Andersen Andreasen Andreassen Asmussen Axelsen Bach Bak Bang Bech
Beck Bendtsen Bentsen Berg Bertelsen Bisgaard Bjerre Bjerregaard Boesen Bonde Brandt Brix Bruun Buch Buhl Bundgaard
Carlsen Carstensen Christensen Christiansen Christoffersen Clausen Dahl Dalgaard Dam Damgaard Danielsen Davidsen
Ditlevsen Duus Dyhr Ebbesen Eriksen Enevoldsen Enggaard Eskildsen Fischer Fisker Frandsen Frederiksen Friis Frost
Gade Gregersen Greve Grønbæk Gundersen Gustafsen Hald Halkjær Hammer Hansen Hassan Haugaard Hauge Hedegaard Heide
Hemmingsen Hendriksen Henningsen Henriksen Hermansen Hjort Hoffmann Holgersen Holm Holst Hussain Hvid Høgh Høj
Højgaard Iversen Jacobsen Jakobsen Jansen Jensen Jeppesen Jepsen Jespersen Jessen Johannesen Johannsen Johansen
Johansson Johnsen Jonassen Juhl Justesen Jønsson Jørgensen Kaas Karlsen Khan Kirk Kirkegaard Kjeldsen Kjær Kjærgaard
Kjærsgaard Klausen Knudsen Koch Kofoed Kragh Krarup Kristensen Kristiansen Krog Krogh Kruse Lange Larsen Lassen
Laugesen Lauridsen Lauritsen Laursen Leth Lind Lindberg Lindholm Lorentzen Lorenzen Lund Lundgaard Lundsgaard Lykke
Madsen Markussen Marcussen Mathiasen Mathiesen Michelsen Mikkelsen Mogensen Mohamed Mortensen Munch Munk Mølgaard
Møller Nguyen Nicolaisen Nielsen Nikolajsen Nissen Nygaard Nørgaard Olesen Olsen Ottesen Ottosen Overgaard Paulsen
Pedersen Petersen Poulsen Povlsen Ravn Rasmussen Riis Rohde Rosenkilde Schmidt Schou Schrøder Schultz Schulz
Simonsen Skov Skovgaard Skriver Sloth Sommer Steffensen Storgaard Svendsen Svensson Søgaard Sørensen Søndergaard
Thaysen Therkelsen Therkildsen Thomassen Thomsen Thorsen Thuesen Thygesen Toft Torp Vad Vang Vestergaard Vinther
Vinter Vogt Voss Wagner Winter Winther Wulff Yilmaz Østergaard Aaen
"""

#: Fornavne, as people write them.
GIVEN = frozenset(_GIVEN.split())
#: Efternavne, as people write them.
SURNAMES = frozenset(_SURNAMES.split())

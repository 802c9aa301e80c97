"""The overview of a mailing: counted plan by plan, nothing kept, nothing done."""

import tracemalloc

import attrs

from esdh_connect.mailing import Problem


def test_the_overview_counts_what_would_be_sent_and_nothing_happens(esdh_connect, esdh_host, requests):
    """Letters, channels, pages and bytes, whatever kind of iterable they come from."""
    size = esdh_host.contents["brev", "1"]
    found = esdh_connect.overview(esdh_connect.plan_many(iter(requests)))
    assert (found.count, found.letters, found.channels) == (7, 7, {"fake": 7})
    assert (found.pages, found.size, found.problems, found.repeated) == (7, 7 * len(size), (), 0)
    assert esdh_connect.entries() == ()


def test_the_overview_tells_what_cannot_be_sent_with_a_few_examples(esdh_connect, esdh_host, esdh_channel, mail):
    """Each kind is counted; the examples say which request of the list it is, and are few however many there are."""
    requests = [mail(at) for at in range(20)]
    for at in range(3, 13):
        esdh_channel.reached[f"p{at}"] = False
    del esdh_host.recipients[requests[15].parties[0]]
    found = esdh_connect.overview(esdh_connect.plan_many(requests))
    assert (found.count, found.letters) == (20, 9)
    nobody, unknown = found.problems
    assert (nobody.error, nobody.count, [number for number, _ in nobody.examples]) == ("NoChannel", 10, [4, 5, 6, 7, 8])
    assert unknown == Problem("NoRecipient", 1, unknown.examples)
    assert all(text.startswith("Der er ikke sendt noget: ") for _, text in (*nobody.examples, *unknown.examples))


def test_the_overview_tells_of_the_same_letter_twice(esdh_connect, esdh_host, requests):
    """To the same person under another key; and a key that comes again is no letter at all."""
    twice = attrs.evolve(requests[2], key="another")
    found = esdh_connect.overview(esdh_connect.plan_many([*requests, twice, requests[0]]))
    assert (found.repeated, found.repeats) == (1, (8,))
    assert (found.count, found.letters, [one.error for one in found.problems]) == (9, 8, ["KeyReused"])


def test_the_overview_keeps_few_kinds_of_warnings(esdh_connect, mail):
    """However many different texts the plans have."""
    found = esdh_connect.overview(
        warned(one, at) for at, one in enumerate(esdh_connect.plan_many(map(mail, range(30))))
    )
    assert (len(found.warnings), found.warnings["andre bemærkninger"]) == (21, 10)


def warned(plan, at):
    return attrs.evolve(plan, rows=[attrs.evolve(row, warnings=(f"bilag {at} er ændret",)) for row in plan.rows])


def test_the_fingerprint_of_a_mailing_does_not_grow_and_stands_for_all_of_it(esdh_connect, esdh_channel, requests):
    """The same list gives the same; another recipient, order or channel gives another."""

    def mark(some):
        return esdh_connect.overview(esdh_connect.plan_many(some)).fingerprint

    whole = mark(requests)
    assert whole == mark(iter(requests))
    assert len(whole) == len(mark(requests[:1]))
    others = [requests[:-1], [*requests[1:], requests[0]], [attrs.evolve(requests[0], title="Mus"), *requests[1:]]]
    assert len({whole, *map(mark, others)}) == 4
    esdh_channel.reached["p3"] = False
    assert mark(requests) != whole


def test_a_letter_to_many_is_read_and_laid_together_once(esdh_connect, esdh_host, requests, mail):
    """Plans made one after the other share it; a letter in between is read anew."""
    list(esdh_connect.plan_many([*requests, mail(8, "et andet"), *requests]))
    read = [what for name, what in esdh_host.calls if name == "read_document"]
    assert read == ["brev", "et andet", "brev"]


def test_memory_does_not_grow_with_the_mailing(esdh_connect, esdh_host, mail):
    """Neither planning nor committing keeps anything of a plan."""
    esdh_host.document("brev", *["x" * 2000] * 40)

    def grown(first, count):
        tracemalloc.start()
        for _ in esdh_connect.plan_many(mail(at) for at in range(first, first + count)):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    few = grown(0, 20)
    assert grown(20, 400) < few + 1_000_000

"""Packs in an installation: which bilag become packs, and that the plan is the same whatever is kept."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from esdh_connect.dispatch import Request
from esdh_connect.model import PDF, Case, Document, Letter, Source
from esdh_connect.settings import Settings
from esdh_connect.testing.fakes import GENEROUS, FakeChannel, FakeClock, FakeHost, pdf_of
from esdh_connect.testing.installation import installation
from esdh_connect_bilag import Bilag
from esdh_connect_bilag.consolidation import Layout, consolidate
from esdh_connect_bilag.packs import Kept, Packs
from esdh_connect_bilag.preflight import Paper

TEXTS = ("brev", "kort", "plan")


@pytest.fixture
def town():
    """Founds an installation; gives it, and a plan of a letter with two bilag."""

    def one(plugin):
        host = FakeHost()
        documents = [host.document(name, name) for name in TEXTS]
        request = Request("dialog", Case("sag"), "teknik", "Afgørelse", documents, [host.person("p1", "0101901234")])
        channel = FakeChannel(limits=attrs.evolve(GENEROUS, max_files=1, media_types={PDF: (".pdf",)}))
        policy = {"plugins": ("letters", "bilag"), "values": {}}
        post = installation(host=host, channels=[channel], now=FakeClock(), policy=policy, more={"bilag": plugin})
        return post, post.plan(request).rows[0]

    return one


def letter(bundle):
    documents = [Document(name, "1", f"{name}.pdf", PDF, bundle=bundle if name == "kort" else "") for name in TEXTS]
    return Letter.of("Afgørelse", [Source(one, pdf_of(one.id), 1) for one in documents])


def test_what_was_planned_once_is_planned_so_again(town, tmp_path):
    """With an empty folder, with a full one, and after all was forgotten: the same bytes, by the manifest."""
    folder = tmp_path / "packs"
    plugin = Bilag(packs=Packs(folder, documents="all"))
    (post, first), (_, second) = town(plugin), town(Bilag(packs=Packs(folder, documents="all")))
    assert first.error is second.error is None
    assert len(list(folder.iterdir())) == 4
    forgotten = dict(post.plugins.erasers)["bilag"](datetime.now(UTC) + timedelta(days=40))
    assert (forgotten, list(folder.iterdir())) == (4, [])
    _, third = town(plugin)
    assert first.manifest.files == second.manifest.files == third.manifest.files


def test_without_the_setting_nothing_is_kept(town, tmp_path):
    """Every letter is laid together afresh."""
    _, row = town(Bilag())
    assert row.error is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("takes_all", "bundle", "made"), [(False, "", 0), (False, "byggesag@3", 1), (True, "", 2)])
def test_which_bilag_become_packs_follows_from_the_request(takes_all, bundle, made):
    """Those of shared bundles, or all; the letter itself never."""
    kept = Kept(takes_all, 1 << 20)
    limits = attrs.evolve(GENEROUS, max_files=1)
    whole = consolidate(letter(bundle), limits, Layout(), paper=Paper(), kept=kept)
    assert [place.document for place in whole.main.places] == [0, None, 1, 2]
    assert len(kept._entries) == 2 * made  # a pack and the facts of each


def test_it_is_set_up_in_the_settings(tmp_path):
    """In a table; the folder lies beside the file, where no other place is named."""
    settings = tmp_path / "esdh.toml"
    settings.write_text(
        'schema = 1\n[secrets]\ninstallation = "env:X"\n[sender]\ncvr = "55133018"\nname = "E"\n'
        '[plugins.bilag.packs]\nfolder = "klar"\ndays = 7\n'
    )
    assert Settings.load(settings).plugin("bilag", Bilag).packs == Packs(tmp_path / "klar", days=7)

"""The log: words the host sees as it configured structlog, and never a CPR number."""

import structlog
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.ids import Cpr
from esdh_connect.log import Log, mask_processor, masked

CPR = "0101901234"


def test_every_value_is_masked_before_the_host_sees_it():
    """Also inside containers, exceptions and objects, in event names and in keys."""
    with structlog.testing.capture_logs() as lines:
        Log().bind(about=[CPR]).error(
            f"sent {CPR}", error=ValueError(CPR), numbers={CPR: (CPR, 101901234)}, cpr=Cpr.parse(CPR), plain=7
        )

    assert CPR not in repr(lines)
    assert "101901234" not in repr(lines)
    assert lines[0]["plain"] == 7
    assert lines[0]["log_level"] == "error"


def test_a_host_can_mask_its_own_lines_too():
    """The processor takes and gives an event dictionary."""
    assert CPR not in repr(mask_processor(None, "info", {"event": CPR, "deep": [{"er": CPR}]}))


@given(
    st.recursive(
        st.just(CPR) | st.text() | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_nesting_hides_a_number(value):
    """Whatever it lies in."""
    assert CPR not in repr(masked(value))


def test_a_host_without_structlog_hears_through_the_standard_logger(capfd, caplog):
    """Nothing is printed, and levels are the host's own."""
    structlog.reset_defaults()  # as it is in a program that never heard of it
    with caplog.at_level("WARNING", logger="esdh_connect"):
        Log().info("too_quiet")
        Log(values={"dispatch": "1"}).warning("dispatch_postponed", about=CPR)

    assert [record.message for record in caplog.records] == [
        "event='dispatch_postponed' dispatch='1' about='xxxxxx-xxxx'"
    ]
    assert capfd.readouterr() == ("", "")

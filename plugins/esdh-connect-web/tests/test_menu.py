"""The menu shows where one is."""

import pytest

from esdh_connect_web.call import _stands


@pytest.mark.parametrize(
    ("here", "address", "expected"),
    [
        ("/post/letters", "/post/letters", "page"),
        ("/post/letters/17", "/post/letters", "true"),
        ("/post/letters-old", "/post/letters", ""),
        ("/post/", "/post/letters", ""),
        ("/post/failures", "/post/letters", ""),
    ],
)
def test_a_page_of_the_menu_is_marked_on_itself_and_on_all_below_it(here, address, expected):
    """A screen reader tells the page itself from what it belongs to."""
    assert _stands(here, address) == expected

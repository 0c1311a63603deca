"""What the stories of a journey share: what one step leaves for the next, and entering the question room."""

import pytest


@pytest.fixture(scope="module")
def story():
    """What one step leaves for the next."""
    return {}


@pytest.fixture
def enter(signed_in_page, story):
    """enter(role, number=1, face="", before=None, **context options): a page of a demo person at a face of the room.

    before(page) is called while the page is still empty; story["room"] is the room's address.
    """

    def make(role, number=1, face="", before=None, **options):
        page = signed_in_page(role, number, **options)
        if before is not None:
            before(page)
        page.goto(story["room"] + face)
        return page

    return make

"""The cast: the people every test tells its story with. Registered as a pytest plugin by tests/conftest.py."""

import pytest

from accounts import groups
from tests import factories


@pytest.fixture
def call(db):
    return factories.make_call()


@pytest.fixture
def vendor(db):
    """A person of the vendor the story is about."""
    return factories.make_vendor_user(factories.make_vendor("架空システム株式会社"))


@pytest.fixture
def rival_vendor(db):
    """A person of another vendor, who must learn nothing."""
    return factories.make_vendor_user(factories.make_vendor("ライバル工房（架空）"))


@pytest.fixture
def organiser(db):
    return factories.make_user("organiser", role=groups.ORGANISER)


@pytest.fixture
def second_organiser(db):
    return factories.make_user("organiser", role=groups.ORGANISER)


@pytest.fixture
def screener(db):
    return factories.make_user("screener", role=groups.SCREENER)


@pytest.fixture
def second_screener(db):
    return factories.make_user("screener", role=groups.SCREENER)


@pytest.fixture
def reviewer(db):
    return factories.make_user("reviewer", role=groups.REVIEWER)


@pytest.fixture
def second_reviewer(db):
    return factories.make_user("reviewer", role=groups.REVIEWER)


@pytest.fixture
def moderator(db):
    return factories.make_user("moderator", role=groups.MODERATOR)


@pytest.fixture
def editor(db):
    return factories.make_user("editor", role=groups.EDITOR)


@pytest.fixture
def officer(db):
    """A municipal officer of 東京都府中市, approved."""
    return factories.make_officer()


@pytest.fixture
def second_officer(db):
    """A municipal officer of 広島県府中市: same name, another body."""
    return factories.make_officer(factories.make_body("342084", "府中市", "広島県"))


@pytest.fixture
def outsider(db):
    """A signed-in person without any standing."""
    return factories.make_user("outsider")


@pytest.fixture
def make_proposal(call, vendor):
    """make_proposal(state="submitted", **fields): a proposal of the story's vendor in the story's call."""
    from accounts.selectors import vendor_of

    def make(*, state="draft", **fields):
        return factories.make_proposal(**{"vendor": vendor_of(vendor), "call": call, "state": state, **fields})

    return make

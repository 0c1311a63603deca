"""The form in which organisers list a body's mail domain."""

import pytest

from accounts.forms import MailDomainForm
from tests.factories import make_body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "domain"), [("City.Fuchu.Tokyo.JP", "city.fuchu.tokyo.jp"), ("someone@town.example", "town.example")]
)
def test_a_domain_is_read_as_people_write_it(typed, domain):
    make_body()
    form = MailDomainForm({"body": "132063", "domain": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["domain"] == domain


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "lg.jp", "gmail.com", "jp", "city", "a b.example", "http://city.example/", "…"])
def test_a_shared_or_broken_domain_is_refused(typed):
    make_body()
    form = MailDomainForm({"body": "132063", "domain": typed})
    assert "domain" in form.errors

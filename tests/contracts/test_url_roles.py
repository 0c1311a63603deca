"""Every address of the site × every role: what the table says, and no address without a row."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.contracts.url_roles import ROLES, TABLE

pytestmark = pytest.mark.thorough

pytest_plugins = ["tests.contracts.world"]
OWN_ADMIN = {name for name in TABLE if ":" not in name}


def addresses(resolver: URLResolver, namespace: str = "", prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """(name, path, module of the view) of every pattern."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = f"{namespace}:{pattern.name}" if namespace else str(pattern.name)
            yield name, path, pattern.callback.__module__
        else:
            inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
            yield from addresses(pattern, inner, path)


ALL = list(addresses(get_resolver()))
WAGTAILS = [(name, path) for name, path, module in ALL if path.startswith("admin/") and module.startswith("wagtail")]
OURS = sorted({name for name, path, _ in ALL if (name, path) not in WAGTAILS})


@pytest.mark.parametrize("name", OURS)
def test_an_address_has_a_row(name):
    if not name.startswith("wagtail_") and name not in {"javascript_catalog", "None"}:
        assert name in TABLE, f"say in tests/contracts/url_roles.py who may open {name}"


def test_no_row_is_for_an_address_that_is_gone():
    assert set(TABLE) <= set(OURS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_role_gets_what_the_table_says(name, world, client, request):
    row = TABLE[name]
    url = reverse(name, args=row.args(world))
    found, expected = {}, {}
    for role in ROLES:
        client.logout()
        if role != "anonymous":
            client.force_login(request.getfixturevalue(role))
        response = client.post(url, row.posted) if row.method == "post" else client.get(url)
        found[role], expected[role] = response.status_code, row.expected(role)
    assert found == expected


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "outsider", "vendor", "officer", "reviewer", "moderator"])
def test_nobody_without_business_there_opens_anything_of_wagtails_admin(role, client, request):
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    opened = []
    for _, path in WAGTAILS:
        if "<" not in path and "(" not in path:
            status = client.get(f"/{path.replace('^', '').replace('$', '')}").status_code
            if status not in {302, 403, 404, 405}:
                opened.append((path, status))
    # The script catalogue and the sprite of icons hold no data and are needed before anyone has signed in.
    assert [entry for entry in opened if "jsi18n" not in entry[0] and "sprite" not in entry[0]] == []

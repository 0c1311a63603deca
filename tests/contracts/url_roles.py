"""Every named address of the site and what each role gets from it: the policy, written out by hand.

A row is (method, how to fill the address in from the world, {status: roles}). Roles not named get the row's `others`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

ROLES = (
    "anonymous",
    "outsider",
    "vendor",
    "rival_vendor",
    "officer",
    "second_officer",
    "reviewer",
    "screener",
    "moderator",
    "organiser",
    "editor",
)
SIGNED_IN = tuple(role for role in ROLES if role != "anonymous")
World = SimpleNamespace


@dataclass(frozen=True, slots=True)
class Row:
    """What one address answers to whom; statuses of roles not named are `others`."""

    others: int
    args: Callable[[World], tuple[Any, ...]] = lambda world: ()
    method: str = "get"
    named: dict[str, int] = field(default_factory=dict)
    posted: dict[str, Any] = field(default_factory=dict)

    def expected(self, role: str) -> int:
        return self.named.get(role, self.others)


def everyone(args: Callable[[World], tuple[Any, ...]] = lambda world: ()) -> Row:
    return Row(200, args)


def signed_in(args: Callable[[World], tuple[Any, ...]] = lambda world: (), status: int = 200) -> Row:
    return Row(status, args, named={"anonymous": 302})


def only(
    roles: str,
    args: Callable[[World], tuple[Any, ...]] = lambda world: (),
    *,
    method: str = "get",
    status: int = 200,
    others: int = 404,
    anonymous: int = 302,
    **posted: Any,
) -> Row:
    """Only these roles get in; anonymous people are asked to sign in, all others learn nothing."""
    return Row(others, args, method, {"anonymous": anonymous, **dict.fromkeys(roles.split(), status)}, posted)


def admin(roles: str, args: Callable[[World], tuple[Any, ...]] = lambda world: (), **options: Any) -> Row:
    """Inside the Wagtail admin: everybody without business there is led away."""
    row = only(roles, args, others=302, **options)
    inside = {role: 302 for role in ("screener", "organiser", "editor") if role not in roles.split()}
    return Row(row.others, row.args, row.method, row.named | inside, row.posted)

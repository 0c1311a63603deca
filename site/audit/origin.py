"""Where the current request comes from, so that entries can say it without every service passing it on."""

from contextvars import ContextVar

_origin: ContextVar[str] = ContextVar("audit_origin", default="")


def current() -> str:
    """The network address of the request being served, or '' outside of one."""
    return _origin.get()


def set_current(address: str) -> None:
    """Remember the address for the rest of this request's context."""
    _origin.set(address[:60])

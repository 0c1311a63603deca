"""What holds for every request: where it comes from is remembered, and what its answer may do is limited."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit import origin


class RememberOrigin:
    """Let the audit trail say from which address a request came."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin.set_current(request.META.get("REMOTE_ADDR", ""))
        return self.get_response(request)


class PrivateByDefault:
    """Mark what a signed-in person was shown as not to be stored by any cache, unless the view said otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response


class AdminScripts:
    """Let the editors' admin, and it alone, run the inline scripts and previews that Wagtail ships."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = {  # type: ignore[attr-defined]
                "script-src": ["'self'", "'unsafe-inline'"],
                "frame-ancestors": ["'self'"],
                "frame-src": ["'self'"],
            }
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response

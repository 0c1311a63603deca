"""The short way into a room: six letters from the wall of a hall."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from live import selectors
from live.forms import CodeForm


@require_safe
def enter(request: HttpRequest, code: str = "") -> HttpResponse:
    """Lead to the room a code stands for; the room itself decides who may enter."""
    typed = code or request.GET.get("code", "")
    form = CodeForm({"code": typed} if typed else None)
    if typed and form.is_valid():
        if (room := selectors.room_of_code(form.cleaned_data["code"])) is not None:
            return redirect("live:room", room)
        form.add_error("code", _("このコードの部屋は見つかりません。スクリーンのコードをもう一度確認してください。"))
    return render(request, "live/code.html", {"form": form}, status=422 if form.errors else 200)

"""Intake of this room: an address people paste, and a viewing window."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import SafeCharField
from archive.models import Recording
from archive.youtube import NotAVideo, video_id


class RecordingForm(forms.ModelForm[Recording]):
    """The recording of a round or of one slot. Whatever is pasted becomes an 11-character id or an error."""

    youtube = SafeCharField(
        label=_("YouTubeのアドレス"),
        max_length=300,
        help_text=_("例: https://www.youtube.com/watch?v=… または https://youtu.be/…"),
    )
    title = SafeCharField(label=_("動画の題名"), max_length=200, required=False)

    class Meta:
        model = Recording
        fields = ["youtube", "title", "view_from", "view_until", "captions", "summary", "transcript"]
        widgets = {
            **{
                name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
                for name in ("view_from", "view_until")
            },
            "summary": forms.Textarea(attrs={"rows": 3}),
            "transcript": forms.Textarea(attrs={"rows": 6}),
        }

    def clean_youtube(self) -> str:
        try:
            return video_id(self.cleaned_data["youtube"])
        except NotAVideo as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("view_from"), cleaned.get("view_until")
        if opens and closes and closes <= opens:
            self.add_error("view_until", _("視聴期限は公開開始より後の日時にしてください。"))
        return cleaned

    def validate_constraints(self) -> None:
        """The window's order is checked in clean(), next to its field; the one-per-slot rule is the service's."""

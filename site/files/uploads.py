"""Where an upload waits while the rest of it arrives: in a temporary file whose name the sender has no part in."""

from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler


class NamelessUploadHandler(TemporaryFileUploadHandler):
    """Django's handler puts what follows the last dot into the name on disk: 120 kana there are an OSError."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = TemporaryUploadedFile("upload", self.content_type, 0, self.charset, self.content_type_extra)
        self.file.name = self.file_name

"""YouTube: an id out of whatever people paste, and what the Data API says of it. Nothing typed is ever fetched."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

HOSTS = frozenset(
    {"youtube.com", "www.youtube.com", "m.youtube.com", "youtube-nocookie.com", "www.youtube-nocookie.com"}
)
_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


class NotAVideo(ValueError):
    """Not the address of one YouTube video; the message is Japanese, for display."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the Data API says of a video: exists and may be embedded, its title and its length in seconds."""

    is_there: bool
    is_embeddable: bool = False
    title: str = ""
    duration_s: int | None = None


class Unreachable(Exception):
    """The Data API did not answer, refused, or its quota is used up; the message is Japanese."""


def video_id(typed: str) -> str:
    """The 11-character id in a pasted address (watch, youtu.be, live, embed, shorts) or a bare id. Raises NotAVideo."""
    text = typed.strip()
    if _ID.fullmatch(text):
        return text
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host, has_user = (parts.hostname or "").lower(), "@" in parts.netloc
    except ValueError:
        raise NotAVideo("YouTubeの動画のアドレスを貼り付けてください。") from None
    if parts.scheme not in {"http", "https"} or has_user:
        raise NotAVideo("YouTubeの動画のアドレスを貼り付けてください。")
    path = [piece for piece in parts.path.split("/") if piece]
    if host == "youtu.be":
        candidate = path[0] if path else ""
    elif host in HOSTS and path[:1] == ["watch"]:
        candidate = parse_qs(parts.query).get("v", [""])[0]
    elif host in HOSTS and len(path) >= 2 and path[0] in {"live", "embed", "shorts", "v"}:
        candidate = path[1]
    else:
        raise NotAVideo("YouTubeの動画のアドレスではありません。例: https://www.youtube.com/watch?v=…")
    if not _ID.fullmatch(candidate):
        raise NotAVideo("アドレスから動画のIDを読み取れません。動画のページのアドレスを貼り付けてください。")
    return candidate


def watch_url(youtube_id: str) -> str:
    """The address people open or type on another device."""
    return f"https://www.youtube.com/watch?v={youtube_id}"


def embed_url(youtube_id: str) -> str:
    """The address of the player that sets no cookie before it plays."""
    return f"https://www.youtube-nocookie.com/embed/{youtube_id}"


def look_up(youtube_id: str) -> Found:
    """Ask the YouTube Data API about one video, one quota unit. Raises Unreachable.

    Source: YouTube Data API v3, videos.list.
    """
    if not settings.YOUTUBE_API_KEY:
        raise Unreachable("YouTubeのAPIキーが設定されていないため、確認していません。")
    # Imported here: the client and its static discovery cost every process start that needs neither.
    import httplib2
    from google.auth.exceptions import GoogleAuthError
    from googleapiclient.discovery import build
    from googleapiclient.errors import HttpError

    try:
        service = build(
            "youtube",
            "v3",
            developerKey=settings.YOUTUBE_API_KEY,
            http=httplib2.Http(timeout=5),
            client_options={"api_endpoint": settings.YOUTUBE_API_ENDPOINT},
            cache_discovery=False,
        )
        answer = (
            service.videos()
            .list(
                part="snippet,contentDetails,status",
                id=youtube_id,
                fields="items(id,snippet(title),contentDetails(duration),status(embeddable,privacyStatus,uploadStatus))",
            )
            .execute(num_retries=1)
        )
    except HttpError as error:
        raise Unreachable(f"YouTubeに確認できませんでした（{error.status_code}）。") from error
    except (OSError, httplib2.HttpLib2Error, GoogleAuthError, ValueError) as error:
        raise Unreachable("YouTubeに接続できませんでした。") from error
    items = answer.get("items", [])
    if not items:
        return Found(is_there=False)
    item = items[0]
    return Found(
        is_there=True,
        is_embeddable=bool(item.get("status", {}).get("embeddable")),
        title=item.get("snippet", {}).get("title", ""),
        duration_s=seconds(item.get("contentDetails", {}).get("duration", "")),
    )


def seconds(duration: str) -> int | None:
    """An ISO 8601 duration as YouTube gives it ("PT1H2M3S") in seconds; None for anything else."""
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, rest = (int(group or 0) for group in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest

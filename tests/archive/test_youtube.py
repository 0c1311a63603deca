"""YouTube: only an 11-character id survives what people paste, and its API is advice that may be missing."""

import pytest

from archive import youtube
from archive.youtube import NotAVideo, Unreachable, look_up, seconds, video_id
from tests.archive.youtube_server import YouTubeServer

pytestmark = pytest.mark.thorough

ID = "dQw4_-9WgXc"

GOOD = [
    ID,
    f" {ID} ",
    f"https://www.youtube.com/watch?v={ID}",
    f"http://youtube.com/watch?v={ID}",
    f"https://m.youtube.com/watch?v={ID}&t=34s",
    f"https://www.youtube.com/watch?list=PLx&v={ID}&index=2",
    f"https://www.youtube.com/watch/?v={ID}",
    f"www.youtube.com/watch?v={ID}",
    f"youtu.be/{ID}",
    f"https://youtu.be/{ID}?si=abcdef",
    f"https://youtu.be/{ID}?t=90",
    f"https://www.youtube.com/live/{ID}",
    f"https://www.youtube.com/live/{ID}?feature=share",
    f"https://www.youtube.com/embed/{ID}",
    f"https://www.youtube-nocookie.com/embed/{ID}?rel=0",
    f"https://www.youtube.com/shorts/{ID}",
    f"https://www.youtube.com/v/{ID}",
    f"HTTPS://WWW.YOUTUBE.COM/watch?v={ID}",
    f"https://www.youtube.com:443/watch?v={ID}",
    f"https://www.youtube.com/watch?v={ID}#t=1m",
]
BAD = [
    "",
    "動画",
    ID[:-1],
    ID + "A",
    "https://www.youtube.com/",
    "https://www.youtube.com/watch",
    "https://www.youtube.com/watch?v=",
    f"https://www.youtube.com/watch?v={ID}A",
    f"https://www.youtube.com/watch?v={ID[:-1]}",
    "https://www.youtube.com/playlist?list=PL0000000000",
    "https://www.youtube.com/@channel",
    "https://www.youtube.com/channel/UC0000000000",
    f"https://youtube.com.evil.example/watch?v={ID}",
    f"https://evil.example/watch?v={ID}",
    f"https://evil.example/?u=https://youtube.com/watch?v={ID}",
    f"https://notyoutube.com/watch?v={ID}",
    f"https://www.youtube.com@evil.example/watch?v={ID}",
    f"https://evil@www.youtube.com/watch?v={ID}",
    f"javascript:alert(1)//youtu.be/{ID}",
    f"data:text/html,{ID}",
    f"file:///watch?v={ID}",
    f"ftp://youtu.be/{ID}",
    "https://youtu.be/",
    "https://youtu.be/../../etc/pa",
    "https://www.youtube.com/embed/",
    'https://youtu.be/"><script>',
    "https://www.youtube.com/watch?v=%22%3E%3Cscript",
    "http://[::1",
    "http://127.0.0.1/watch?v=" + ID,
    "https://www.youtube.com/watch?v=あいうえおかきくけこさ",
]


@pytest.mark.parametrize("typed", GOOD)
def test_every_shape_of_address_gives_the_id(typed):
    assert video_id(typed) == ID


@pytest.mark.parametrize("typed", BAD)
def test_everything_else_is_refused_in_japanese(typed):
    with pytest.raises(NotAVideo) as refused:
        video_id(typed)
    assert "動画" in str(refused.value)


def test_the_embed_never_leaves_the_cookieless_host():
    assert youtube.embed_url(ID) == f"https://www.youtube-nocookie.com/embed/{ID}"


@pytest.mark.parametrize(
    ("duration", "length"),
    [("PT1H2M3S", 3723), ("PT20M", 1200), ("PT45S", 45), ("P1DT1S", 86401), ("", None), ("x", None)],
)
def test_durations_are_read(duration, length):
    assert seconds(duration) == length


@pytest.fixture
def server(settings):
    server = YouTubeServer()
    settings.YOUTUBE_API_KEY, settings.YOUTUBE_API_ENDPOINT = "a-key", server.address
    yield server
    server.stop()


def test_a_video_is_found_with_title_length_and_embedding(server):
    server.videos[ID] = {
        "id": ID,
        "snippet": {"title": "第1回 自治体ピッチ"},
        "contentDetails": {"duration": "PT20M5S"},
        "status": {"embeddable": True},
    }
    found = look_up(ID)
    assert (found.is_there, found.is_embeddable, found.title, found.duration_s) == (
        True,
        True,
        "第1回 自治体ピッチ",
        1205,
    )
    assert server.asked[0]["key"] == ["a-key"]


def test_a_private_or_deleted_video_is_not_there(server):
    assert not look_up(ID).is_there


@pytest.mark.parametrize(("status", "reason"), [(403, "quotaExceeded"), (400, "keyInvalid"), (500, "backendError")])
def test_a_refusing_api_is_unreachable_not_an_error(server, status, reason):
    server.status, server.reason = status, reason
    with pytest.raises(Unreachable, match=str(status)):
        look_up(ID)


def test_a_dead_api_is_unreachable_not_an_error(settings):
    settings.YOUTUBE_API_KEY, settings.YOUTUBE_API_ENDPOINT = "a-key", "http://127.0.0.1:9"
    with pytest.raises(Unreachable):
        look_up(ID)


def test_without_a_key_nothing_is_asked(server, settings):
    settings.YOUTUBE_API_KEY = ""
    with pytest.raises(Unreachable):
        look_up(ID)
    assert server.asked == []

"""The press: Japanese that can be read back, nothing fetched, nothing that runs for ever."""

import http.server
import io
import tempfile
import threading

import pytest
from pypdf import PdfReader

from printing.press import Press, PressError, SharedPress

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def press():
    press = Press()
    yield press
    press.close()


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_rare_kanji_come_back_as_they_went_in(press):
    assert "髙﨑㈱①自治体ピッチ" in text_of(press.render("<p>髙﨑㈱①自治体ピッチ</p>"))


def test_the_japanese_font_is_embedded(press):
    face = "@font-face{font-family:Shipped;src:url(BIZUDPGothic-Regular.ttf)}"
    html = f"<style>{face}p{{font-family:Shipped}}</style><p>防災</p>"
    fonts = PdfReader(io.BytesIO(press.render(html))).pages[0]["/Resources"]["/Font"]
    # A font of the machine would come in under its own name; only the shipped face can bear this one.
    assert [str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts.values()] == ["Shipped"]


def test_no_document_leaves_anything_on_the_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    press = Press()
    face = "<style>@font-face{font-family:Shipped;src:url(BIZUDPGothic-Regular.ttf)}*{font-family:Shipped}</style>"
    press.render(face + "<p>防災</p>")
    with pytest.raises(PressError):
        press.render(face + "<div>" * 6000)
    assert list(tmp_path.iterdir()) == []
    press.close()


def test_nothing_is_fetched_from_the_network_or_the_disk(press):
    hits = []

    class Canary(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(404)
            self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    html = (
        f'<link rel=stylesheet href="{address}/a.css"><link rel=attachment href="file:///etc/passwd">'
        f'<style>@import "{address}/b.css"; p{{background:url({address}/c.png)}}</style>'
        f'<p>見出し</p><img src="{address}/d.png"><object data="file:///etc/passwd"></object>'
    )
    pdf = press.render(html)
    server.shutdown()
    assert hits == []
    reader = PdfReader(io.BytesIO(pdf))
    assert not reader.attachments
    assert "root:" not in text_of(pdf)


def test_a_document_that_is_too_deep_is_refused_and_the_next_one_works(press):
    with pytest.raises(PressError):
        press.render("<div>" * 6000 + "深い")
    assert "次の文書" in text_of(press.render("<p>次の文書</p>"))


def test_a_killed_child_is_replaced(press):
    press.render("<p>一</p>")
    killed = press._child.running()
    killed.kill()
    killed.wait()
    assert "二" in text_of(press.render("<p>二</p>"))


class Slow:
    """A press that lays nothing out before it is let go."""

    def __init__(self):
        self.asked, self.go = [], threading.Event()

    def render(self, html):
        self.asked.append(html)
        assert self.go.wait(10)
        return html.encode()


def test_a_crowd_at_the_public_documents_waits_in_a_short_queue_and_the_rest_is_told():
    slow = Slow()
    shared = SharedPress(slow, waiting=3, patience=0.05)
    waiting = [threading.Thread(target=shared.render, args=(f"<p>{n}",)) for n in range(3)]
    for thread in waiting:
        thread.start()
    with pytest.raises(PressError, match="混み合っています"):
        shared.render("<p>四つめ")
    slow.go.set()
    for thread in waiting:
        thread.join()
    assert sorted(slow.asked) == ["<p>0", "<p>1", "<p>2"]


def test_the_same_public_page_is_laid_out_once_and_no_more_are_kept_than_said():
    slow = Slow()
    slow.go.set()
    shared = SharedPress(slow, kept=2)
    for html in ("<p>a", "<p>a", "<p>b", "<p>c", "<p>a"):
        assert shared.render(html) == html.encode()
    assert slow.asked == ["<p>a", "<p>b", "<p>c", "<p>a"]

"""The front door on a real server, as a person and as an attacker meet it."""

import http.client
import socket
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.journey
MIB = 1024 * 1024
TWO_GB = 2 * 1024 * MIB


def sent_until_refused(url: str, head: str) -> tuple[int, bytes]:
    """Stream 2 GB in chunks until the server closes; returns the bytes it let us send, and its reply."""
    parts = urlsplit(url)
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    sent, reply = 0, b""
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
        connection.sendall(head.encode())
        try:
            while sent < TWO_GB:
                connection.sendall(chunk)
                sent += 0x10000
        except OSError:
            pass
        try:
            while received := connection.recv(65536):
                reply += received
        except OSError:
            pass
    return sent, reply


def test_an_anonymous_stream_of_2_gb_is_cut_after_a_few_megabytes(live_server_url):
    host = urlsplit(live_server_url).netloc
    head = f"POST /nowhere HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent, reply = sent_until_refused(live_server_url, head)
    # The server reads 1 MiB; the rest is what the two kernels' buffers took before the connection closed.
    assert sent < 12 * MIB
    assert reply.startswith(b"HTTP/1.1 413 ")


def test_an_announced_2_gb_is_refused_before_a_byte_of_it_is_sent(live_server_url):
    parts = urlsplit(live_server_url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.putrequest("POST", "/mypage/proposals/1/evidence/")
    connection.putheader("Content-Length", str(TWO_GB))
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.status == 413
    assert "送信したファイルが大きすぎます" in reply.read().decode()


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
def test_a_socket_from_a_foreign_page_is_refused(live_server_url, origin):
    parts = urlsplit(live_server_url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    } | ({"Origin": origin} if origin else {})
    connection.request("GET", "/ws/live/anything/", headers=headers)
    assert connection.getresponse().status == 403


def test_a_socket_from_our_own_page_is_let_in(live_server_url):
    parts = urlsplit(live_server_url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Extensions": "permessage-deflate",
        "Origin": live_server_url,
    }
    connection.request("GET", "/ws/live/anything/", headers=headers)
    reply = connection.getresponse()
    assert reply.status == 101
    assert reply.getheader("Sec-WebSocket-Extensions") is None


def test_a_visitor_reads_the_home_page_from_this_host_alone(page):
    page.goto("/")
    assert page.locator("h1").count() == 1


def test_a_demo_person_signs_in(signed_in_page):
    page = signed_in_page("vendor")
    assert "/mypage/" in page.url

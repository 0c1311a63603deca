"""A server that stops tells its sockets when to come back."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from config.express import ExpressSocket
from config.goodbye import PoliteSocket, farewell


def test_everybody_is_told_another_time_within_half_a_minute():
    times = [farewell()["after_ms"] for _ in range(200)]
    assert all(0 <= after <= 30_000 for after in times)
    assert max(times) - min(times) > 10_000


def test_it_is_the_small_server_without_surprises_and_has_the_short_way():
    assert issubclass(PoliteSocket, WebSocketsSansIOProtocol)
    assert issubclass(PoliteSocket, ExpressSocket)

"""The server as a process: it says why it cannot start, and leaves without a word when asked to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from config.server import PortTaken, configuration, listening_socket
from tests.engines import free_port
from tests.processes import children

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_in_two_languages_with_a_way_out(taken_port):
    with pytest.raises(PortTaken) as refusal:
        listening_socket("127.0.0.1", taken_port)
    said = str(refusal.value)
    assert "別のプログラムが使用中" in said
    assert "in use by another program" in said
    assert f"PORT={taken_port + 1}" in said


def test_any_free_port_can_be_had():
    with listening_socket("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_frames_are_small_and_never_compressed():
    config = configuration()
    assert (config.ws_max_size, config.ws_per_message_deflate) == (16 * 1024, False)
    assert config.ws == "config.goodbye:PoliteSocket"


def test_proxies_are_believed_only_when_named(monkeypatch):
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    assert not configuration().proxy_headers
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.1")
    assert configuration().proxy_headers
    assert configuration().forwarded_allow_ips == "10.0.0.1"


def start(command, data_dir, port):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'site'}",
    }
    return subprocess.Popen(
        [sys.executable, *command], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


@pytest.mark.thorough
@pytest.mark.parametrize("command", [["-m", "config.server"], ["site/bootstrap.py", "run"]])
def test_a_second_start_on_the_same_port_ends_with_advice_and_no_traceback(tmp_path, taken_port, command):
    server = start(command, tmp_path, taken_port)
    said = server.communicate(timeout=60)[0].decode()
    assert server.returncode == 1
    assert "別のプログラムが使用中" in said
    assert "Traceback" not in said


@pytest.mark.thorough
@pytest.mark.parametrize("port", ["0", "99999", "八千"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    said, code = outcome_of(start(["site/bootstrap.py", "run"], tmp_path, port))
    assert code == 1
    assert "1〜65535" in said
    assert "Traceback" not in said


def test_an_unknown_verb_names_the_known_ones(tmp_path):
    said, code = outcome_of(start(["site/bootstrap.py", "rnu"], tmp_path, 1))
    assert code == 1
    assert "run | test | check" in said


def outcome_of(process):
    return process.communicate(timeout=60)[0].decode(), process.returncode


@pytest.mark.journey
@pytest.mark.parametrize("asked_by", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_within_five_seconds_and_takes_its_scribe_along(live_site, asked_by):
    port = free_port()
    server = start(["-m", "config.server"], live_site.data_dir, port)
    assert listens(port)
    urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60).close()
    [scribe] = children(server.pid)
    began = time.monotonic()
    server.send_signal(asked_by)
    said, code = outcome_of(server)
    assert (code, "Traceback" in said) == (0, False), said
    assert time.monotonic() - began < 5
    with pytest.raises(ProcessLookupError):
        os.kill(scribe, 0)


def listens(port):
    """Wait until a server listens; it does before it is ready, and then answers as soon as it is."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(0.05)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
    return False

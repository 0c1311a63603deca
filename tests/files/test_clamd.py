"""The scanner's client against a real clamd: its verdicts, and all the ways of getting none."""

import io
import socket
import threading
import zipfile

import pytest

from files.clamd import ScannerDown, scan
from tests.clamd import EICAR

pytestmark = pytest.mark.services


@pytest.fixture
def file(tmp_path):
    def file(body):
        path = tmp_path / "file"
        path.write_bytes(body)
        return path

    return file


def _zipped(body):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return target.getvalue()


@pytest.mark.parametrize("wrapped", [bytes, _zipped, lambda body: b"%PDF-1.7\n" + body + b"\n%%EOF"])
def test_what_is_found_is_named_and_what_is_clean_has_no_name(clamd, file, wrapped):
    assert scan(file(wrapped(EICAR)), address=clamd.address) == "Tests.Eicar.UNOFFICIAL"
    assert scan(file(wrapped(b"clean")), address=clamd.address) == ""


def test_a_large_file_is_sent_whole(clamd, file):
    assert scan(file(bytes(3_000_000) + EICAR), address=clamd.address).startswith("Tests.Eicar")


def test_a_scanner_that_is_not_there_gives_no_verdict(clamd, file):
    clamd.kill()
    for address in (clamd.address, "/nowhere/clamd.sock", "127.0.0.1:1"):
        with pytest.raises(ScannerDown):
            scan(file(EICAR), address=address)


def test_a_scanner_that_is_too_slow_gives_no_verdict(clamd, file):
    clamd.freeze()
    with pytest.raises(ScannerDown, match=r"too slow|Timeout|timed out"):
        scan(file(bytes(3_000_000)), address=clamd.address, seconds=0.3)


def test_a_scanner_killed_in_the_middle_gives_no_verdict(clamd, file):
    clamd.freeze()
    soon = threading.Timer(0.2, clamd.kill)
    soon.start()
    with pytest.raises(ScannerDown):
        scan(file(bytes(3_000_000)), address=clamd.address)
    soon.join()


@pytest.mark.parametrize("said", [b"", b"stream: OK", b"stream: OK ERROR\0", b"INSTREAM size limit exceeded. ERROR\0"])
def test_half_a_reply_and_an_error_are_no_verdict(file, said):
    """Over TCP; 「stream: OK」 without its end may have been the start of something else."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            line, _ = listener.accept()
            with line:
                while not line.recv(65536).endswith(b"\0\0\0\0"):
                    pass
                line.sendall(said)

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(ScannerDown):
            scan(file(b"clean"), address=f"127.0.0.1:{listener.getsockname()[1]}", seconds=5)

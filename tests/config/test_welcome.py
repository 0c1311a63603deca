"""What the person who started the site reads."""

from config.welcome import local_url, table


def test_columns_stand_under_one_another_in_japanese_too():
    lines = table([["役割", "メール"], ["事務局", "a@demo.example"], ["editor", "b@demo.example"]]).splitlines()
    assert lines == [
        "  役割    メール",
        "  ------  --------------",
        "  事務局  a@demo.example",
        "  editor  b@demo.example",
    ]


def test_an_address_a_browser_here_can_open():
    assert local_url("127.0.0.1", "8000") == "http://127.0.0.1:8000/"
    assert local_url("0.0.0.0", "80") == "http://127.0.0.1:80/"
    assert local_url("::", "8000") == "http://[::1]:8000/"
    assert local_url("::1", "8000") == "http://[::1]:8000/"

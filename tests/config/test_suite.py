"""The closing lines of `make test` tell the truth."""

from tests.suite import Outcome, read_report, read_tap, summary

REPORT = """<testsuites><testsuite>
<testcase classname="a" name="one"/>
<testcase classname="a" name="two"><failure message="no"/></testcase>
<testcase classname="a" name="three"><error message="no"/></testcase>
<testcase classname="a" name="four"><skipped message="needs PostgreSQL"/></testcase>
</testsuite></testsuites>"""


def test_a_report_is_counted():
    outcome = read_report("unit", REPORT)
    assert (outcome.passed, outcome.failed) == (1, 2)
    assert outcome.left_out == ["a::four: needs PostgreSQL"]


def test_node_s_closing_lines_are_counted():
    outcome = read_tap("scripts", "ok 1 - a\n# tests 4\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 0\n# note\n")
    assert (outcome.passed, outcome.failed, outcome.left_out) == (2, 2, [])


def test_the_last_line_is_the_sum():
    text, code = summary([Outcome("a", passed=3), Outcome("b", passed=4)], is_ci=False)
    assert text.splitlines()[-1] == "7 passed, 0 failed"
    assert code == 0


def test_one_failure_fails_all():
    text, code = summary([Outcome("a", passed=3), Outcome("b", failed=1)], is_ci=False)
    assert (text.splitlines()[-1], code) == ("3 passed, 1 failed", 1)


def test_what_is_left_out_is_said_and_fails_in_ci_alone():
    def outcomes():
        return [Outcome("a", passed=3, left_out=["no Chromium"])]

    text, code = summary(outcomes(), is_ci=False)
    assert "no Chromium" in text
    assert code == 0
    text, code = summary(outcomes(), is_ci=True)
    assert (text.splitlines()[-1], code) == ("3 passed, 1 failed", 1)


def test_a_part_without_tests_fails_unless_tests_were_selected():
    def outcomes():
        return [Outcome("a", passed=3), Outcome("b", collected_nothing=True)]

    assert summary(outcomes(), is_ci=False)[1] == 1
    assert summary(outcomes(), is_ci=False, is_selection=True)[1] == 0


def test_nothing_at_all_is_no_success():
    assert summary([Outcome("a", collected_nothing=True)], is_ci=False, is_selection=True)[1] == 1

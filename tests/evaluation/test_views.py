"""What each person sees of the panel: reviewers their own sheets, the world only what was published."""

import pytest
from django.urls import reverse

from evaluation import services
from evaluation.models import Assessment, Publication
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SECRETS = ("カナリア講評", "選定</", "不選定", "順位")


@pytest.fixture
def visit(client):
    """visit(person, url): the response as that person, None for nobody."""

    def visit(person, url, **posted):
        client.logout()
        if person is not None:
            client.force_login(person)
        return client.post(url, posted) if posted else client.get(url)

    return visit


def sheet(reviewer, proposal) -> str:
    return reverse("evaluation:review", args=[Assessment.objects.get(reviewer=reviewer, proposal=proposal).public_id])


def test_a_reviewer_reads_and_scores_an_own_sheet(panel, ours, visit):
    page = visit(panel[0], sheet(panel[0], ours))
    assert page.status_code == 200
    assert ours.title in page.content.decode()


@pytest.mark.parametrize("who", ["second_reviewer", "organiser", "screener", "vendor", "officer", "outsider", "editor"])
def test_nobody_else_finds_the_sheet(panel, ours, visit, request, who):
    assert visit(request.getfixturevalue(who), sheet(panel[0], ours)).status_code == 404


def test_a_conflicted_reviewer_finds_it_no_more(panel, ours, visit):
    url = sheet(panel[0], ours)
    page = visit(panel[0], url + "conflict/", reason="親族が役員です")
    assert page.status_code == 302
    assert visit(panel[0], url).status_code == 404


def test_points_out_of_bounds_come_back_in_japanese_with_everything_typed(panel, ours, visit):
    page = visit(panel[0], sheet(panel[0], ours), problem="21", effect="12", comment="書きかけ", version="1")
    text = page.content.decode()
    assert page.status_code == 422
    assert "0から20まで" in text
    assert 'value="21"' in text
    assert 'value="12"' in text
    assert "書きかけ" in text


def test_a_stale_sheet_shows_both_and_saves_nothing(panel, ours, visit, score):
    score(Assessment.objects.get(reviewer=panel[0], proposal=ours), submit=False)
    page = visit(panel[0], sheet(panel[0], ours), problem="3", comment="あとから", version="1")
    assert page.status_code == 409
    assert "あとから" in page.content.decode()
    assert "別の画面で採点が保存されています" in page.content.decode()


def test_scores_and_decisions_are_nowhere_before_the_publication(
    decided, call, ours, theirs, visit, vendor, rival_vendor, officer, outsider, screener, reviewer, organiser
):
    inside = visit(organiser, reverse("evaluation_standings_call", args=[call.public_id])).content.decode()
    assert "選定" in inside  # the leakable thing exists
    assert ours.title in inside
    pages = [
        "/",
        "/results/",
        "/archive/",
        "/rounds/",
        "/call/",
        "/mypage/",
        f"/call/{call.public_id}/",
        "/mypage/reviews/",
    ]
    for person in (None, vendor, rival_vendor, officer, outsider, reviewer):
        for url in pages:
            text = visit(person, url).content.decode()
            assert "カナリア講評" not in text
            assert ">選定<" not in text
            assert "不選定" not in text
    for person in (None, vendor, officer, screener, reviewer):
        for name in ("evaluation_standings_call", "evaluation_publication"):
            assert visit(person, reverse(name, args=[call.public_id])).status_code in {302, 403, 404}


def test_an_unpublished_result_looks_like_one_that_never_was(decided, visit):
    for url in ("/results/AAAAAAAAAAAAAAAA/", "/results/nonsense/"):
        assert visit(None, url).status_code == 404
    assert "まだありません" in visit(None, "/results/").content.decode()


def test_publishing_needs_the_typed_word(decided, call, organiser, visit):
    url = reverse("evaluation_publication", args=[call.public_id])
    page = visit(organiser, url, confirmation="はい")
    assert page.status_code == 422
    assert "「公表する」と入力すると公表できます" in page.content.decode()
    assert not Publication.objects.exists()
    assert visit(organiser, url, confirmation="公表する").status_code == 302
    assert Publication.objects.count() == 1


def test_a_published_result_shows_the_selected_to_everyone(decided, call, organiser, visit, ours, theirs):
    publication = services.publish(call=call, actor=organiser, at=NOW)
    text = visit(None, f"/results/{publication.public_id}/").content.decode()
    assert ours.title in text
    assert theirs.title not in text
    assert "カナリア講評" not in text


def test_a_sheet_handed_in_with_gaps_names_each_gap_at_its_field(panel, ours, visit):
    page = visit(panel[0], sheet(panel[0], ours), problem="12", submit="1", version="1")
    assert page.status_code == 422
    form = page.context["form"]
    assert "点数を入力してください。" in form.errors["effect"]
    assert "problem" not in form.errors
    assert 'value="12"' in page.content.decode()

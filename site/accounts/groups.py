"""The names of the roles the secretariat grants; each is a Django group of the same name."""

from typing import Final

ORGANISER: Final = "organiser"
SCREENER: Final = "screener"
REVIEWER: Final = "reviewer"
MODERATOR: Final = "moderator"
EDITOR: Final = "editor"

LABELS: Final[dict[str, str]] = {
    ORGANISER: "事務局",
    SCREENER: "要件審査担当",
    REVIEWER: "審査委員",
    MODERATOR: "モデレーター",
    EDITOR: "コンテンツ編集者",
}

# Reviewers are external people and moderators work on the public site: neither ever enters the admin.
ADMIN_ROLES: Final = frozenset({ORGANISER, SCREENER, EDITOR})

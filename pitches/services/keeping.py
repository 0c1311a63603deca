"""Text that came too late to enter a proposal is kept for its vendor; nothing else of the proposal changes."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from audit.services import chained, record
from pitches.models import KeptText, Proposal
from pitches.permissions import is_its_vendor
from workflow.errors import Refused

KEPT_LIMIT = 50
KEPT_BYTES = 300_000


def keep_text(
    *, proposal: Proposal, page: str, reason: str, content: Sequence[tuple[str, str]], user: User, at: datetime
) -> KeptText:
    """Keep (label, text) pairs typed on a page that has closed; the same text sent again is kept once.

    At most 50 texts a proposal and 300,000 bytes each: past that Refused, and the caller shows the text to its author.
    A NUL, which no hand types and PostgreSQL does not store, is left out.
    """
    if not is_its_vendor(proposal, user):
        raise Refused("この提案を編集する権限がありません。", code=Refused.NOT_ALLOWED)
    pairs = [[part.replace("\0", "") for part in pair] for pair in content]
    raw = json.dumps(pairs, ensure_ascii=False).encode()
    digest = hashlib.sha256(raw).hexdigest()
    with chained():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        again = locked.kept_texts.filter(page=page, digest=digest).first()
        if again is not None:
            return again
        if len(raw) > KEPT_BYTES or locked.kept_texts.count() >= KEPT_LIMIT:
            raise Refused("保管できる量の上限に達したため、この入力は保管されていません。下の内容を写してください。")
        kept = KeptText.objects.create(
            proposal=locked, page=page, reason=reason, content=pairs, digest=digest, by=user, at=at
        )
        record("keep_text", subject=locked, actor=user, at=at, facts={"page": page, "bytes": len(raw)})
    return kept

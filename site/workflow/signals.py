"""The news that something moved, sent inside the transaction that moved it.

Receivers get: subject, step, source, target, actor (User or None), at, facts. Sender is the subject's model class.
"""

from django.dispatch import Signal

moved = Signal()

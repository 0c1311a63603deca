"""What the store tells the rooms above it."""

from django.dispatch import Signal

# Sent in the transaction that says so, with stored (a StoredFile) and at: a scanner has found something in a file.
infected = Signal()

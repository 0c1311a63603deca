"""What this room tells those above it, each sent inside the transaction of the fact."""

from django.dispatch import Signal

# invitation (VendorInvitation), token (str, for the one mail that may hold it), at
invited = Signal()
# membership (VendorMembership), by (User: the colleague who invited, or None), at
joined = Signal()
# vendor, user (who no longer acts for it), by (User), at
left = Signal()

"""Accounts that citizens may have, to find their own receipts again."""

"""Limits are off in the other tests, which send more in a second than people do in a day."""

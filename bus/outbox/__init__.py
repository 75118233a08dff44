"""The outbox: a source's events, written with the change that they tell of, read by position."""

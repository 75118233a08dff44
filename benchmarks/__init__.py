"""Measurements, as ratios of what ran side by side on one machine; none is a test.

`measures` says what is compared with what and which ratio is wanted; `harness` runs the contestants
by turns, `services` gives each an empty database, broker and folder, `page` writes what came out.
A contestant is a script of its own in `ours`, `peers` (written as their own documentation shows) or
`ceilings` (what the bare drivers do): it reads its task by `task`, and prints its figures as JSON.
"""

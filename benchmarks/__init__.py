"""Benchmarks: ratios between programs that did the same task by turns on one machine.

`measures` lists the comparisons with their wanted ratios. `harness` runs the contestants by turns,
`services` gives each an empty database, broker and folder, and `page` writes the results. A
contestant is a script in `ours`, in `peers` (written as their documentation shows) or in `ceilings`
(the bare drivers). It reads its task from `task` and prints its figures as JSON.
"""

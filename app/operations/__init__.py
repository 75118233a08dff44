"""The operator's view over all modules, wherever their processes are.

`local` is a module of this process, `remote` one of another process, both in the form that
`module_view` declares; `directory` asks all at once. `request_trace` follows a request,
`merged_log` reads all logs as one, `diagram` draws the modules and the events between them,
`summary` collects what is wrong, `bulk_actions` redrives and discards. `metrics` and `health` are
for machines. `http` shows it all as JSON and pages.
"""

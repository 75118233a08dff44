"""The event bus: a library that knows no business module, no web framework and no injector.

One event walks through these files, in this order:

`event` what an author declares → `unit_of_work` publishes it with the change it tells of →
`log` the outbox, read by position → `relay` the one that stamps positions and carries events →
`memory`, or `sender` and `rabbitmq/`, the transport → `cursor` what is new, known or missing →
`subscriber` applies them, a `batch` in one transaction → `reactor` runs a reaction, or one for all
of the events that `groups` has held for it.
That walk is some 1,700 lines, an hour's reading; `sender` and `rabbitmq/` are a second one, and
what follows is looked up when it is needed.

Beside it: `inbox` keeps what did not go well, `retrier` repeats it, an operator settles it as
`dead_letters`; `trial` finds what kills the process, `gaps` what is missing and when to ask for it.

`participant` and `bus` tie them together; `envelope` is the form on the wire, `tables` the form at
rest, `database` the two databases (`engines`, `locks`, `database_errors`), `trace` who caused what,
`backoff` how long to wait after a failure, `diagnosis` what an operator is told, `deliveries` what
became of one event, `health` what a load balancer asks, `contract` what a source says that it
publishes, `steering` what one may ask of a subscriber, `watching` who is told that something
changed.
"""

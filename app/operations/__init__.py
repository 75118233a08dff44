"""The operator's view over all modules, wherever their processes are.

`hosted` answers for a module of this process, `remote` asks the process of another one, both in the
same form; `directory` asks all at once; `story` tells what came of a request, `picture` draws who
hears whom, `verdict` says what is wrong; `pages` and `letter_pages` show it.
"""

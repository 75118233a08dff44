"""The proxy's answer for a process that does not answer: a page, or a problem document.

Caddy fills in what stands in braces: {away} says who does not answer, {again} what to do,
{elsewhere} where one may go on (app/deployment/caddyfile.py); its own braces have a backslash.
"""

from base64 import b64encode
from hashlib import sha256

PROBLEM = (
    r'\{"type":"about:blank","title":"{err.status_text}","status":{err.status_code},'
    r'"detail":"{away} Try again in some seconds."\}'
)

# All that the page needs is in it: another request may be answered by nobody.
_STYLE = (
    "body{max-width:34rem;margin:4rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;"
    "text-align:center;background:light-dark(#f6f7f6,#111716);color:light-dark(#26302e,#d5dedb)}"
    "h1{margin:0 0 1rem;font-size:1.4rem}b{font-size:4rem;line-height:1.1}"
    "b,a{color:light-dark(#0b6a62,#5fd0c3)}"
)
_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
_STYLE_IN_CADDY = _STYLE.replace("{", r"\{").replace("}", r"\}")

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">'
    "<title>{err.status_text} · Modular shop</title>"
    f"<style>{_STYLE_IN_CADDY}</style></head>"
    '<body><main><b aria-hidden="true">{err.status_code}</b><h1>{err.status_text}</h1>'
    "<p>{away}</p><p>{again}</p>{elsewhere}</main></body></html>"
)

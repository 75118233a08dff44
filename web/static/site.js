/* Additions to htmx: live updates that pause or wait, messages on failures, missing images. */
"use strict";

/* Browsers allow few connections per origin: a stream is open only while the page is visible. */
class PausingSource {
  constructor(url) {
    this.url = url;
    this.heard = [];
    this.pause = 500;
    this.look = () => (document.hidden ? this.sleep() : this.wake());
    document.addEventListener("visibilitychange", this.look);
    this.look();
  }

  get readyState() {
    return this.source ? EventSource.OPEN : EventSource.CONNECTING;
  }

  addEventListener(name, listener) {
    this.heard.push([name, listener]);
    this.source?.addEventListener(name, listener);
  }

  removeEventListener(name, listener) {
    this.heard = this.heard.filter(([n, l]) => n !== name || l !== listener);
    this.source?.removeEventListener(name, listener);
  }

  wake() {
    if (this.source) return;
    this.source = new EventSource(this.url);
    this.source.onopen = () => (this.pause = 500);
    this.source.onerror = () => this.retry();
    this.heard.forEach(([name, listener]) => this.source.addEventListener(name, listener));
  }

  sleep() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  retry() {
    this.sleep();
    this.pause = Math.min(this.pause * 2, 30000);
    this.timer = setTimeout(this.look, this.pause * (0.5 + Math.random() / 2));
  }

  close() {
    document.removeEventListener("visibilitychange", this.look);
    this.sleep();
  }
}

htmx.createEventSource = (url) => new PausingSource(url);

/* Failures: shown in the place of a part that cannot be loaded, all others in the status line. */

function problemOf(request) {
  try {
    const problem = JSON.parse(request.responseText);
    return problem.detail || problem.title;
  } catch {
    return "The server does not answer. Try again in a moment.";
  }
}

function isNews(event) {
  return /^(htmx:)?sse/.test(event?.type);
}

function notice(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "bad";
  paragraph.textContent = text;
  return paragraph;
}

function tell(event) {
  const { elt, target, xhr } = event.detail;
  event.stopPropagation();
  if (xhr?.status === 401) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  } else if (elt.dataset.part) {
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "secondary";
    retry.textContent = "Try again";
    // The trigger "load" of the part fires only once.
    retry.addEventListener("click", () => htmx.ajax("GET", elt.getAttribute("hx-get"), { source: elt, target }));
    const words = notice(`${elt.dataset.part} cannot be shown now. ${problemOf(xhr)} `);
    words.append(retry);
    target.replaceChildren(words);
    target.removeAttribute("aria-busy");
  } else if (xhr?.status === 404 || !isNews(event.detail.requestConfig?.triggeringEvent)) {
    // An update that nobody requested fails in silence, unless its subject is gone.
    document.getElementById("status").replaceChildren(notice(problemOf(xhr)));
  }
}

// Before htmx loads the parts. Without scripts nothing is loaded.
document.querySelectorAll("[data-part]").forEach((part) => part.setAttribute("aria-busy", "true"));

// On the requesting element: an update may remove it from the page before the answer.
document.body.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    elt.addEventListener(failure, tell);
  }
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  event.detail.target.removeAttribute("aria-busy");
});

/* Updates wait during a press: a press on a replaced element would be lost. */

let pressed = false;
const held = new Map();

function letGo() {
  pressed = false;
  held.forEach((news, elt) => htmx.trigger(elt, news));
  held.clear();
}

for (const begun of ["pointerdown", "keydown"]) {
  window.addEventListener(begun, () => (pressed = true));
}
for (const ended of ["pointerup", "pointercancel", "contextmenu", "keyup", "blur"]) {
  window.addEventListener(ended, letGo);
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, triggeringEvent } = event.detail.requestConfig;
  if (!pressed || !isNews(triggeringEvent)) return;
  held.set(elt, triggeringEvent.type);
  event.preventDefault();
});

/* A part with the same content is not replaced: the visitor may be using it. */

document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const shown = target.dataset.shown;
  if (shown !== undefined && shown === fragment.firstElementChild.dataset.shown) event.preventDefault();
});

/* If the focused element is removed, its heading gets the focus, not the top of the page. */

let heading;

function noteHeading({ target }) {
  if (target.contains(document.activeElement)) heading = target.dataset.heading;
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  heading = undefined;
  noteHeading(event.detail);
});
document.body.addEventListener("htmx:oobBeforeSwap", (event) => noteHeading(event.detail));
document.body.addEventListener("htmx:afterSwap", () => {
  if (heading && document.activeElement === document.body) document.getElementById(heading).focus();
});

/* An empty search shows the list, which has a URL without a query. */

document.body.addEventListener("htmx:configRequest", (event) => {
  const { verb, parameters } = event.detail;
  if (verb === "get" && parameters.q === "") delete parameters.q;
});

/* A missing image is removed; its frame shows a placeholder. */

function hideIfMissing(image) {
  if (image.complete && image.naturalWidth === 0) image.hidden = true;
}

document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) event.target.hidden = true;
}, true);
document.querySelectorAll("img").forEach(hideIfMissing);

/* A checkbox for all of a list, shown only with scripts. */

for (const all of document.querySelectorAll("[data-ticks]")) {
  const boxes = [...all.form.elements].filter((box) => box.name === all.dataset.ticks);
  all.form.addEventListener("change", ({ target }) => {
    if (target === all) boxes.forEach((box) => (box.checked = all.checked));
    all.checked = boxes.every((box) => box.checked);
  });
  all.closest("label").hidden = false;
}

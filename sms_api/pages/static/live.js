// Keeps an open page up to date: it listens to what changes, and takes in the page anew where something has.
// Without it the page is as it was when it was opened, and whole.
"use strict";

(() => {
  const main = document.querySelector("main[data-live]");
  const news = document.getElementById("news");
  if (!main || !news || !window.EventSource) return;

  const query = main.dataset.live;
  const LINES = "li.show, td, .facts > li, .told, .rows > li";
  const settle = 400; // milliseconds: a build changes much at once
  const place = "seen " + location.pathname;
  let timer = 0;
  let newest = 0;
  let has_missed = false;

  function say(words) {
    news.textContent = words;
    news.hidden = false;
  }

  function remember() {
    try { localStorage.setItem(place, String(newest)); } catch { /* private windows keep nothing */ }
  }

  function lines_of(part) {
    return [...part.querySelectorAll(LINES)].map((line) => line.outerHTML.replace(' class="show arrived"', ' class="show"'));
  }

  async function count_since() {
    let seen = null;
    try { seen = localStorage.getItem(place); } catch { return; }
    if (!seen) return;
    const answer = await fetch(`/v1/changes?limit=200&since=${encodeURIComponent(seen)}&${query}`);
    if (!answer.ok) return;
    const { changes } = await answer.json();
    const fresh = new Set(changes.filter((each) => each.entity === "event" && each.kind === "created").map((each) => each.id));
    if (fresh.size) say(`${fresh.size} new since you looked`);
  }

  async function take_in() {
    if (document.hidden) { has_missed = true; return; }
    has_missed = false;
    const answer = await fetch(location.href, { cache: "no-cache", headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const after = page.querySelector("main");
    if (!after) return;
    const before = new Set(lines_of(main));
    const now = new Set(lines_of(after));
    const changed = [...now].filter((line) => !before.has(line)).length;
    const gone = [...before].filter((line) => !now.has(line)).length;
    if (!changed && !gone) return; // counts beside filters may differ, which is no news
    const is_read = main.querySelector("details[open]") || (main !== document.activeElement && main.contains(document.activeElement));
    if (is_read) {
      say("This page has changed: load it again to see how."); // whoever reads or types is not interrupted
      return;
    }
    main.replaceChildren(...after.childNodes);
    for (const line of main.querySelectorAll(LINES)) if (!before.has(line.outerHTML)) line.classList.add("arrived");
    say(!changed ? "Something has left this page" : changed === 1 ? "One line is new or has changed" : `${changed} lines are new or have changed`);
  }

  function look() {
    clearTimeout(timer);
    timer = setTimeout(take_in, settle);
  }

  let is_again = false;
  const stream = new EventSource(`/live?${query}`);
  stream.addEventListener("hello", (event) => {
    newest = Number(event.lastEventId);
    if (!is_again) { is_again = true; count_since().then(remember, remember); }
    look(); // what changed between the page and the stream
  });
  for (const kind of ["change", "reset"]) {
    stream.addEventListener(kind, (event) => { newest = Number(event.lastEventId); remember(); look(); });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden && has_missed) take_in(); });
})();

// Keeps an open page up to date: it listens to what changes, and takes in the page anew where something has.
// Without it the page is as it was when it was opened, and whole.
"use strict";

(() => {
  const main = document.querySelector("main[data-live]");
  const news = document.getElementById("news");
  if (!main || !news || !window.EventSource) return;

  const query = main.dataset.live;
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
    if (!after || after.innerHTML === main.innerHTML) return;
    const before = new Set([...main.querySelectorAll("li.show")].map((each) => each.outerHTML));
    const open = [...main.querySelectorAll("details[open]")].length;
    if (open || main.contains(document.activeElement) && document.activeElement !== main) {
      say("This page has changed: load it again to see how."); // whoever reads or types is not interrupted
      return;
    }
    main.replaceChildren(...after.childNodes);
    let changed = 0;
    for (const row of main.querySelectorAll("li.show")) {
      if (!before.has(row.outerHTML)) { row.classList.add("arrived"); changed += 1; }
    }
    say(changed === 1 ? "1 show is new or has changed" : changed ? `${changed} shows are new or have changed` : "This page has changed");
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

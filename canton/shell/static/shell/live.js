/* Keeps parts of a page fresh. An element names its topic: <section id="rows" data-live="batches">.
   Events come from the address in <meta name="canton-events"> and carry {topic, centre, id} only; the page is fetched again and the part of that id taken from it.
   15 s without a sign of life: the page says since when it is not fresh, and asks every 5 s instead until the stream is back. */
(() => {
  "use strict";
  const STALE_AFTER = 15000, POLL_EVERY = 5000, GATHER = 400, AWAITED_EVERY = 2000;
  const address = document.querySelector("meta[name='canton-events']")?.content;
  const topics = () => [...new Set([...document.querySelectorAll("[data-live]")].map((each) => each.dataset.live))];
  if (!topics().length) return;

  let lastSign = Date.now(), stale = false, source = null, pending = new Map();
  const asked = new Set(); /* parts whose answer is on its way */
  const owed = new Set(); /* topics with parts left alone because a hand was in them */

  const show = (state, since) => {
    for (const place of document.querySelectorAll("[data-live-state]")) {
      const clock = since ? " " + new Date(since).toLocaleTimeString("zh-CN", { hour12: false }) : "";
      const text = state === "fresh" ? place.dataset.fresh : place.dataset.stale + clock + " · " + place.dataset.polling;
      if (place.dataset.state !== state || place.textContent !== text) { place.dataset.state = state; place.textContent = text; }
    }
  };

  const filledIn = (field) => field.type !== "hidden" && (field.options
    ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected))
    : field.value !== field.defaultValue || field.checked !== field.defaultChecked);
  /* do not pull a menu from under a hand, nor what was written, also where the hand came only after the question */
  const inHand = (part) => part.querySelector("details[open], :focus-within:not(a)")
    || [...part.querySelectorAll("input, textarea, select")].some(filledIn);

  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.requestConfig.elt;
    if (part.dataset.live && part === event.detail.target && inHand(part)) { event.detail.shouldSwap = false; owed.add(part.dataset.live); }
  });

  const refresh = (topic) => {
    for (const part of document.querySelectorAll(`[data-live="${CSS.escape(topic)}"]`)) {
      if (inHand(part) || asked.has(part)) { owed.add(topic); continue; } /* what came to pass after it was asked would be lost */
      asked.add(part);
      htmx.ajax("GET", window.location.href, { source: part, target: part, select: `#${CSS.escape(part.id)}`, swap: "outerHTML" }).finally(() => asked.delete(part));
    }
  };

  const soon = (topic) => { /* many events, one fetch */
    if (!pending.has(topic)) pending.set(topic, setTimeout(() => { pending.delete(topic); refresh(topic); }, GATHER));
  };

  const sign = () => {
    lastSign = Date.now();
    if (stale) { stale = false; topics().forEach(soon); } /* what was missed in between */
    show("fresh");
  };

  const connect = () => {
    if (!address || source) return;
    source = new EventSource(`${address}?topics=${encodeURIComponent(topics().join(","))}`, { withCredentials: true });
    source.onopen = sign;
    source.addEventListener("beat", sign);
    source.onmessage = (event) => { sign(); soon(JSON.parse(event.data).topic); };
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) { source = null; setTimeout(connect, POLL_EVERY); } };
  };

  document.addEventListener("htmx:afterSettle", () => show(stale ? "stale" : "fresh", stale && lastSign)); /* the sign may have come anew */

  setInterval(() => {
    for (const topic of owed) { owed.delete(topic); soon(topic); }
    if (Date.now() - lastSign > STALE_AFTER) { stale = true; show("stale", lastSign); topics().forEach(refresh); }
  }, POLL_EVERY);
  /* what a person waits for may be done before the stream is open: such a part is asked for until it waits no more */
  setInterval(() => {
    for (const part of document.querySelectorAll("[data-live][data-awaited]")) soon(part.dataset.live);
  }, AWAITED_EVERY);
  window.addEventListener("pagehide", () => { source?.close(); source = null; });
  window.addEventListener("pageshow", connect);
  connect();
})();

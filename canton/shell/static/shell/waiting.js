/* What takes longer than a moment says so: a page that is being opened, a form under way, a file being made.
   data-slow     on a link to a file that takes a while to make: fetched here, so that its end is known
   Texts stand on <body>: data-opening, data-making; {n} is the seconds so far. */
(() => {
  "use strict";
  const AFTER = 400, LONGEST = 120000; /* ms: nothing is said before, nothing after */
  let timer = null, began = 0;
  const bar = document.createElement("div");
  bar.className = "waiting"; bar.hidden = true; bar.setAttribute("role", "status");
  bar.innerHTML = "<span class=run></span><span class=says></span>";
  document.body.append(bar);

  const stop = () => { clearInterval(timer); timer = null; bar.hidden = true; };
  const start = (text) => {
    stop(); began = performance.now();
    timer = setInterval(() => {
      const passed = performance.now() - began;
      if (passed > LONGEST) return stop();
      if (passed < AFTER) return;
      bar.hidden = false;
      const said = passed < 1000 ? "" : text.replace("{n}", Math.floor(passed / 1000));
      if (bar.lastChild.textContent !== said) bar.lastChild.textContent = said;
    }, 100);
  };
  const say = (name) => document.body.dataset[name] || "";

  const named = (answer) => {
    const told = /filename\*=UTF-8''([^;]+)/i.exec(answer.headers.get("Content-Disposition") || "");
    const plain = /filename="([^"]+)"/i.exec(answer.headers.get("Content-Disposition") || "");
    return told ? decodeURIComponent(told[1]) : plain?.[1];
  };
  const fetched = async (link) => {
    start(say("making")); link.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(link.href);
      if (!answer.ok || !named(answer)) return location.assign(link.href); /* a page that says why */
      const file = document.createElement("a");
      file.href = URL.createObjectURL(await answer.blob()); file.download = named(answer);
      file.click();
      setTimeout(() => URL.revokeObjectURL(file.href), 60000);
    } catch (_error) { location.assign(link.href); }
    finally { stop(); link.removeAttribute("aria-busy"); }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.hasAttribute("data-slow")) { event.preventDefault(); if (!link.hasAttribute("aria-busy")) fetched(link); return; }
    if (link.origin !== location.origin || link.target || link.hasAttribute("download") || link.protocol === "blob:") return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    start(say("opening"));
  });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented && event.target.method !== "dialog" && !event.target.target) start(say("opening")); });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.requestConfig.verb === "post") start(say("opening")); });
  document.addEventListener("htmx:afterRequest", stop);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  window.addEventListener("pageshow", stop);
})();

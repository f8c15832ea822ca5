/* Keys, pop-ups and toasts of every page. Everything still works without it; it only saves steps.
   data-pop      on <details>: closes on Esc or a click elsewhere
   data-open     on a button: opens the <dialog> of that id
   data-close    on a button: closes the dialog it stands in;  data-open-now on a <dialog>: open at once
   data-guard    on a <form>: leaving the page with changes asks first
   data-rows     on a <tbody>: J and K move a selection, Enter opens the first link of the row
   data-key      on a button: this letter presses it; its <kbd> says so
   data-slash    on a field: "/" goes there
   data-submit   on a <select> or <input>: a change sends its form */
(() => {
  "use strict";
  const typing = (element) => element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));

  const closePops = (except) => {
    let closed = false;
    for (const pop of document.querySelectorAll("details[data-pop][open]")) {
      if (!pop.contains(except)) { pop.open = false; closed = true; if (!except) pop.querySelector("summary").focus(); }
    }
    return closed;
  };

  const move = (by) => {
    const rows = [...document.querySelectorAll("[data-rows] > tr")];
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))];
    for (const row of rows) row.removeAttribute("aria-selected");
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
  };

  const openSelected = () => document.querySelector("[data-rows] > tr[aria-selected='true'] a[href]")?.click();

  const plainKeys = {
    "?": () => document.getElementById("keys")?.showModal(),
    "/": () => document.querySelector("[data-slash]")?.focus(),
    j: () => move(1),
    k: () => move(-1),
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const field = document.querySelector("[data-jump]");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
      return;
    }
    if (event.key === "Escape" && closePops(null)) return;
    if (event.key === "/" && event.target.matches("[data-slash]") && !event.target.value) return event.preventDefault(); /* it has the focus already */
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.target === document.body || event.target.id === "content")) return openSelected();
    const button = /^[a-z0-9]$/i.test(event.key) && document.querySelector(`button[data-key="${event.key.toLowerCase()}"]`);
    if (button) { event.preventDefault(); return button.click(); }
    const act = plainKeys[event.key] || plainKeys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });

  document.addEventListener("click", (event) => {
    closePops(event.target);
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
    if (event.target.tagName === "DIALOG") event.target.close();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  /* a refreshed table keeps its selection */
  let selected = null;
  document.addEventListener("htmx:beforeSwap", () => {
    selected = document.querySelector("[data-rows] > tr[aria-selected='true'] a[href]")?.getAttribute("href");
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!selected) return;
    const link = [...document.querySelectorAll("[data-rows] > tr a[href]")].find((each) => each.getAttribute("href") === selected);
    link?.closest("tr").setAttribute("aria-selected", "true");
  });

  /* a form that was changed is not left by mistake, and not sent twice by a double click */
  const dirty = new Set();
  document.addEventListener("input", (event) => { const form = event.target.closest("form[data-guard]"); if (form) dirty.add(form); });
  document.addEventListener("reset", (event) => dirty.delete(event.target));
  document.addEventListener("submit", (event) => {
    dirty.delete(event.target);
    if (event.target.method !== "post" || event.defaultPrevented) return;
    if (event.target.hasAttribute("aria-busy")) return event.preventDefault();
    event.target.setAttribute("aria-busy", "true");
    setTimeout(() => event.target.removeAttribute("aria-busy"), 2000);
  });
  window.addEventListener("beforeunload", (event) => { if ([...dirty].some((form) => form.isConnected)) event.preventDefault(); });

  /* toasts go by themselves, but not while one points at them or stands in them */
  const TOAST_STAYS = 8000, UNDO_STAYS = 15000;
  const arm = (toast) => {
    toast.dataset.toast = "armed";
    const go = () => toast.matches(":hover, :focus-within") ? setTimeout(go, 2000) : toast.remove();
    setTimeout(go, toast.querySelector("form") ? UNDO_STAYS : TOAST_STAYS);
  };
  const begin = () => {
    for (const toast of document.querySelectorAll("[data-toast='']")) arm(toast);
    for (const dialog of document.querySelectorAll("dialog[data-open-now]")) { dialog.removeAttribute("data-open-now"); dialog.showModal(); }
  };
  document.addEventListener("htmx:load", begin);
  begin();
})();

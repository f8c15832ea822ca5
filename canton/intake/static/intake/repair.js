/* Repairing refused rows: proposals taken over, rows ticked, and a sign of life while an answer takes long.
   data-fill     on a button: puts its value into the field named by data-into
   data-fill-all on a button: presses all of those in its form, so that each is seen to be filled in
   data-save     on a button: Ctrl+Enter presses it from any field of its form; Esc leaves the field
   data-through  what held the fields marked data-held is over
   data-ticks    on a checkbox: ticks every row of the page;  data-ticked: shows how many are ticked
   #waiting      says since when an answer is awaited, from the first second on */
(() => {
  "use strict";
  const SAY_AFTER = 700;

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = document.getElementById(button.dataset.into);
    field.value = button.dataset.fill;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    field.focus();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill-all]");
    if (!button) return;
    const fills = [...button.form.querySelectorAll("[data-fill]")];
    fills.forEach((each) => each.click());
    button.focus();
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.form;
    const button = form?.querySelector("[data-save]");
    if (!button) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(button); }
    if (event.key === "Escape" && event.target.matches("input, textarea, select")) event.target.blur();
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (document.querySelector("[data-through]")) for (const held of document.querySelectorAll("[data-held]")) held.disabled = false;
  });

  const rows = () => [...document.querySelectorAll("input[name='line'][type='checkbox']")];
  const count = () => {
    const ticked = rows().filter((each) => each.checked).length;
    for (const place of document.querySelectorAll("[data-ticked]")) place.textContent = ticked;
    const scope = document.querySelector("input[name='scope'][value='ticked']");
    if (!scope) return;
    scope.disabled = !ticked;
    if (ticked) scope.checked = true;
    else if (scope.checked) document.querySelector("input[name='scope']:not([value='ticked'])").checked = true;
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-ticks]")) for (const each of rows()) each.checked = event.target.checked;
    if (event.target.matches("[data-ticks], input[name='line']")) count();
  });
  document.addEventListener("htmx:afterSettle", count);
  count();

  const place = document.getElementById("waiting");
  let begun = 0, timer = null;
  const say = () => {
    const seconds = Math.floor((Date.now() - begun) / 1000);
    place.textContent = `${place.dataset.text}${seconds > 1 ? ` ${seconds} ${place.dataset.seconds}` : ""}`;
    place.hidden = false;
  };
  const wait = () => {
    if (!place || timer) return;
    begun = Date.now();
    timer = setTimeout(() => { say(); timer = setInterval(say, 1000); }, SAY_AFTER);
  };
  const stop = () => { clearTimeout(timer); clearInterval(timer); timer = null; if (place) place.hidden = true; };
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) wait(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || link.target || link.hasAttribute("download")) return;
    if (link.origin === location.origin && !link.getAttribute("href").startsWith("#") && !link.pathname.endsWith(".csv")) wait();
  });
  window.addEventListener("pageshow", stop);
  window.addEventListener("pagehide", stop);
})();

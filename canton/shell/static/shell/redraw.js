/* Forms that the server draws anew while they are filled in lose nothing a person does while an answer is under way.
   <form id="x" data-redraw hx-post="…" hx-trigger="submit, redraw, change target:[data-redraws]"
         hx-target="this" hx-select="#x > *" hx-swap="innerHTML" hx-sync="this:drop">
   data-redraws on a field: its change draws the form anew; buttons are named "act"
   The form itself stays, so it hears what happens to a field the moment it is drawn. One request is under way at a time.
   An answer to something the form no longer says is put aside: the form goes again as it stands, with every act since it
   was drawn, in order. Nor is a field drawn anew while a word is being composed in it. */
(() => {
  "use strict";
  const kept = new WeakMap(); /* form → {acts: since it was drawn, sent: what it said, told: acts sent, composing} */
  const of = (form) => {
    if (!kept.has(form)) kept.set(form, { acts: [], sent: "", told: 0, composing: false, owed: false });
    return kept.get(form);
  };
  const said = (form) => new URLSearchParams(new FormData(form)).toString();
  const dealtWith = (form, state) => { state.acts = []; };
  const again = (form) => setTimeout(() => htmx.trigger(form, "redraw"));
  const ours = (listen) => (event) => {
    const form = event.target.closest?.("form[data-redraw]");
    if (form) listen(form, of(form), event);
  };

  document.addEventListener("submit", ours((form, state, event) => {
    if (event.submitter?.name === "act") state.acts.push(event.submitter.value);
  }), true); /* before htmx hears it */

  document.addEventListener("htmx:configRequest", ours((form, state, event) => {
    const { formData } = event.detail;
    formData.delete("act");
    for (const act of state.acts) formData.append("act", act);
    state.sent = said(form);
    state.told = state.acts.length;
  }));

  document.addEventListener("htmx:beforeSwap", ours((form, state, event) => {
    const old = said(form) !== state.sent || state.acts.length > state.told;
    if (event.detail.shouldSwap && (old || state.composing)) {
      event.detail.shouldSwap = false;
      if (state.composing) state.owed = true;
      else again(form);
    } else dealtWith(form, state);
  }));

  document.addEventListener("htmx:beforeOnLoad", ours((form, state, event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) dealtWith(form, state);
  }));
  document.addEventListener("htmx:sendError", ours(dealtWith));

  /* what is being put right is no longer shown as wrong; the next answer says whether it is */
  document.addEventListener("input", ours((form, state, event) => {
    const wrong = event.target.closest(".wrong");
    if (!wrong || event.target.matches("[data-redraws]")) return;
    wrong.classList.remove("wrong");
    wrong.querySelectorAll("[aria-invalid]").forEach((each) => each.removeAttribute("aria-invalid"));
    wrong.querySelectorAll("[role='alert']").forEach((each) => each.remove());
    if (!form.querySelector(".wrong")) form.querySelector("[data-wrong]")?.remove();
  }));

  document.addEventListener("compositionstart", ours((form, state) => { state.composing = true; }));
  document.addEventListener("compositionend", ours((form, state) => {
    state.composing = false;
    if (state.owed) { state.owed = false; again(form); }
  }));
})();

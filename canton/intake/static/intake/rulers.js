/* Columns of fixed width: neighbours follow a moved position; a click on a letter begins or joins a column. */
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-ruler]")];
  const part = (row, name) => row.querySelector(`[name=ruler-${name}]`);
  const filled = () => rows().filter((row) => part(row, "first").value)
    .sort((a, b) => part(a, "first").value - part(b, "first").value);
  const told = (row) => part(row, "first").dispatchEvent(new Event("change", { bubbles: true }));

  const empty = () => {
    const last = rows().at(-1);
    if (!part(last, "first").value && !part(last, "name").value) return last;
    const made = last.cloneNode(true);
    made.querySelectorAll("input").forEach((input) => { input.value = ""; });
    last.after(made);
    return made;
  };
  const split = (row, at) => {
    const made = empty();
    part(made, "name").value = `c${at}`;
    part(made, "first").value = at;
    part(made, "last").value = part(row, "last").value;
    part(row, "last").value = at - 1;
    told(made);
  };
  const join = (row) => {
    const all = filled(), before = all[all.indexOf(row) - 1];
    if (!before) return;
    part(before, "last").value = part(row, "last").value;
    row.querySelectorAll("input:not([name=ruler-was])").forEach((input) => { input.value = ""; });
    told(before);
  };

  document.addEventListener("focusin", (event) => {
    if (event.target.closest("[data-ruler]")) event.target.dataset.before = event.target.value;
  });
  document.addEventListener("input", (event) => {
    const input = event.target, row = input.closest("[data-ruler]");
    if (!row || input.type !== "number" || !input.value) return;
    const before = Number(input.dataset.before), now = Number(input.value);
    const moved = input.name === "ruler-first" ? ["last", -1] : ["first", 1];
    const beside = rows().find((each) => each !== row && Number(part(each, moved[0]).value) === before + moved[1]);
    if (before && beside) part(beside, moved[0]).value = now + moved[1];
    input.dataset.before = input.value;
  });
  document.addEventListener("click", (event) => {
    const letter = event.target.closest(".ruled [data-at]");
    if (!letter || letter.closest("fieldset").disabled) return;
    const at = Number(letter.dataset.at);
    const row = filled().find((each) => Number(part(each, "first").value) <= at && at <= Number(part(each, "last").value));
    if (!row) return;
    if (Number(part(row, "first").value) === at) join(row); else split(row, at);
  });
})();

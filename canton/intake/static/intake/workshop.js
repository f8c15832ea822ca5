/* A usual form of a time chosen takes the place of a written one. A list of values is begun with those the column has in the sample, or the ticked questions. Columns that are questions: once ticked they are no columns of their own; what is made of them is filled in where nothing was. */
(() => {
  "use strict";
  document.querySelectorAll(".by-form").forEach((form) => form.addEventListener("change", () => {
    form.parentElement.querySelector("textarea").value = "";
  }));
  const seen = JSON.parse(document.getElementById("seen")?.textContent || "{}");
  const ticked = () => [...document.querySelectorAll("[name=asked]:checked")].map((box) => box.value);
  const list = (row) => {
    const text = row.querySelector(".by-text"), column = row.querySelector(".by-column"), from = column.selectedOptions[0];
    if (row.querySelector("[name^=how-]").value !== "table" || !from || text.value !== (text.dataset.begun || "")) return;
    const values = from.closest("optgroup") ? (column.querySelector("optgroup option").selected ? ticked() : []) : seen[from.value] || [];
    text.value = text.dataset.begun = values.map((value) => `${value} = `).join("\n");
  };
  document.querySelectorAll(".made tbody tr").forEach((row) => row.addEventListener("change", (event) => {
    if (event.target.matches("[name^=how-], .by-column")) list(row);
  }));
  const asked = document.querySelector("[data-asked]");
  if (!asked) return;
  const boxes = [...asked.querySelectorAll("[name=asked]")];
  const hide = () => {
    const ticked = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    document.querySelectorAll(".by-column > option").forEach((option) => {
      option.hidden = option.disabled = ticked.has(option.value) && !option.selected;
    });
    return ticked.size;
  };
  const FILLED = { question: "asked", kind: "asked", scale: "asked", wording: "question", answer: "answer", score: "answer" };
  const fill = (field) => {
    const how = document.getElementById(`how-${field}`), column = document.querySelector(`[name=column-${field}]`);
    if (!how || how.value !== "none") return;
    if (FILLED[field] === "asked") { how.value = "asked"; return; }
    if (!column.querySelector(`optgroup [value="${FILLED[field]}"]`)) return;
    how.value = "column";
    column.value = FILLED[field];
  };
  const every = asked.querySelector("[data-every]");
  if (every) every.addEventListener("change", () => boxes.forEach((box) => { box.checked = every.checked; }));
  asked.addEventListener("change", () => {
    if (hide() && asked.querySelector("[name=q-kind]")) Object.keys(FILLED).forEach(fill);
  });
  hide();
})();

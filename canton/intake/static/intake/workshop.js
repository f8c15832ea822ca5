/* A usual form of a time chosen takes the place of a written one. Columns that are questions: once ticked they are no columns of their own; question and answer come from them; a list by question begins with a line for each. */
(() => {
  "use strict";
  document.querySelectorAll(".by-form").forEach((form) => form.addEventListener("change", () => {
    form.parentElement.querySelector("textarea").value = "";
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
  const fill = (field) => {
    const how = document.getElementById(`how-${field}`), column = document.querySelector(`[name=column-${field}]`);
    if (!how || how.value !== "none" || !column.querySelector(`optgroup [value="${field}"]`)) return;
    how.value = "column";
    column.value = field;
  };
  const list = (row) => {
    const text = row.querySelector(".by-text"), from = row.querySelector(".by-column optgroup option");
    const wanted = row.querySelector("[name^=how-]").value === "table" && from && from.selected;
    if (wanted && !text.value) text.value = boxes.filter((box) => box.checked).map((box) => `${box.value} = `).join("\n");
  };
  document.querySelectorAll(".made tbody tr").forEach((row) => row.addEventListener("change", () => list(row)));
  asked.addEventListener("change", () => {
    if (hide()) asked.dataset.asked.split(" ").forEach(fill);
  });
  hide();
})();

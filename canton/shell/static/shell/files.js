/* Files that are asked for: the name and size of the one that was chosen or dropped, in the page's language, and how far
   it is on its way. The native control stays underneath and does the work.
   data-drop on what holds the input;  data-sends on a <form> that htmx posts: its [data-way] shows how much went */
(() => {
  "use strict";
  const UNITS = ["B", "KB", "MB", "GB", "TB"];
  const sized = (bytes) => {
    const step = Math.min(Math.floor(Math.log2(bytes || 1) / 10), UNITS.length - 1);
    const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: step ? 1 : 0 });
    return `${number.format(bytes / 1024 ** step)} ${UNITS[step]}`;
  };
  const tell = (drop) => {
    const said = drop.querySelector("output"), file = drop.querySelector("input").files[0];
    said.textContent = file ? `${file.name} · ${sized(file.size)}` : said.dataset.none;
  };
  document.addEventListener("change", (event) => {
    const drop = event.target.closest("[data-drop]");
    if (drop) tell(drop);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
    const drop = event.target.closest?.("[data-drop]");
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = drop.querySelector("input");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const way = (form, shown) => {
    const found = form?.matches?.("[data-sends]") && form.querySelector("[data-way]");
    if (found) found.hidden = !shown;
    return found;
  };
  document.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total, lengthComputable } = event.detail, found = way(event.target, true);
    if (!found || !lengthComputable) return;
    found.querySelector("progress").value = loaded / total;
    found.querySelector("output").textContent = `${sized(loaded)} / ${sized(total)}`;
  });
  for (const kind of ["htmx:afterRequest", "htmx:sendError"]) document.addEventListener(kind, (event) => {
    way(event.target, false);
  });
  document.addEventListener("htmx:sendError", (event) => {
    const found = event.target.matches("[data-sends]") && event.target.querySelector("[data-lost]");
    if (found) found.hidden = false;
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-drop]").forEach(tell));
})();

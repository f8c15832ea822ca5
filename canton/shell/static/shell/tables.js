/* Wide tables and bars on a phone. The look is in look.css; without this script they are pushed sideways all the same.
   table.cards                   each row becomes a card: this writes the column's head onto every cell of the body
   .scroll .subnav .tabs .seg    what is cut off fades at that edge until it is pushed into sight; the current one is in sight at once */
(() => {
  "use strict";
  const label = (table) => {
    const heads = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells || [])].flatMap((head) => Array(head.colSpan).fill(head.textContent.trim()));
    for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
      let at = 0;
      for (const cell of row.cells) {
        if (cell.colSpan === 1 && heads[at]) cell.dataset.label = heads[at];
        at += cell.colSpan;
      }
    }
    table.dataset.carded = "";
  };
  const FRAMES = ".scroll, .subnav, .tabs, .seg";
  const fade = (frame) => {
    frame.toggleAttribute("data-more", frame.scrollWidth - frame.clientWidth - frame.scrollLeft > 4);
    if (!frame.matches(".scroll")) return;
    if (frame.scrollWidth - frame.clientWidth > 4) frame.dataset.wide = document.body.dataset.slide || ""; /* said above it on a phone */
    else delete frame.dataset.wide;
  };
  const seen = new ResizeObserver((changes) => {
    for (const frame of new Set(changes.map((change) => change.target.closest(FRAMES)))) if (frame) fade(frame); /* none for what was swapped out */
  });
  const begin = () => {
    document.querySelectorAll("table.cards").forEach(label);
    for (const frame of document.querySelectorAll(FRAMES)) {
      if ("watched" in frame.dataset) continue;
      frame.dataset.watched = "";
      const here = frame.querySelector(":scope > [aria-current]");
      if (here) frame.scrollLeft = here.offsetLeft + here.offsetWidth - frame.offsetLeft - frame.clientWidth + 48;
      frame.addEventListener("scroll", () => fade(frame), { passive: true });
      for (const each of [frame, ...frame.children]) seen.observe(each);
    }
  };
  document.addEventListener("htmx:load", begin);
  begin();
})();

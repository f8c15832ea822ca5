/* A list in which one types to find: <div data-pick data-none="…"> around a <select>, which stays and is what is sent.
   Arrows, Home and End move, Enter takes, Escape leaves it as it was. */
(() => {
  "use strict";
  let made = 0;
  const begin = (place) => {
    const select = place.querySelector("select");
    if (!select || select.dataset.picked) return;
    select.dataset.picked = "true";
    const box = document.createElement("div"), input = document.createElement("input"), list = document.createElement("div");
    const known = [...select.options].filter((option) => option.value);
    const listed = `picked-${made += 1}`;
    let at = -1;
    box.className = "pick";
    select.before(box);
    box.append(input, list, select);
    Object.assign(list, { id: listed, hidden: true });
    Object.assign(input, { type: "text", className: "form-select", id: select.id, autocomplete: "off", placeholder: select.options[0].value ? "" : select.options[0].text });
    select.id += "-choice";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", place.querySelector("label").textContent.trim());
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", listed], ["aria-autocomplete", "list"], ["spellcheck", "false"]]) input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));

    const shown = () => [...list.querySelectorAll("[role=option]")];
    const show = () => { const option = select.selectedOptions[0]; input.value = option?.value ? option.text : ""; };
    const shut = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const move = (to) => {
      const all = shown();
      if (!all.length) return;
      all[at]?.classList.remove("at");
      at = Math.max(0, Math.min(all.length - 1, to));
      all[at].classList.add("at");
      all[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", all[at].id);
    };
    const open = (text) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean), groups = new Map();
      for (const option of known) {
        const group = option.parentElement.label || "";
        if (!words.every((word) => `${group} ${option.text}`.toLowerCase().includes(word))) continue;
        if (!groups.has(group)) groups.set(group, []);
        groups.get(group).push(option);
      }
      list.replaceChildren();
      for (const [name, options] of groups) {
        const into = name ? document.createElement("div") : list;
        if (name) {
          const title = document.createElement("b");
          title.textContent = name;
          into.setAttribute("role", "group");
          into.setAttribute("aria-label", name);
          into.append(title);
          list.append(into);
        }
        for (const option of options) {
          const line = document.createElement("div");
          line.id = `${listed}-${known.indexOf(option)}`;
          line.textContent = option.text;
          line.dataset.value = option.value;
          line.setAttribute("role", "option");
          line.setAttribute("aria-selected", String(option.selected));
          into.append(line);
        }
      }
      if (!groups.size) { const none = document.createElement("div"); none.className = "none"; none.textContent = place.dataset.none; list.append(none); }
      at = -1;
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    };
    const take = (line) => {
      select.value = line.dataset.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      show();
      shut();
    };
    input.addEventListener("click", () => { if (list.hidden) { input.select(); open(""); } });
    input.addEventListener("input", () => { open(input.value); if (input.value) move(0); else select.value = ""; });
    input.addEventListener("blur", () => { show(); shut(); });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const line = event.target.closest("[role=option]");
      if (line) take(line);
    });
    input.addEventListener("keydown", (event) => {
      const keys = { ArrowDown: () => move(at + 1), ArrowUp: () => move(at - 1), Home: () => move(0), End: () => move(Infinity) };
      if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); show(); return shut(); }
      if (event.key === "Enter" && !list.hidden) { event.preventDefault(); return at >= 0 && take(shown()[at]); }
      if (!["ArrowDown", "ArrowUp"].includes(event.key) && list.hidden) return;
      if (!keys[event.key] || event.isComposing) return;
      event.preventDefault();
      if (list.hidden) open("");
      keys[event.key]();
    });
    show();
  };
  const beginAll = () => document.querySelectorAll("[data-pick]").forEach(begin);
  document.addEventListener("htmx:load", beginAll);
  beginAll();
})();

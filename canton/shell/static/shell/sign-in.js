/* Shows the password while asked, and warns of caps lock. */
(() => {
  "use strict";
  for (const box of document.querySelectorAll(".secret")) {
    const field = box.querySelector("input");
    const eye = box.querySelector("button");
    eye.hidden = false;
    eye.addEventListener("click", () => {
      field.type = field.type === "password" ? "text" : "password";
      eye.setAttribute("aria-pressed", String(field.type === "text"));
    });
    field.addEventListener("keyup", (event) => {
      const caps = document.getElementById("caps");
      if (caps && event.getModifierState) caps.hidden = !event.getModifierState("CapsLock");
    });
  }
})();

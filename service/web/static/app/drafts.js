// What is typed into a form survives a dead battery: it is kept on the device until the server has taken the form.
// The server names the form that it took last in a cookie; so a form that was sent and never came is still there.
"use strict";

(() => {
  const reader = document.body.dataset.reader;
  if (!reader) return;
  const DRAFT = `draft ${reader} `;
  const SENT = `sent ${reader} `;
  const pathOf = (form) => form.elements.at ? new URL(form.elements.at.value, location).pathname : location.pathname;
  const placeOf = (form) => [pathOf(form), form.elements.form.value, form.dataset.part].filter(Boolean).join(" ");
  const isTyped = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);
  const isTicked = (field) => ["checkbox", "radio"].includes(field.type);

  const forget = (taken) => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(SENT) && localStorage.getItem(key) === taken) {
        localStorage.removeItem(DRAFT + key.slice(SENT.length));
        localStorage.removeItem(key);
      }
    }
  };
  forget(document.cookie.match(/(?:^|; )pasok_taken=([^;]*)/)?.[1]);
  document.addEventListener("pasok:taken", (event) => forget(event.detail)); // of several that waited the cookie names one

  const restore = (form) => {
    const kept = JSON.parse(localStorage.getItem(DRAFT + placeOf(form)) || "{}");
    for (const field of form.elements) {
      if (!isTyped(field)) continue;
      const known = kept[isTicked(field) ? `${field.name}=${field.value}` : field.name];
      if (known === undefined) continue;
      if (isTicked(field)) field.checked = known;
      else field.value = known;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };
  const store = (form) => {
    const now = {};
    for (const field of form.elements) {
      if (!isTyped(field)) continue;
      if (isTicked(field)) now[`${field.name}=${field.value}`] = field.checked;
      else now[field.name] = field.value;
    }
    localStorage.setItem(DRAFT + placeOf(form), JSON.stringify(now));
  };

  const begin = () => {
    const cameBack = document.querySelector("[data-focus]") !== null; // then it has what was typed already
    for (const form of document.querySelectorAll("form[method=post]")) {
      if (!form.elements.form || !form.elements.once) continue;
      if (!cameBack && !("fresh" in form.dataset)) restore(form); // a fresh one holds what the server made of it
      form.addEventListener("input", () => store(form));
      form.addEventListener("change", () => store(form));
      form.addEventListener("submit", () => localStorage.setItem(SENT + placeOf(form), form.elements.once.value));
    }
  };
  begin();
  document.addEventListener("pasok:shown", begin); // another page's forms, without another page
})();

// What is typed into a form survives a dead battery: it is kept on the device until the server has taken it.
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

  // What was typed since a form was sent is still to be sent, also while the page stands in which it was typed.
  const taken = new Map(); // fields of a form as the server took them, by the form's place
  const write = (place, typed) => {
    const since = Object.entries(typed).filter(([name, value]) => taken.get(place)?.[name] !== value);
    if (since.length) localStorage.setItem(DRAFT + place, JSON.stringify(Object.fromEntries(since)));
    else localStorage.removeItem(DRAFT + place);
  };
  const read = (place) => JSON.parse(localStorage.getItem(DRAFT + place) || "{}");
  const forget = (id) => {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(SENT)) continue;
      const place = key.slice(SENT.length);
      const [, once, fields] = localStorage.getItem(key).match(/^(\S*) ?(.*)$/s);
      if (once !== id) continue;
      if (fields) taken.set(place, JSON.parse(fields));
      write(place, fields ? read(place) : {}); // one that was noted without its fields goes whole
      localStorage.removeItem(key);
    }
  };
  forget(document.cookie.match(/(?:^|; )pasok_taken=([^;]*)/)?.[1]);
  document.addEventListener("pasok:taken", (event) => forget(event.detail)); // of several that waited the cookie names one

  const fieldsOf = (form) => [...form.elements].filter(isTyped);
  const isChanged = (field) => {
    if (isTicked(field)) return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  };
  const restore = (form, newer) => {
    const kept = read(placeOf(form));
    for (const field of fieldsOf(form)) {
      const known = kept[isTicked(field) ? `${field.name}=${field.value}` : field.name];
      if (known === undefined || newer.has(field.name)) continue;
      if (isTicked(field)) field.checked = known;
      else field.value = known;
    }
  };
  const typedIn = (form) => {
    const now = {};
    for (const field of fieldsOf(form)) {
      if (isTicked(field)) now[`${field.name}=${field.value}`] = field.checked;
      else now[field.name] = field.value;
    }
    return now;
  };
  const store = (form) => write(placeOf(form), typedIn(form));
  const noteSent = (form) => {
    if (localStorage.getItem(DRAFT + placeOf(form))) store(form); // the server may have put other things in its place
    localStorage.setItem(SENT + placeOf(form), `${form.elements.once.value} ${JSON.stringify(typedIn(form))}`);
  };

  const begin = () => {
    taken.clear();
    const cameBack = document.querySelector("[data-focus]") !== null; // then it has what was typed already
    for (const form of document.querySelectorAll("form[method=post]")) {
      if (!form.elements.form || !form.elements.once) continue;
      const early = new Set(fieldsOf(form).filter(isChanged).map((field) => field.name)); // typed before this script came
      if (!cameBack && !("fresh" in form.dataset)) restore(form, early); // a fresh one holds what the server made of it
      if (early.size) store(form);
      const announce = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));
      fieldsOf(form).filter(isChanged).forEach(announce); // the cost of a menu follows what is on the screen
      form.addEventListener("input", () => store(form));
      form.addEventListener("change", () => store(form));
      form.addEventListener("submit", () => noteSent(form));
    }
  };
  document.addEventListener("DOMContentLoaded", begin); // when all scripts of the page listen
  document.addEventListener("pasok:shown", begin); // another page's forms, without another page
})();

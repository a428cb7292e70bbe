// What every page has beyond its HTML: a second press does nothing, deadlines count down, the eye is led to what is wrong.
"use strict";

// A second press within a second is a slip of the thumb; the id in the form makes any other repetition harmless.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const last = Number(form.dataset.sentAt || 0);
  if (Date.now() - last < 1000) {
    event.preventDefault();
    return;
  }
  form.dataset.sentAt = String(Date.now());
});

const focusOnFault = () => document.querySelector("[data-focus]")?.focus();

// <time data-deadline datetime="..."> says how long is left, in the page's language.
const sayDeadlines = () => {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  for (const time of document.querySelectorAll("time[data-deadline]")) {
    const minutes = Math.round((Date.parse(time.dateTime) - Date.now()) / 60000);
    const [count, unit] = Math.abs(minutes) < 90 ? [minutes, "minute"]
      : Math.abs(minutes) < 48 * 60 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    time.textContent = words.format(count, unit);
    time.classList.toggle("late", minutes < 120);
  }
};

// Whoever refuses goods is asked why at once.
document.addEventListener("change", (event) => {
  const reasons = event.target.closest("fieldset.line")?.querySelector("details[data-reasons]");
  if (reasons && event.target.matches("input[type=radio]:checked") && event.target.value !== "all") reasons.open = true;
});

focusOnFault();
sayDeadlines();
setInterval(sayDeadlines, 30000);
for (const name of ["htmx:afterSwap", "pasok:shown"]) {
  document.addEventListener(name, () => { focusOnFault(); sayDeadlines(); });
}

// Answering an order: the sum of what is taken runs along with the thumb.
"use strict";

const answerLines = () => {
  const form = document.querySelector("[data-answers]");
  if (!form) return;
  const language = document.documentElement.lang;
  const write = (number, digits) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(number);
  const names = language === "id" ? { g: "kg", ml: "liter", pc: "buah" } : { g: "kg", ml: "litres", pc: "pieces" };
  const per = (line) => (line.dataset.unit === "pc" ? 1 : 1000);
  const typed = (line) => {
    const text = line.querySelector("[name^='accepted_qty.']").value.trim().replace(/\.(?=\d{3}\b)/g, "").replace(",", ".");
    const number = Number.parseFloat(text);
    return Number.isFinite(number) ? Math.min(number * per(line), Number(line.dataset.qty)) : 0;
  };
  const sum = form.querySelector("[data-sum]");
  const say = () => {
    if (!form.isConnected) return 0;
    let count = 0;
    let value = 0;
    const amounts = {};
    for (const line of form.querySelectorAll("[data-line]")) {
      const choice = line.querySelector("input[type=radio]:checked")?.value;
      if (!choice) continue;
      count += 1;
      const qty = choice === "all" ? Number(line.dataset.qty) : choice === "less" ? typed(line) : 0;
      amounts[line.dataset.unit] = (amounts[line.dataset.unit] || 0) + qty / per(line);
      value += (qty * Number(line.dataset.price)) / per(line);
    }
    sum.hidden = count === 0;
    const told = {
      count: write(count, 0),
      amount: Object.entries(amounts).filter(([, qty]) => qty).map(([unit, qty]) => `${write(qty, 2)} ${names[unit]}`).join(" + ") || "0 kg",
      value: `Rp ${write(value, 0)}`,
    };
    for (const [name, text] of Object.entries(told)) {
      for (const place of document.querySelectorAll(`[data-sum-${name}], [data-sure-${name}]`)) place.textContent = text;
    }
    return count;
  };

  // An answer is final, so it is asked once more before it goes, on the device itself: also without a line.
  const sure = document.querySelector("dialog[data-sure]");
  const confirmed = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "yes" });
  form.addEventListener("submit", (event) => {
    if (confirmed.isConnected || say() === 0) return;
    event.preventDefault();
    event.stopPropagation();
    sure.showModal();
  });
  sure.querySelector("[data-no]").addEventListener("click", () => sure.close());
  sure.querySelector("[data-yes]").addEventListener("click", () => {
    sure.close();
    form.append(confirmed);
    form.requestSubmit();
  });
  form.addEventListener("input", say);
  window.addEventListener("pageshow", say);
  say();
};
answerLines();
document.addEventListener("pasok:shown", answerLines); // the lines that are left, after some were answered

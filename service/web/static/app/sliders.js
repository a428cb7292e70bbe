// A slider under a number, for those who have scripts: both say the same, and the number is what is sent.
"use strict";

for (const place of document.querySelectorAll("[data-slider-most]")) {
  const typed = place.querySelector("input");
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "0";
  slider.max = place.dataset.sliderMost;
  slider.step = place.dataset.sliderStep;
  slider.value = typed.value;
  slider.setAttribute("aria-label", place.querySelector("label").textContent);
  slider.addEventListener("input", () => {
    typed.value = slider.value;
    typed.dispatchEvent(new Event("input", { bubbles: true }));
  });
  typed.addEventListener("input", () => { slider.value = typed.value; });
  place.querySelector(".field").append(slider);
}

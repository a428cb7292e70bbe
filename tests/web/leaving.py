"""Typing into every field of a page, leaving it without a word, and looking whether all of it is back."""

from __future__ import annotations

from playwright.async_api import Page

FORMS = """
const forms = [...document.querySelectorAll("form[method=post]")];
const untyped = ["hidden", "password", "file", "submit", "button", "fieldset"];
const isTyped = (field) => field.name && !untyped.includes(field.type);
const isTicked = (field) => ["checkbox", "radio"].includes(field.type);
const stand = () => Object.fromEntries(forms.flatMap((form) => [...form.elements].filter(isTyped).map((field) => [
    [form.action, form.elements.form?.value, field.name, isTicked(field) ? field.value : ""].join(" "),
    isTicked(field) ? field.checked : field.value])));
"""
TYPED = f"""async () => {{
    {FORMS}
    const others = {{ date: "2027-01-05", range: "0" }};
    const unkept = [];
    for (const field of forms.flatMap((form) => [...form.elements].filter(isTyped))) {{
        const before = JSON.stringify(localStorage);
        if (isTicked(field)) field.checked = field.type === "radio" || !field.checked;
        else if (field.options) field.selectedIndex = (field.selectedIndex + 1) % field.options.length;
        else field.value = others[field.type] ?? field.value + "7";
        for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, {{ bubbles: true }}));
        if (JSON.stringify(localStorage) === before) unkept.push(field.id || field.name);
    }}
    await new Promise((settled) => setTimeout(settled));
    return {{ stand: stand(), unkept }};
}}"""
STANDS = f"""async () => {{
    {FORMS}
    await new Promise((settled) => setTimeout(settled));
    return stand();
}}"""


async def lost_by_leaving(page: Page, address: str) -> list[str]:
    """Type into each field of the page that is open, as a battery dies after each; return what does not come back."""
    typed = await page.evaluate(TYPED)
    wrong = [f"{address}: what is typed into {name} is not kept" for name in typed["unkept"]]
    if typed["stand"]:
        await page.goto(address)
        back = await page.evaluate(STANDS)
        wrong += [
            f"{address}: {name} was {value!r} and came back as {back.get(name)!r}"
            for name, value in typed["stand"].items()
            if back.get(name) != value
        ]
    await page.evaluate("localStorage.clear()")
    return wrong

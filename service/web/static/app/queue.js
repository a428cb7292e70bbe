// Forms that are sent without signal wait on the device, are shown as waiting, and are sent once when the line is back.
// A form is known by the id that its page made (`once`): the server does it once, however often it comes.
"use strict";

(() => {
  const reader = document.body.dataset.reader;
  const words = document.getElementById("queue-words");
  const place = document.getElementById("queue");
  if (!reader || !words || !place) return;
  const { keep, forget, mine } = kept;
  const say = (name, count) => words.dataset[name].replace("{}", count ?? "");
  const SEND_WITHIN_MS = 15000;
  const SLOWEST_BYTES_PER_MS = 4; // one bar of signal
  const LONGEST_SIDE_PX = 1600;
  const TRY_EVERY_MS = 10000;

  // What was refused and then sent as the page sends it: the server took it, or has told on this page what is wrong.
  const forgetTold = async () => {
    const taken = document.cookie.match(/(?:^|; )pasok_taken=([^;]*)/)?.[1];
    const forms = document.querySelector("[data-focus]") ? [...document.querySelectorAll("form[data-offline]")] : [];
    for (const entry of await mine()) {
      if (entry.again && (entry.again === taken || forms.some((form) => isOf(entry, form)))) await forget(entry.id);
    }
  };

  // ---- sending: what came of it, or nothing if there is no line

  const TRY_LATER = [408, 425, 429];
  const isOpen = (came) => came === null || ["login", "other", "later"].includes(came.outcome);

  const underWay = new Set(); // so that a form that is being sent is not sent beside itself when its turn comes
  const send = async (entry, isWaitedFor) => {
    underWay.add(entry.id);
    try {
      return await sent(entry, isWaitedFor);
    } finally {
      underWay.delete(entry.id);
    }
  };
  const sent = async (entry, isWaitedFor) => {
    const body = new FormData();
    for (const [name, value] of entry.fields) body.append(name, value);
    if (entry.file) body.append(entry.file.name, new Blob([entry.file.content], { type: entry.file.type }), "photo");
    body.set("queued_kind", entry.kind);
    body.set("queued_target", entry.target);
    body.set("queued_made_at", entry.madeAt);
    body.set("reader", reader); // somebody else may have logged in meanwhile, in another tab
    if (isWaitedFor) body.set("queued_shows", "yes");
    try {
      const within = SEND_WITHIN_MS + (entry.file?.content.byteLength ?? 0) / SLOWEST_BYTES_PER_MS;
      const answer = await fetch("/queued", { method: "POST", body, signal: AbortSignal.timeout(within) });
      if (answer.status === 401) return { outcome: "login" };
      if (answer.headers.get("Pasok-Problem") === "other_reader") return { outcome: "other" };
      if (answer.status >= 500 || TRY_LATER.includes(answer.status)) return { outcome: "later" };
      if (answer.status >= 400) return { outcome: "refused", is_final: true, mayRetry: true, title: say("untaken"), advice: say("untakenAdvice") };
      if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) return null;
      const came = await answer.json();
      if (came.outcome !== "refused") document.dispatchEvent(new CustomEvent("pasok:taken", { detail: entry.id }));
      return came;
    } catch (error) {
      return null;
    }
  };

  let isSending = false;
  const sendAll = async (isAskedFor) => {
    if (isSending) return;
    isSending = true;
    let next = null;
    try {
      for (const entry of await mine()) {
        if ((entry.refusal && !(isAskedFor && entry.refusal.mayRetry)) || underWay.has(entry.id)) continue;
        const isHere = !entry.file && entry.at === location.pathname + location.search; // beside a photo others type
        const came = await send(entry, isHere);
        if (came === null) break; // no line: the rest would wait too
        if (came.outcome === "login") {
          location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
          return;
        }
        if (came.outcome === "other") {
          location.reload(); // as the page of whoever has logged in; this one's forms wait for their owner
          return;
        }
        if (came.outcome === "later") continue; // the next form may fare better
        if (came.outcome === "refused" && came.is_final) await keep({ ...entry, refusal: came });
        else if (came.outcome !== "refused") {
          await forget(entry.id);
          if (isHere) next = came;
        }
      }
    } finally {
      isSending = false;
      await draw();
    }
    if (next && !show(next)) location.assign(next.location); // the page that it was made on is true no more
  };

  // ---- what is shown on top of every page

  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });
  let drawn = null;
  const draw = async () => {
    const entries = await mine();
    for (const form of document.querySelectorAll("form[data-offline]")) markWaiting(form, entries);
    const told = JSON.stringify(entries.map(({ id, title, at, madeAt, refusal }) => [id, title, at, madeAt, refusal]));
    if (told === drawn) return; // else it would lose the focus, and be read aloud again, at every trial
    drawn = told;
    place.replaceChildren();
    place.hidden = entries.length === 0;
    if (!entries.length) return;
    const waiting = entries.filter((entry) => !entry.refusal).length;
    if (waiting) place.append(element("p", say("waiting", waiting)));
    const list = element("ul", "");
    for (const entry of entries) {
      const line = element("li", "");
      const link = element("a", entry.title, { href: entry.at });
      line.append(link, " · ", new Date(entry.madeAt).toLocaleString(document.documentElement.lang));
      if (entry.refusal) {
        line.append(element("p", `${entry.refusal.title}. ${entry.refusal.advice}`));
      }
      const remove = element("button", say("remove"), { type: "button", className: "plain" });
      remove.addEventListener("click", async () => {
        if (confirm(say("sure"))) { await forget(entry.id); await draw(); }
      });
      line.append(" ", remove);
      list.append(line);
    }
    place.append(list);
    if (entries.some((entry) => !entry.refusal || entry.refusal.mayRetry)) {
      const again = element("button", say("again"), { type: "button" });
      again.addEventListener("click", () => sendAll(true));
      place.append(again);
    }
  };
  const isOf = (entry, form) => entry.target === form.dataset.target && entry.kind === form.dataset.offline
    && (entry.part || "") === (form.dataset.part || "");
  // Only buttons of the form itself: a photo's stand among them, and its form is free for the next one.
  const markWaiting = (form, entries) => {
    if ("stays" in form.dataset) return;
    const isWaiting = entries.some((entry) => !entry.refusal && isOf(entry, form));
    for (const button of form.elements) if (button.type === "submit") button.disabled = isWaiting;
  };

  // ---- the next page comes along with the answer: one way over the line instead of two

  let shownAt = null;
  const show = (came) => {
    const fresh = new DOMParser().parseFromString(came.page || "", "text/html");
    const known = new Set([...document.scripts].map((script) => script.src));
    const parts = ["#queue", "#queue-words", "header.top", "main"];
    const isWhole = parts.every((part) => fresh.querySelector(part));
    if (!isWhole || [...fresh.scripts].some((script) => !known.has(script.src))) return false;
    fresh.getElementById("queue").replaceWith(place);
    fresh.getElementById("queue-words").replaceWith(words);
    document.title = fresh.title;
    for (const part of ["header.top", "main"]) document.querySelector(part).replaceWith(fresh.querySelector(part));
    history.pushState(null, "", came.location);
    shownAt = location.pathname + location.search;
    scrollTo(0, 0);
    document.querySelector("main").focus({ preventScroll: true });
    document.dispatchEvent(new Event("pasok:shown"));
    keepPage(came.page);
    draw();
    return true;
  };
  // As the worker keeps a page that was gone to, for when there is no signal.
  const keepPage = async (page) => {
    if (!navigator.serviceWorker?.controller) return;
    const url = new URL(location);
    url.searchParams.delete("said");
    const answer = new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
    await (await caches.open("pages")).put(url.href, answer);
  };
  addEventListener("popstate", () => {
    const here = location.pathname + location.search;
    if (shownAt && here !== shownAt) location.replace(here);
  });

  // ---- a form is sent: at once if there is a line, else it waits

  // As the browser itself would send it, with the button that was pressed.
  const sendPlainly = (form, button) => {
    if (button?.name) form.append(Object.assign(element("input", ""), { type: "hidden", name: button.name, value: button.value }));
    form.submit();
  };

  // A picture no larger than a screen shows it; as it is where the phone cannot read it, and the server tells of that.
  const smaller = async (photo) => {
    try {
      const picture = await createImageBitmap(photo);
      const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(picture.width, picture.height));
      const canvas = element("canvas", "", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
      return drawn && drawn.size < photo.size ? drawn : photo;
    } catch (error) {
      return photo;
    }
  };
  const fileOf = async (form) => {
    for (const [name, file] of new FormData(form)) {
      if (!(file instanceof File) || !file.size) continue;
      const content = await smaller(file);
      return { name, type: content.type, content: await content.arrayBuffer() };
    }
  };

  // A photo is taken while others are typed: the page stays as it is, and its form is free for the next one.
  const sendBeside = async (form, entry) => {
    const told = document.getElementById(`${form.id}-told`);
    form.elements.once.value = crypto.randomUUID();
    if (!await keep(entry).then(() => true, () => false)) return false;
    form.reset();
    told.textContent = form.dataset.waits;
    const came = await send(entry, false);
    if (!isOpen(came) && came.is_final) {
      const why = came.code === "invalid_field" ? came.advice : `${came.title}. ${came.advice}`;
      told.textContent = came.outcome === "done" ? form.dataset.stays : came.mayRetry ? "" : why;
      await (came.mayRetry ? keep({ ...entry, refusal: came }) : forget(entry.id));
    }
    await draw();
    return true;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-offline][data-target]") || event.defaultPrevented) return;
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([, value]) => typeof value === "string");
    const entry = {
      id: form.elements.once.value, reader, fields, kind: form.dataset.offline, target: form.dataset.target,
      part: form.dataset.part,
      madeAt: new Date().toISOString(), at: location.pathname + location.search,
      title: form.dataset.title || document.querySelector("h1")?.textContent.trim() || document.title,
    };
    underWay.add(entry.id);
    if ("stays" in form.dataset) {
      if (!await sendBeside(form, { ...entry, file: await fileOf(form) })) sendPlainly(form, event.submitter);
      return;
    }
    // Before it is sent: the battery may die meanwhile. A full phone, or a private window, keeps nothing.
    const isKept = await keep(entry).then(() => true, () => false);
    const came = await send(entry, true);
    if (isOpen(came) || (came.outcome === "refused" && !came.is_final)) {
      if (!isKept) return sendPlainly(form, event.submitter);
      await draw();
      place.scrollIntoView();
      place.focus();
      return;
    }
    if (came.outcome === "refused") {
      const again = form.elements.once.value = crypto.randomUUID();
      if (isKept) await keep({ ...entry, refusal: came, again }); // until the page itself has told it, beside the fields
      sendPlainly(form, event.submitter);
      return;
    }
    if (isKept) await forget(entry.id);
    if (!show(came)) location.assign(came.location);
  });

  // A phone says late, or never, that its line is back: so it is also tried.
  addEventListener("online", () => sendAll());
  addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
  setInterval(() => sendAll(), TRY_EVERY_MS);
  forgetTold().then(draw).then(() => sendAll());
  navigator.serviceWorker?.register(words.dataset.worker, { scope: "/" });
})();

// What a phone keeps, and for whom: forms that wait, each with its owner; and pages, of the last reader alone.
// A phone is passed on: what one person leaves behind or takes along is never another's.
"use strict";

const kept = (() => {
  const reader = document.body.dataset.reader;
  const words = document.getElementById("queue-words");

  // ---- one store of forms, by id

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("pasok", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("queue", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const store = async (mode, work) => {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction("queue", mode);
      const request = work(transaction.objectStore("queue"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };
  const keep = (entry) => store("readwrite", (queue) => queue.put(entry));
  const forget = (id) => store("readwrite", (queue) => queue.delete(id));
  const of = async (whose) => (await store("readonly", (queue) => queue.getAll()))
    .filter((entry) => entry.reader === whose)
    .sort((first, second) => isLarge(first) - isLarge(second) || first.madeAt.localeCompare(second.madeAt));
  const mine = () => of(reader);
  const isLarge = (entry) => Number(Boolean(entry.file)); // goes when all that is small has gone

  // ---- pages are kept by their address alone: those of the reader before go when another comes

  const PAGES = "pages";
  const OFFLINE_PAGE = "/offline"; // it names its reader as any page does
  const LAST_READER = "reader";
  const keepOwnPages = async () => {
    const pages = await caches.open(PAGES);
    if (localStorage.getItem(LAST_READER) !== reader) {
      for (const page of await pages.keys()) await pages.delete(page);
      localStorage.setItem(LAST_READER, reader);
    }
    const hasWorker = navigator.serviceWorker?.controller; // one that is still to come fetches it by itself
    if (hasWorker && !await pages.match(OFFLINE_PAGE)) await pages.add(OFFLINE_PAGE);
  };
  if (reader && globalThis.caches) keepOwnPages().catch(() => {}); // without a line, or room for it: another time

  // ---- leaving: nothing of the reader stays for the next person, and nothing that waits is lost unasked

  const LEAVING = "leaving"; // who sent what the server may refuse: their account is to be erased
  const forgetAll = async (entries) => {
    for (const entry of entries) await forget(entry.id);
  };
  const forgetPagesAndDrafts = async (whose) => {
    await globalThis.caches?.delete(PAGES).catch(() => {}); // not our own files, which are nobody's
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`draft ${whose} `) || key.startsWith(`sent ${whose} `)) localStorage.removeItem(key);
    }
    localStorage.removeItem(LAST_READER);
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-leaving]") || event.defaultPrevented) return;
    event.preventDefault();
    const canBeRefused = form.dataset.leaving === "erased"; // nothing is forgotten before it is done
    const waits = () => mine().catch(() => []); // a phone that can keep nothing
    for (let waiting; (waiting = await waits()).length;) { // what is sent meanwhile is asked about, or stays
      if (!confirm(words.dataset.leaving.replace("{}", waiting.length))) return;
      if (canBeRefused) break;
      await forgetAll(waiting);
    }
    if (canBeRefused) sessionStorage.setItem(LEAVING, reader);
    else await forgetPagesAndDrafts(reader);
    form.submit();
  });
  const left = sessionStorage.getItem(LEAVING);
  sessionStorage.removeItem(LEAVING);
  if (left && !reader && new URLSearchParams(location.search).get("said") === "erased") {
    forgetPagesAndDrafts(left);
    of(left).then(forgetAll).catch(() => {});
  }

  return { keep, forget, mine };
})();

// Pages that were opened once can be opened without signal; our own files are fetched once.
// Pages are kept until whoever opened them leaves.
"use strict";

const FILES = "files";
const PAGES = "pages";
const OFFLINE_PAGE = "/offline";
const LEAVING = ["/logout", "/account/erase"];
const WAIT_MS = 8000;
const WAIT_FOR_ANSWER_MS = 65000; // as long as the server itself (its turn and its answer), and the line

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell("same-origin"));
});

const keepShell = async (credentials) => {
  const answer = await fetch(OFFLINE_PAGE, { credentials });
  const body = await answer.clone().text();
  await (await caches.open(PAGES)).put(OFFLINE_PAGE, answer);
  const files = await caches.open(FILES);
  const missing = new Set();
  for (const [, name] of body.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)) {
    if (!await files.match(name)) missing.add(name);
  }
  await files.addAll([...missing]);
};

// Here too, since the page that is left may have no scripts, or old ones; the shell stays, as a page of nobody.
const forgetPages = async () => {
  await caches.delete(PAGES);
  await keepShell("omit");
};

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method === "POST" && LEAVING.includes(url.pathname)) event.waitUntil(forgetPages());
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) {
    event.respondWith(file(request));
  } else if ((request.mode === "navigate" || isAnswer(request)) && !url.pathname.startsWith("/api/") && url.pathname !== "/login") {
    event.respondWith(page(request, url));
  }
});

// The part of a page that says that an answer is computed fetches the page as it will be.
const isAnswer = (request) => request.headers.has("Pasok-Waits");

// A phone that is full keeps nothing more; what has come is shown all the same.
const keep = async (name, key, answer) => {
  try {
    await (await caches.open(name)).put(key, answer);
  } catch (error) {
    console.warn("not kept", error);
  }
};

const file = async (request) => {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await keep(FILES, request, answer.clone());
  return answer;
};

// A page that led elsewhere (to the login) is not what stands under its address.
const isPage = (answer) => answer.status === 200 && !answer.redirected
  && (answer.headers.get("Content-Type") || "").startsWith("text/html");

const page = async (request, url) => {
  url.searchParams.delete("said");
  let answer;
  try {
    answer = await fetch(request, { signal: AbortSignal.timeout(isAnswer(request) ? WAIT_FOR_ANSWER_MS : WAIT_MS) });
    if (isPage(answer)) await answer.clone().arrayBuffer(); // all of it has come
  } catch (error) {
    const cache = await caches.open(PAGES);
    return (await cache.match(url.href)) || (await cache.match(OFFLINE_PAGE)) || Response.error();
  }
  if (isPage(answer)) await keep(PAGES, url.href, answer.clone());
  return answer;
};

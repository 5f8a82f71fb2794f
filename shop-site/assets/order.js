// Looks whether an order has moved on, while its page is open and somebody may be looking at it.
//
// Without scripts the page's "Check again" link does the same. A look asks the API for the order's status; only where
// that has changed is the page fetched and its #order put in place of the old one. Nothing outside of #order moves, and
// the new heading is announced politely. What goes wrong is left to the next look.

/** Seconds before the first look, the second, and so on; the last wait repeats. */
const WAITS = [2, 3, 5, 8, 13, 20, 30];
/** Seconds after which it stops, and says so: as long as the shop waits for an approval. */
const PATIENCE = 15 * 60;
/** Milliseconds for one call. */
const DEADLINE = 10_000;

const now = () => performance.now() / 1000;
const order = () => document.querySelector("#order");

let timer = 0;
let looks = 0;
let looking = false;
let since = now();
/** The earliest moment for the next look: what the shop asked for when it was busy. */
let notBefore = 0;

function say(which) {
  const note = document.querySelector("[data-looking]");
  // The words stand on the page, in its language.
  if (note && note.textContent !== note.dataset[which]) note.textContent = note.dataset[which];
}

/** Plans the next look, unless the order's state is final, nobody can see the page, or it has been long enough. */
function plan() {
  clearTimeout(timer);
  if (looking || document.hidden || !order().dataset.poll) return;
  if (now() - since >= PATIENCE) return say("off");
  say("on");
  const wait = Math.max(WAITS[Math.min(looks, WAITS.length - 1)], notBefore - now());
  timer = setTimeout(look, wait * 1000);
}

async function look() {
  looks += 1;
  looking = true;
  try {
    const { poll, status } = order().dataset;
    const found = await (await call(poll, "application/json")).json();
    if (found.status !== status) await renew();
  } catch {
    // The next look may fare better.
  }
  looking = false;
  plan();
}

async function call(path, accept) {
  const answer = await fetch(path, { headers: { accept }, cache: "no-store", signal: AbortSignal.timeout(DEADLINE) });
  if (answer.ok) return answer;
  const seconds = Number(answer.headers.get("retry-after"));
  if (seconds > 0) notBefore = now() + seconds;
  throw new Error(`${answer.status}`);
}

async function renew() {
  // Not a reload: the page may be the answer to a form, which would be sent again.
  const text = await (await call(location.pathname, "text/html")).text();
  const next = new DOMParser().parseFromString(text, "text/html").querySelector("#order");
  const old = order();
  const focused = old.contains(document.activeElement);
  old.replaceWith(document.adoptNode(next));
  const heading = next.querySelector("h1");
  if (focused) {
    // What had the focus is gone; without this the keyboard would be sent back to the top of the page.
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  document.querySelector("#news").textContent = heading.textContent;
  // A new state is waited for anew.
  looks = 0;
  since = now();
}

/** Somebody is looking again: so does the page, soon. */
function resume() {
  if (document.hidden) return clearTimeout(timer);
  looks = 0;
  since = now();
  plan();
}

if (order()?.dataset.poll) {
  document.addEventListener("visibilitychange", resume);
  // A page that comes back by the browser's back button has slept meanwhile.
  addEventListener("pageshow", (event) => event.persisted && resume());
  plan();
}

// The shop's comforts: what a form changes takes its place without a new page, and the search makes suggestions. Every
// form and link here works without this file; where something goes wrong, they do what they always do.

const tell = (words) => { document.querySelector("#news").textContent = words; };
const parse = (text) => new DOMParser().parseFromString(text, "text/html");

/** Puts the cart's number of units into the head of the page. */
function showUnits(units) {
  const badge = document.querySelector("#units");
  badge.hidden = units < 1;
  badge.querySelector("[aria-hidden]").textContent = units;
}
const unitsShown = () => Number(document.querySelector("#units [aria-hidden]").textContent) || 0;

/** Sends a form and answers the page that it leads to; undefined where the browser has to do so itself. */
async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { accept: "text/html" }, signal: AbortSignal.timeout(10_000) });
    return { page: parse(await answer.text()), path: new URL(answer.url).pathname };
  } catch {
    // Not reached: the browser sends it, and shows what comes of it. Where the first one did arrive, a quantity is set to
    // the same again; a product that is put in twice is seen in the cart.
    form.dataset.plain = "yes";
    delete form.dataset.sent;
    form.requestSubmit(button);
  }
}

/** Puts a part of another page in the place of ours. */
function swap(id, page) {
  const [old, next] = [document.getElementById(id), page.getElementById(id)];
  if (!next) return location.reload();
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  old.replaceWith(document.adoptNode(next));
  const again = focused === null ? null : document.getElementById(focused);
  if (focused !== null && !(again && !again.disabled)) {
    const heading = next.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  } else again?.focus({ preventScroll: true });
  showUnits(Number(next.dataset.units));
  tell(next.querySelector("[role=alert]")?.textContent ?? next.dataset.news);
}

let sending = 0;
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const id = form.dataset.swap;
  if (!id || form.dataset.plain) return;
  event.preventDefault();
  // The answer to the last form is the one to show.
  const mine = ++sending;
  const answer = await send(form, event.submitter);
  if (answer && mine === sending) swap(id, answer.page);
});

// Several presses on "more" are one change; the number moves at once.
const pressing = new WeakMap();
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  const field = button?.closest(".stepper").querySelector("input[name=quantity]");
  const next = Number(field?.value) + Number(button?.dataset.step);
  if (!field || !(next >= 1 && next <= 99)) return;
  event.preventDefault();
  field.value = next;
  showUnits(unitsShown() + Number(button.dataset.step));
  const form = field.form;
  clearTimeout(pressing.get(form));
  pressing.set(form, setTimeout(() => form.requestSubmit(), 300));
  // An answer under way knows nothing of this press.
  sending += 1;
});
document.addEventListener("change", (event) => {
  if (event.target.matches(".stepper input")) event.target.form.requestSubmit();
});

// Into the cart, without leaving the product.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.add || form.dataset.plain || form.dataset.busy) return;
  event.preventDefault();
  form.dataset.busy = "yes";
  const before = unitsShown();
  showUnits(before + (Number(form.elements.quantity?.value ?? 1) || 0));
  const answer = await send(form, event.submitter);
  delete form.dataset.busy;
  delete form.dataset.sent;
  if (!answer) return;
  if (answer.path !== "/cart") {
    showUnits(before);
    document.querySelector("main").replaceWith(document.adoptNode(answer.page.querySelector("main")));
    document.querySelector("[role=alert], [aria-invalid]")?.scrollIntoView({ block: "center" });
    return;
  }
  showUnits(Number(answer.page.getElementById("cart").dataset.units));
  const added = form.querySelector("[data-added]");
  added.hidden = false;
  tell(added.textContent);
});

// Suggestions below the search: a list that arrow keys walk through, as WAI-ARIA describes a combobox.
const search = document.querySelector("[data-suggest]");
if (search) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.role = "listbox";
  list.ariaLabel = search.dataset.suggestLabel;
  list.hidden = true;
  search.form.append(list);
  search.role = "combobox";
  search.ariaAutoComplete = "list";
  search.setAttribute("aria-controls", list.id);
  search.ariaExpanded = "false";
  let [asked, chosen] = [0, -1];
  const show = (open) => {
    list.hidden = !open;
    search.ariaExpanded = String(open);
    choose(-1);
  };
  const choose = (at) => {
    chosen = at;
    [...list.children].forEach((option, index) => { option.ariaSelected = String(index === at); });
    if (at < 0) search.removeAttribute("aria-activedescendant");
    else search.setAttribute("aria-activedescendant", list.children[at].id);
  };
  search.addEventListener("input", () => {
    clearTimeout(asked);
    asked = setTimeout(async () => {
      const typed = search.value.trim();
      if (!typed) return show(false);
      try {
        const answer = await fetch(`${search.dataset.suggest}?q=${encodeURIComponent(typed)}`);
        if (!answer.ok || typed !== search.value.trim()) return;
        list.replaceChildren(...parse(`<ul>${await answer.text()}</ul>`).querySelectorAll("li"));
        show(list.children.length > 0 && document.activeElement === search);
      } catch {
        show(false);
      }
    }, 120);
  });
  search.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count) show(false);
    else if (event.key === "ArrowDown" && count) choose(chosen + 1 < count ? chosen + 1 : -1);
    else if (event.key === "ArrowUp" && count) choose(chosen < 0 ? count - 1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.href);
    else return;
    event.preventDefault();
  });
  search.addEventListener("blur", () => show(false));
  // Pressed, not clicked: a click comes after the field has lost the focus and the list is gone.
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) location.assign(option.dataset.href);
  });
}

// What the pages gain by JavaScript. Everything works without it: this saves
// steps, and nothing else. One listener each on the document, so that what
// htmx swaps in needs no wiring.

document.documentElement.classList.add("js");

const wide = matchMedia("(min-width: 56rem)");
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

// On a desk the navigation stands open; on a phone it is a menu.
const fitNavigation = () => $$("[data-open-wide]").forEach((menu) => { menu.open = wide.matches; });
wide.addEventListener("change", fitNavigation);

// News that goes away when asked to.
const dismiss = (button) => button.parentElement.remove();

// Looking at a password while typing it.
function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  $("[data-reveal-text]", button).textContent = shown ? "Hide" : "Show";
  field.focus();
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const word = $("[data-copy-text]", button);
  try {
    await navigator.clipboard.writeText(field.value);
    word.textContent = "Copied";
  } catch {
    field.select(); // no right to the clipboard: leave it selected, to be copied by hand
    word.textContent = "Press Ctrl+C";
  }
  setTimeout(() => { word.textContent = "Copy"; }, 2000);
}

// A button that waits for the right word to be typed.
function confirmable() {
  for (const button of $$("[data-confirm-input]")) {
    const typed = document.getElementById(button.dataset.confirmInput).value.trim();
    button.disabled = typed !== button.dataset.confirmText.trim();
  }
}

// The picker of kinds: what does not match is hidden, Enter goes to the first.
function filterKinds(query) {
  const words = query.trim().toLowerCase().split(/\s+/);
  for (const kind of $$("[data-kind]")) {
    const text = `${kind.dataset.kind} ${kind.textContent}`.toLowerCase();
    kind.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of $$("[data-group]")) {
    group.hidden = !$("[data-kind]:not([hidden])", group);
  }
  $("[data-none]").hidden = Boolean($("[data-kind]:not([hidden])"));
}

const kindLinks = () => $$("[data-kind]:not([hidden]) a");

// Arrow keys walk through the kinds in reading order; up from the first is the search.
function walkKinds(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const search = event.target.matches("input");
  if (!step || (search && event.key !== "ArrowDown")) return;
  const links = kindLinks();
  const next = search ? 0 : links.indexOf(event.target) + step;
  if (!search && !links.includes(event.target)) return;
  event.preventDefault();
  (next < 0 ? $("[data-picker] input") : links[Math.min(next, links.length - 1)])?.focus();
}

function toast(text) {
  const line = document.createElement("div");
  line.className = "toast-line note-error";
  line.setAttribute("role", "alert");
  line.textContent = text;
  $("#flash").replaceChildren(line);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss], [data-reveal], [data-copy]");
  if (button?.matches("[data-dismiss]")) dismiss(button);
  if (button?.matches("[data-reveal]")) reveal(button);
  if (button?.matches("[data-copy]")) copy(button);
  for (const menu of $$("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A new login is offered an access link. A password that is typed takes its
// place; who ticks the box themselves has decided.
function offerLink(field) {
  const login = field.closest(".login");
  const offer = login && $("[data-offer]", login);
  if (field.id === offer?.dataset.instead) document.getElementById(offer.dataset.offer).checked = !field.value;
  if (field.id === offer?.dataset.offer) offer.remove();
}

document.addEventListener("input", (event) => {
  confirmable();
  offerLink(event.target);
  if (event.target.closest("[data-picker]")) filterKinds(event.target.value);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-picker]")) return;
  const first = kindLinks()[0];
  event.preventDefault();
  if (first) location.assign(first.href);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select]")) event.target.select();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of $$("[data-menu][open]")) {
      menu.open = false;
      $("summary", menu).focus();
    }
  }
  if (event.key === "/" && !event.target.closest("input, textarea, select") && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = $("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
  if (event.target.closest("[data-picker], [data-kind]")) walkKinds(event);
});

// A fault takes the focus, so that nobody is left at a button that did nothing.
const focusFault = () => $("[data-focus]")?.focus();

document.addEventListener("htmx:afterSettle", (event) => {
  confirmable();
  if (event.target.id === "main") focusFault();
  if (event.target.id === "receiver-check") // the field that was looked at is outside of what came
    $("#email")?.setAttribute("aria-invalid", String(!!$(".wrong", event.target)));
  if (event.target.id === "results") {
    const said = $("#said");
    if (said) said.textContent = $("#results .pager p, #results .empty h2")?.textContent ?? "";
  }
});
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches("[role=search]")) return;
  const asked = event.detail.parameters; // what is not filtered by stays out of the address
  for (const name of Object.keys(asked)) if (asked[name] === "") delete asked[name];
});
document.addEventListener("htmx:historyRestore", fitNavigation);
document.addEventListener("htmx:sendError", () => toast("The server can't be reached. Check the connection and try again."));

fitNavigation();
confirmable();
focusFault();

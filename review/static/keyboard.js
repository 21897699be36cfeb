// The keyboard, and decisions without reloading the archived page. Everything here also works by plain forms.
"use strict";

const BINDINGS = new Map();
const PRESSED_WHILE_TYPING = new Set(["Escape"]);
const keysDialog = document.getElementById("keys");
const frame = document.querySelector('iframe[name="page"]');

document.documentElement.classList.add("scripted");

const bindings = keysDialog.dataset.bindings.split(/\s+/);
for (let i = 0; i + 1 < bindings.length; i += 2) BINDINGS.set(bindings[i], bindings[i + 1]);

const panel = () => document.getElementById("panel");
const stops = () => [...document.querySelectorAll("#panel .field, #panel [data-record]")].filter((e) => e.offsetParent);
const current = () => document.querySelector("#panel .current");

function lookAt(stop, { focus = true, scroll = focus } = {}) {
  if (!stop) return;
  const before = current();
  if (before !== stop) {
    before?.classList.remove("current");
    before?.removeAttribute("aria-current");
    stop.classList.add("current");
    stop.setAttribute("aria-current", "true");
    showQuote(stop.querySelector("a.quote"));
  }
  if (focus && !stop.contains(document.activeElement)) {
    stop.focus({ preventScroll: true });
    if (scroll) stop.scrollIntoView({ block: "nearest" });
  }
}

// `replace` keeps the reviewer's Back button for pages, not for quotes. Before the page has come it would be asked for
// a second time: its load shows the quote then.
function showQuote(link) {
  const here = frame?.contentDocument?.URL;
  if (link && frame && here !== "about:blank") frame.contentWindow.location.replace(link.href);
}

function step(by) {
  const all = stops();
  const at = all.indexOf(current());
  lookAt(all[Math.min(Math.max(at + by, 0), all.length - 1)] ?? all[0]);
}

function act(name) {
  const scope = current()?.querySelector(`[data-act="${name}"]`);
  const anywhere = () => document.querySelector(`[data-act="${name}"]`);
  switch (name) {
    case "down": return step(1);
    case "up": return step(-1);
    case "help": return keysDialog.open ? keysDialog.close() : keysDialog.showModal();
    case "close": return closeEdit();
    case "edit": return openEdit();
    case "all_codes": return openCodes();
    case "ask": case "comment": return writeNote(name);
    case "unsure": return scope ? scope.click() : doubt();
    case "met": return scope?.click();
    case "accept": case "reject": case "not_stated": case "undo":
      return scope ? scope.click() : decideOtherwise(name);
    case "tidier": case "facts": case "codes": case "verdicts": case "rules": return goToGroup(name);
    case "take_selection": return takeSelectionAtHand();
    default: return anywhere()?.click();
  }
}

// On a field that is proposed as not stated, "not stated" accepts it; on a decided one, "accept" goes on.
function decideOtherwise(name) {
  if (name === "not_stated") current()?.querySelector('[data-act="accept"]')?.click();
  if (name === "accept") step(1);
}

// The first open field of a group, else its first field.
const GROUPS = { tidier: "tidier.", facts: "fact.", codes: "code.", verdicts: "eligibility.", rules: "rule." };
function goToGroup(name) {
  const own = stops().filter((stop) => stop.dataset.field?.startsWith(GROUPS[name]));
  lookAt(own.find((stop) => stop.classList.contains("open")) ?? own[0]);
}

function writeNote(kind) {
  const form = document.querySelector("#panel form[data-write]");
  if (!form) return;
  form.closest("details").open = true;
  form.dataset.kind = kind;
  form.elements.about.value = current()?.dataset.field ?? "record";
  form.elements.said.focus();
}

// Says that one is unsure of the current field; said before, takes it back.
function doubt() {
  const about = current()?.dataset.field ?? "record";
  const before = document.querySelector(`#panel [data-unsure="${CSS.escape(about)}"]`);
  const form = document.querySelector("#panel form[data-write]");
  if (before) return before.click();
  if (!form) return;
  form.elements.about.value = about;
  form.elements.said.value = "";
  form.requestSubmit(form.querySelector('[value="unsure"]'));
}

function openEdit() {
  const edit = current()?.querySelector("details.edit");
  if (!edit) return;
  edit.open = true;
  edit.querySelector('[name="value"]')?.focus({ preventScroll: true });
  bringUp(edit.closest(".field"));
}

// All of a field that was opened, or its beginning where it is longer than the panel.
function bringUp(field) {
  const tall = field.offsetHeight > panel().clientHeight - 100;
  field.scrollIntoView({ block: tall ? "start" : "nearest" });
}

function closeEdit() {
  const edit = document.activeElement?.closest("details.edit") ?? current()?.querySelector("details.edit[open]");
  if (!edit) return;
  edit.open = false;
  edit.closest(".field")?.focus();
}

function openCodes() {
  const codes = current()?.querySelector("details.all-codes");
  if (!codes) return;
  current().querySelector("details.edit").open = true;
  codes.open = true;
  explain(codes.closest("form"));
  (current().querySelector("[data-find-code]") ?? codes.querySelector("input"))?.focus({ preventScroll: true });
  bringUp(current());
}

// Sends a field's form and puts the answered panel in the place of this one; the page beside it keeps its place.
async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  panel().setAttribute("aria-busy", "true");
  let answer;
  try {
    const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
    answer = await fetch(address, { method: "POST", body, headers: { "x-tidiermap": "panel" } });
  } catch {
    return complain("The server does not answer; nothing was saved. What you typed is still here: try again.");
  }
  if (answer.status === 401) return complain("You have been signed out. Sign in again in another tab, then reload.");
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("panel");
  if (!fresh) return complain(`Nothing was saved (error ${answer.status}). Reload the page and try again.`);
  for (const edit of unsavedEdits()) if (edit !== form) moveTyped(edit, fresh);
  panel().replaceWith(document.adoptNode(fresh));
  history.replaceState(null, "", new URL(answer.redirected ? answer.url : location.href));
  settle();
}

const controls = (form) => [...form.elements].filter((e) => e.name && e.type !== "hidden" && e.tagName !== "BUTTON");

function isTyped(control) {
  if (control.type === "checkbox") return control.checked !== control.defaultChecked;
  if (control.tagName !== "SELECT") return control.value !== control.defaultValue;
  const proposed = [...control.options].findIndex((option) => option.defaultSelected);
  return control.selectedIndex !== Math.max(proposed, 0);
}

function unsavedEdits() {
  const forms = [...document.querySelectorAll("#panel details.edit form")];
  return forms.filter((form) => controls(form).some(isTyped));
}

// What was typed for one field is not lost because another was decided meanwhile.
function moveTyped(edit, fresh) {
  const into = fresh.querySelector(`#${CSS.escape(edit.closest(".field").id)} details.edit form`);
  if (!into) return;
  into.closest("details").open = true;
  for (const control of controls(edit)) {
    const same = controls(into).find((c) => c.name === control.name && (c.type !== "checkbox" || c.value === control.value));
    if (same?.type === "checkbox") same.checked = control.checked;
    else if (same) same.value = control.value;
  }
}

function complain(message) {
  panel().removeAttribute("aria-busy");
  document.getElementById("complaint")?.remove();
  const notice = document.createElement("p");
  notice.id = "complaint";
  notice.className = "notice bad";
  notice.setAttribute("role", "alert");
  notice.textContent = message;
  panel().prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

const selected = () => (frame?.contentDocument?.getSelection()?.toString() ?? "").trim().replace(/\s+/g, " ");

// In the edit that is open (or the current field's, opened), the words selected on the page become a quote.
function takeSelectionAtHand() {
  const edit = document.activeElement?.closest("details.edit") ?? current()?.querySelector("details.edit");
  if (!edit) return;
  edit.open = true;
  takeSelection(edit.querySelector('[data-act="take_selection"]'));
}

// The words become a quote; of a TIDieR item, whose value is what the page says, they are the value too, unless one was
// typed.
function takeSelection(button) {
  const line = selected();
  const { quotes, value } = button.form.elements;
  if (!line) return complain("No words are selected on the page. Select some there, then press the button again.");
  if (button.closest(".field").dataset.field.startsWith("tidier.") && !isTyped(value)) {
    value.value = line;
    quotes.value = line;
  } else quotes.value = quotes.value.trim() ? `${quotes.value.trim()}\n${line}` : line;
  quotes.focus();
}

function settle() {
  const at = panel()?.dataset.at;
  const wrong = at && document.querySelector("#trouble") && document.getElementById(`field-${at}`);
  const first = document.querySelector("#panel .field.open") ?? stops().at(-1);
  lookAt((at && document.getElementById(`field-${at}`)) || first, { scroll: Boolean(at) });
  if (wrong) wrong.querySelector('details[open] [name="quotes"]')?.focus();
}

// What is typed is kept on the server before the reviewer leaves for later; then nothing is asked.
let leaving = false;
async function leaveForLater(form) {
  for (const edit of unsavedEdits()) {
    const body = new URLSearchParams(new FormData(edit));
    body.set("verdict", "keep");
    const address = edit.querySelector('[value="keep"]').formAction;
    const answer = await fetch(address, { method: "POST", body, headers: { "x-tidiermap": "panel" } }).catch(() => null);
    if (!answer?.ok) return complain("What you typed could not be kept; nothing was lost yet. Try again.");
  }
  leaving = true;
  form.requestSubmit(form.querySelector("button"));
}

function press(event) {
  const typing = event.target.closest?.('textarea, select, input:not([type="checkbox"])');
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    const form = event.target.closest?.("details.edit form");
    const note = event.target.closest?.("form[data-write]");
    if (note) return note.requestSubmit(note.querySelector(`[value="${note.dataset.kind ?? "comment"}"]`));
    return form ? form.requestSubmit(form.querySelector('[data-act="save"]')) : act("accept_record");
  }
  if (event.key === "Enter" && event.target.matches?.("[data-find-code]")) {
    event.preventDefault();
    return pickCode(event.target);
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (keysDialog.open && event.key !== "?") return;
  if (typing && !PRESSED_WHILE_TYPING.has(event.key)) return;
  if (!document.getElementById("keys-on").checked && !PRESSED_WHILE_TYPING.has(event.key)) return;
  const name = BINDINGS.get(event.key);
  if (!name) return;
  event.preventDefault();
  act(name);
}
document.addEventListener("keydown", press);

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-later]") && !leaving && unsavedEdits().length) {
    event.preventDefault();
    return leaveForLater(event.target);
  }
  if (!event.target.matches(".field form, .notes form")) return;
  event.preventDefault();
  const words = event.target.querySelector("[data-selected]");
  if (words) words.value = selected();
  if (panel().getAttribute("aria-busy") !== "true") send(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest('[data-act="take_selection"]')) return takeSelection(target);
  if (target.closest('a[data-act="help"]')) {
    event.preventDefault();
    return act("help");
  }
  const goto = target.closest("[data-goto]");
  if (goto) {
    event.preventDefault();
    const field = document.getElementById(`field-${goto.dataset.goto}`);
    if (field.closest("details")) field.closest("details").open = true;
    return lookAt(field);
  }
  const quote = target.closest("a.quote");
  if (quote) {
    event.preventDefault();
    lookAt(quote.closest(".field"), { focus: false });
    return showQuote(quote);
  }
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-find-code]")) findCode(event.target);
});

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("label.box");
  if (box && event.target.checked) takeWords(box);
});

// A codebook that stands open in an edit that is shut was not asked for yet.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches("details.edit, details.all-codes")) return;
  const edit = event.target.closest("details.edit");
  if (edit.open && edit.querySelector("details.all-codes[open]")) explain(edit.querySelector("form"));
}, true);

document.addEventListener("focusin", (event) => {
  const stop = event.target.closest?.("#panel .field, #panel [data-record]");
  if (stop) lookAt(stop, { focus: false });
});

window.addEventListener("beforeunload", (event) => {
  if (!leaving && unsavedEdits().length) event.preventDefault();
});

const keysOn = document.getElementById("keys-on");
keysOn.checked = localStorage.getItem("keys") !== "off";
keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));

// Keys work while the page at the side has the focus too: after words were selected there. It may be there before this
// script is; listening twice to one document with the same function is listening once.
const listenInside = () => frame.contentDocument?.addEventListener("keydown", press);
frame?.addEventListener("load", () => {
  listenInside();
  showQuote(current()?.querySelector("a.quote"));
});
if (frame) listenInside();

if (panel()) settle();

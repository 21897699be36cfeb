// Choosing codes: what each means, fetched when it is asked for, and one found by its first letters.
"use strict";

// The words of each code and how it was decided last stand on a page of their own, fetched when they are asked for.
const explained = new WeakMap();
function explain(form) {
  const link = form.querySelector("a[data-codebook]");
  if (link && !explained.has(form)) explained.set(form, putBeside(form, link));
  return explained.get(form);
}

async function putBeside(form, link) {
  const answer = await fetch(link.href).catch(() => null);
  if (!answer?.ok) return explained.delete(form);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const box of boxes(form)) {
    const told = page.querySelector(`[data-code="${CSS.escape(box.querySelector("input").value)}"] .told`);
    if (!told) continue;
    if (told.dataset.words) box.dataset.words = told.dataset.words;
    box.after(document.adoptNode(told));
  }
}

const boxes = (form) => [...form.querySelectorAll("label.box")];
const words = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

// Boxes of which a word begins with each typed one; those whose name begins so come first.
function fitting(form, typed) {
  const wanted = words(typed);
  const name = (box) => box.querySelector(".code-name").textContent;
  const fit = boxes(form).filter((box) => wanted.every((w) => words(name(box)).some((own) => own.startsWith(w))));
  const first = (box) => (words(name(box))[0] ?? "").startsWith(wanted[0] ?? "");
  return [...fit.filter(first), ...fit.filter((box) => !first(box))];
}

function findCode(input) {
  const fit = input.value.trim() ? fitting(input.form, input.value) : [];
  for (const box of boxes(input.form)) {
    box.hidden = Boolean(input.value.trim()) && !fit.includes(box);
    const told = box.nextElementSibling;
    if (told?.classList.contains("told")) told.hidden = box.hidden;
    box.classList.toggle("chosen", box === fit[0]);
  }
  if (input.value.trim()) for (const codes of input.form.querySelectorAll("details.all-codes")) codes.open = true;
}

// Enter ticks (or unticks) the first code that fits; on nothing typed, it saves.
async function pickCode(input) {
  if (!input.value.trim()) return input.form.requestSubmit(input.form.querySelector('[data-act="save"]'));
  const [box] = fitting(input.form, input.value);
  if (!box) return;
  input.value = "";
  await explain(input.form);
  const control = box.querySelector("input");
  control.checked = !control.checked;
  if (control.checked) takeWords(box);
  input.form.querySelector("[data-picked]").textContent = boxes(input.form)
    .filter((one) => one.querySelector("input").checked).map((one) => one.querySelector(".code-name").textContent).join(", ");
  findCode(input);
}

// The words of the page that speak for a code, where nothing supports it yet and none are selected.
function takeWords(box) {
  const { quotes } = box.closest("form").elements;
  const line = selected() || box.dataset.words;
  if (line && !quotes.value.split("\n").includes(line)) quotes.value = quotes.value.trim() ? `${quotes.value.trim()}\n${line}` : line;
}


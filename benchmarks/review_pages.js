"use strict";
// What benchmarks/review_pages.py asks of a page: where the focus stands, what Tab should reach, what sticks out.
window.reviewPages = (() => {
  const tabbed = [];
  const nameOf = one => [one.tagName.toLowerCase(), one.id && `#${one.id}`, one.className && `.${one.className}`, " ",
    (one.textContent || one.name || "").trim().replace(/\s+/g, " ").slice(0, 30)].filter(Boolean).join("");

  // The next Tab leads to the first control, wherever the page put the focus by itself.
  function fromTheTop() {
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
  }

  // "frame" in a frame, "within" at a further part of the same control (a date has three), null at the end of the page, "ok", or what is wrong with where the focus is shown.
  function focused() {
    const one = document.activeElement;
    if (one && one.tagName === "IFRAME") return "frame";
    if (one && one === tabbed.at(-1)) return "within";
    if (!one || one === document.body || tabbed.includes(one)) return null;
    const last = tabbed.at(-1);
    tabbed.push(one);
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (last && !(last.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)) return `out of order: ${nameOf(one)}`;
    if (box.width < 2 || box.height < 2) return `has no size: ${nameOf(one)}`;
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (!seen) return `out of sight: ${nameOf(one)}`;
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none";
    return ring ? "ok" : `does not show its focus: ${nameOf(one)}`;
  }

  function reachable() {
    const groups = new Set();
    return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(one => {
      if (one.disabled || one.type === "hidden" || one.tabIndex < 0 || one.closest("dialog:not([open])")) return false;
      if (!one.checkVisibility({visibilityProperty: true})) return false;
      if (one.type !== "radio") return true;
      const first = !groups.has(one.name);
      groups.add(one.name);
      return first;
    }).length;
  }

  function sticksOut(width) {
    return [...document.body.querySelectorAll("*")]
      .filter(one => one.getBoundingClientRect().right > width + 1).slice(0, 4).map(nameOf);
  }

  return {focused, fromTheTop, reachable, sticksOut};
})();

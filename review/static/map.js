// Moves the map with a pointer and the wheel. Without it the buttons below the map do the same.
const picture = document.querySelector(".map .picture");
if (picture) {
  const whole = 480, least = 40;
  let view = { x: 0, y: 0, size: whole }, from = null, moved = false;
  const show = () => {
    view.size = Math.min(whole, Math.max(least, view.size));
    view.x = Math.min(whole - view.size, Math.max(0, view.x));
    view.y = Math.min(whole - view.size, Math.max(0, view.y));
    picture.setAttribute("viewBox", `${view.x} ${view.y} ${view.size} ${view.size}`);
    const scale = view.size / whole;
    for (const circle of picture.querySelectorAll(".dot circle, .here circle")) {
      circle.dataset.r ??= circle.getAttribute("r");
      circle.setAttribute("r", circle.dataset.r * scale);
      circle.setAttribute("stroke-width", 2 * scale);
    }
  };
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // the page scrolls, unless the wheel is turned with Ctrl or two fingers pinch
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    const at = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    const before = view.size;
    view.size = Math.min(whole, Math.max(least, before * (event.deltaY > 0 ? 1.2 : 1 / 1.2)));
    view.x += at.x * (before - view.size);
    view.y += at.y * (before - view.size);
    show();
  }, { passive: false });
  picture.addEventListener("pointerdown", (event) => { from = { x: event.clientX, y: event.clientY }; moved = false; });
  picture.addEventListener("pointermove", (event) => {
    if (!from || view.size === whole) return;
    const width = picture.getBoundingClientRect().width;
    view.x -= (event.clientX - from.x) / width * view.size;
    view.y -= (event.clientY - from.y) / width * view.size;
    moved ||= Math.hypot(event.clientX - from.x, event.clientY - from.y) > 3;
    from = { x: event.clientX, y: event.clientY };
    show();
  });
  addEventListener("pointerup", () => { from = null; });
  picture.addEventListener("click", (event) => { if (moved) event.preventDefault(); });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
}

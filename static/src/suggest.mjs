// What a search box suggests while somebody types: a combobox with a list, as the ARIA practices draw it. The focus stays
// in the box, the arrows move through the list, Enter goes to what is marked or searches, Escape closes.
const WAIT = 150;
const SHORTEST = 2;

/** Make a box suggest. It works as before for whoever ignores the list. */
export function suggest(box) {
  const frame = document.createElement("div");
  frame.className = "app-suggest";
  const list = document.createElement("ul");
  const told = document.createElement("p");
  list.id = `${box.id}-suggestions`;
  list.className = "app-suggest__list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  told.className = "govuk-visually-hidden";
  told.setAttribute("role", "status");
  const hadFocus = document.activeElement === box;
  const { selectionStart: from, selectionEnd: to } = box;
  box.replaceWith(frame);
  frame.append(box, list, told);
  if (hadFocus) {
    box.focus({ preventScroll: true });
    box.setSelectionRange(from, to);
  }
  const facts = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id };
  for (const [name, value] of Object.entries({ ...facts, "aria-expanded": "false" })) box.setAttribute(name, value);

  let offered = [];
  let marked = -1;
  let waiting = 0;
  let asking = null;

  const close = () => {
    clearTimeout(waiting);
    asking?.abort();
    list.hidden = true;
    mark(-1);
    box.setAttribute("aria-expanded", "false");
  };
  const mark = (place) => {
    marked = place;
    for (const [number, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(number === place));
    }
    if (place < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  };
  const open = () => {
    list.replaceChildren(
      ...offered.map((one, number) => {
        const item = document.createElement("li");
        const about = document.createElement("span");
        item.id = `${list.id}-${number}`;
        item.setAttribute("role", "option");
        about.textContent = one.what;
        item.append(one.words, " ", about);
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => go(one));
        return item;
      }),
    );
    mark(-1);
    list.hidden = !offered.length;
    box.setAttribute("aria-expanded", String(offered.length > 0));
    const many = offered.length === 1 ? "1 suggestion" : `${offered.length} suggestions`;
    told.textContent = offered.length ? `${many}. Use the up and down arrows.` : "No suggestions";
  };
  // A place typed beside the box goes along.
  const go = ({ href }) => {
    const near = box.form.elements.near?.value.trim();
    const goes = near && href.startsWith("/search?") && !href.includes("near=");
    location.assign(goes ? `${href}&${new URLSearchParams({ near })}` : href);
  };
  const ask = async () => {
    asking?.abort();
    const mine = (asking = new AbortController());
    const asked = new URLSearchParams({ q: box.value.trim().slice(0, 40).toLowerCase() });
    if (box.dataset.council) asked.set("council", box.dataset.council);
    try {
      const answer = await fetch(`/search/suggestions?${asked}`, { signal: mine.signal, credentials: "omit" });
      if (!answer.ok) return;
      ({ suggestions: offered } = await answer.json());
      if (document.activeElement === box) open();
    } catch {
      // The line is down, or more was typed: the box works without.
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    if (box.value.trim().length < SHORTEST) close();
    else waiting = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    const last = offered.length - 1;
    if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && (isOpen || offered.length)) {
      event.preventDefault();
      if (!isOpen) open();
      mark(marked === last ? -1 : marked + 1);
    } else if (event.key === "ArrowUp" && isOpen) {
      event.preventDefault();
      mark(marked < 0 ? last : marked - 1);
    } else if (event.key === "Enter" && isOpen && marked >= 0) {
      event.preventDefault();
      go(offered[marked]);
    } else if (event.key === "Tab") close();
  });
  box.addEventListener("blur", close);
  if (box.value.trim().length >= SHORTEST && document.activeElement === box) waiting = setTimeout(ask, WAIT);
}

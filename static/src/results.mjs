// The page of results: filters apply as they are ticked. The same address is fetched and what was found is put in place of
// what was there; the focus stays, the number of results is said, and the browser's Back goes one step back.
const form = () => document.querySelector("form[data-apply-as-you-tick]");
const said = document.getElementById("said");
let asking = null;

narrow();
document.addEventListener("change", (event) => {
  if (!event.target.closest("form[data-apply-as-you-tick]")) return;
  // Of a group and its kinds the one just ticked counts.
  const branch = event.target.checked && event.target.closest("fieldset details");
  if (branch) {
    const other = event.target.name === "group" ? "kind" : "group";
    for (const box of branch.querySelectorAll(`[name=${other}]`)) box.checked = false;
  }
  if (event.target.matches("#least, #most")) pricedByTheHour(event.target);
  go(addressOf(form()), true);
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  go(addressOf(event.target), true);
});
window.addEventListener("popstate", () => go(location.href, false));

/** The address the form would ask, without what says nothing. */
function addressOf(filters) {
  const asked = [...new FormData(filters)].filter(([, value]) => value !== "");
  return `${filters.getAttribute("action")}?${new URLSearchParams(asked)}`;
}

/** A price without a unit is a price by the hour, as it is on the server. */
function pricedByTheHour(box) {
  const any = form().querySelector("[name=per][value='']");
  if (box.value && any.checked) form().querySelector("[name=per][value=hour]").checked = true;
}

/** Fetch an address and show what it found; on any trouble go there as a link would. */
async function go(address, isNew) {
  asking?.abort();
  const mine = (asking = new AbortController());
  const found = document.getElementById("found");
  found.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: mine.signal, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("found");
    if (!answer.ok || !fresh) throw new Error(`no results: ${answer.status}`);
    if (isNew) history.pushState(null, "", address);
    show(found, fresh, page);
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(address);
  }
}

function show(found, fresh, page) {
  const focused = document.activeElement?.closest("form[data-apply-as-you-tick]") ? document.activeElement : null;
  const again = focused && selectorOf(focused);
  // What somebody unfolded stays unfolded.
  const open = [...found.querySelectorAll("details[open] > summary")].map(nameOf);
  found.replaceChildren(...fresh.childNodes);
  found.removeAttribute("aria-busy");
  for (const summary of found.querySelectorAll("details > summary")) {
    if (open.includes(nameOf(summary))) summary.parentElement.open = true;
  }
  document.title = page.title;
  narrow();
  if (again) found.querySelector(again)?.focus({ preventScroll: true });
  said.textContent = found.querySelector("h1").textContent;
}

/** What tells one control of the form from the others, whatever is drawn anew around it. */
function selectorOf(control) {
  if (control.id) return `#${control.id}`;
  return control.name ? `[name="${control.name}"][value="${CSS.escape(control.value)}"]` : `.govuk-button`;
}

/** A part that can be folded, by its words without the count. */
function nameOf(summary) {
  return summary.firstChild.textContent.replace(/\(.*/, "").trim();
}

/** Filters apply by themselves here, so the button goes; where there is room they stand open. */
function narrow() {
  form().querySelector(".govuk-button").hidden = true;
  const fold = document.querySelector(".app-fold");
  if (matchMedia("(width >= 48em)").matches) fold.open = true;
}

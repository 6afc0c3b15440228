// What makes pages quicker for those whose browser can: nothing here is needed for anything to work.
import { Button } from "govuk-frontend/components/button/button.mjs";
import { ErrorSummary } from "govuk-frontend/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/components/notification-banner/notification-banner.mjs";
import { SkipLink } from "govuk-frontend/components/skip-link/skip-link.mjs";

const KEPT = "ownway-place";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const Part of [Button, ErrorSummary, NotificationBanner, SkipLink]) {
  for (const root of document.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
    try {
      new Part(root);
    } catch (fault) {
      console.warn(fault);
    }
  }
}

forgetAFormThatWasRefused();
keepBalanceTrue();
suggestWhenAsked();
scrollByKeyboard();
costAsYouType();

/** A page that says why a form could not be taken is no answer to send again: loading it anew goes back to where one was. */
function forgetAFormThatWasRefused() {
  if (!document.querySelector("[data-answers-a-form]")) return;
  const before = document.referrer.startsWith(`${location.origin}/`) ? document.referrer : "/";
  history.replaceState(null, "", before);
}

/**
 * The money left in the header, told by the site whenever it changes while the page is looked at. The browser connects
 * again by itself when the line is lost; where lines cannot be kept open it comes to asking every few seconds.
 */
function keepBalanceTrue() {
  const places = document.querySelectorAll("[data-live-balance]");
  if (!places.length || !("EventSource" in window)) return;
  let line = null;
  const say = ({ data }) => {
    const left = JSON.parse(data);
    if (!left) return;
    for (const place of places) if (place.textContent !== left) place.textContent = left;
  };
  const listen = () => {
    if (document.hidden) {
      line?.close();
      line = null;
    } else if (!line || line.readyState === EventSource.CLOSED) {
      line = new EventSource("/money/live");
      line.addEventListener("message", say);
    }
  };
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", () => line?.close());
  window.addEventListener("pageshow", listen);
}

/** The boxes people search in: what they suggest is fetched when somebody first goes there. */
function suggestWhenAsked() {
  for (const box of document.querySelectorAll("[data-suggest]")) {
    box.addEventListener("focus", () => import(box.dataset.suggest).then(({ suggest }) => suggest(box), console.warn), {
      once: true,
    });
  }
}

/** Where one was before a choice loaded the page again: same scroll, same field with the focus. */
function comeBackTo() {
  const kept = sessionStorage.getItem(KEPT);
  if (!kept) return;
  sessionStorage.removeItem(KEPT);
  const { id, top } = JSON.parse(kept);
  const box = id && document.getElementById(id);
  if (!box) return;
  box.focus({ preventScroll: true });
  window.scrollTo({ top, behavior: "instant" });
}

/** A frame that scrolls can be reached by keyboard only while there is something to scroll. */
function scrollByKeyboard() {
  for (const frame of document.querySelectorAll(".app-scroll")) {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  }
}

/** What a week costs, asked for again as one types. Another kind of support brings other providers, so it loads the page. */
function costAsYouType() {
  const form = document.querySelector("form[data-week]");
  const place = document.querySelector("[data-week-cost]");
  const said = document.querySelector("[data-week-said]");
  if (!form || !place || !said) return;
  let waiting = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.costAt, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (!answer.ok || mine !== asked) return;
      const words = await answer.text();
      if (mine !== asked) return;
      place.innerHTML = words;
      const total = place.querySelector("[data-week-total]");
      said.textContent = total ? `${total.textContent} a week` : "";
    } catch {
      // The line is down; the button still asks for the whole page.
    }
  };
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 250);
  };
  form.addEventListener("input", (event) => {
    if (!event.target.name.endsWith("-kind")) soon();
  });
  form.addEventListener("change", (event) => {
    if (!event.target.name.endsWith("-kind")) return;
    sessionStorage.setItem(KEPT, JSON.stringify({ id: event.target.id, top: window.scrollY }));
    form.requestSubmit();
  });
  comeBackTo();
}

// What makes pages quicker for those whose browser can: nothing here is needed for anything to work.
import { Button } from "govuk-frontend/components/button/button.mjs";
import { Checkboxes } from "govuk-frontend/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/components/notification-banner/notification-banner.mjs";
import { Radios } from "govuk-frontend/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/components/skip-link/skip-link.mjs";

const KEPT = "ownway-ticked";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const Part of [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) {
  for (const root of document.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
    try {
      new Part(root);
    } catch (fault) {
      console.warn(fault);
    }
  }
}

keepBalanceTrue();
foldOnPhones();
applyAsYouTick();
scrollByKeyboard();

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

/** Filters that apply as they are ticked. The place is kept: same scroll, same box with the focus. */
function applyAsYouTick() {
  const form = document.querySelector("form[data-apply-as-you-tick]");
  if (!form) return;
  for (const button of form.querySelectorAll("[data-apply]")) button.hidden = true;
  form.addEventListener("change", (event) => {
    if (!event.target.matches("input[type=checkbox], input[type=radio], select")) return;
    sessionStorage.setItem(KEPT, JSON.stringify({ id: event.target.id, top: window.scrollY }));
    form.requestSubmit();
  });
  const kept = sessionStorage.getItem(KEPT);
  if (!kept) return;
  sessionStorage.removeItem(KEPT);
  const { id, top } = JSON.parse(kept);
  const box = id && document.getElementById(id);
  if (!box) return;
  box.focus({ preventScroll: true });
  window.scrollTo({ top, behavior: "instant" });
}

/** Filters (details.app-fold, open as sent) are folded away on a phone, unless one of them has just been ticked. */
function foldOnPhones() {
  const narrow = matchMedia("(width < 48em)");
  const fold = () => {
    for (const part of document.querySelectorAll("details.app-fold")) part.open = !narrow.matches;
  };
  narrow.addEventListener("change", fold);
  if (!sessionStorage.getItem(KEPT)) fold();
}

/** A frame that scrolls can be reached by keyboard only while there is something to scroll. */
function scrollByKeyboard() {
  for (const frame of document.querySelectorAll(".app-scroll")) {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  }
}

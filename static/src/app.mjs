// What makes pages quicker for those whose browser can: nothing here is needed for anything to work.
import { Button } from "govuk-frontend/components/button/button.mjs";
import { ErrorSummary } from "govuk-frontend/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/components/notification-banner/notification-banner.mjs";
import { SkipLink } from "govuk-frontend/components/skip-link/skip-link.mjs";

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

keepBalanceTrue();
suggestWhenAsked();
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

/** The boxes people search in: what they suggest is fetched when somebody first goes there. */
function suggestWhenAsked() {
  for (const box of document.querySelectorAll("[data-suggest]")) {
    box.addEventListener("focus", () => import(box.dataset.suggest).then(({ suggest }) => suggest(box), console.warn), {
      once: true,
    });
  }
}

/** A frame that scrolls can be reached by keyboard only while there is something to scroll. */
function scrollByKeyboard() {
  for (const frame of document.querySelectorAll(".app-scroll")) {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  }
}

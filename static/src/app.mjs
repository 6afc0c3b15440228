// What makes pages quicker for those whose browser can: nothing here is needed for anything to work.
import { Button } from "govuk-frontend/components/button/button.mjs";
import { ErrorSummary } from "govuk-frontend/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/components/notification-banner/notification-banner.mjs";
import { SkipLink } from "govuk-frontend/components/skip-link/skip-link.mjs";

const BALANCE_EVERY = 20_000;

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

/** The money left in the header, asked for again when the page is looked at and every 20 seconds while it is. */
function keepBalanceTrue() {
  const places = document.querySelectorAll("[data-live-balance]");
  if (!places.length) return;
  let asking = false;
  const ask = async () => {
    if (document.hidden || asking) return;
    asking = true;
    try {
      const answer = await fetch("/money/left", { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) return;
      const { left } = await answer.json();
      if (typeof left !== "string") return;
      for (const place of places) if (place.textContent !== left) place.textContent = left;
    } catch {
      // The line is down; what the page said stands until it is back.
    } finally {
      asking = false;
    }
  };
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("pageshow", (event) => event.persisted && ask());
  setInterval(ask, BALANCE_EVERY);
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

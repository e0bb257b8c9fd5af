// The page that needs no server: its two tabs, and a worker that answers what the sketchpads ask.

import { loaded, server } from "./client.js";
import { digitPad } from "./sketchpad/digit.js";
import { numberPad } from "./sketchpad/number.js";
import { linkTabs } from "./sketchpad/tabs.js";

const tabs = [...document.querySelectorAll("[role=tab]")];
const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

function open(tab) {
  for (const each of tabs) {
    each.setAttribute("aria-selected", each === tab);
    each.tabIndex = each === tab ? 0 : -1;
    panel(each).hidden = each !== tab;
  }
}

tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", ({ key }) => {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    const next = tabs[(i + (key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
    next.focus();
    next.click();
  });
});

const boards = [digitPad(panel(tabs[0]), server), numberPad(panel(tabs[1]), server)];
linkTabs();
// What was drawn in the meantime is read; a message about a file stays.
loaded.then(() => boards.filter((board) => !board.empty).forEach((board) => board.read()));

// Served over HTTP by name of a host, a page has no service worker, and works without.
navigator.serviceWorker?.register("service-worker.js");

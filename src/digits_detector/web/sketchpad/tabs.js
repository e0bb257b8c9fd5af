// A tab can be linked to: #numbers opens the tab of that name, #numbers=… with a drawing (see share.js); and an opened tab
// is named in the address.

/** Open the tab that the address names, now and whenever it changes, and name the tab that is opened in the address. */
export function linkTabs() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const name = (tab) => "#" + tab.getAttribute("aria-controls");
  const named = (tab) => location.hash.split("=")[0] === name(tab);
  const open = () => tabs.find(named)?.click();
  const note = (tab) => named(tab) || history.replaceState(null, "", name(tab));
  tabs.forEach((tab) => tab.addEventListener("click", () => note(tab)));
  addEventListener("hashchange", open);
  open();
}

// A tab can be linked to: #numbers opens the tab of that name, and an opened tab is named in the address.
() => {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const name = (tab) => "#" + tab.getAttribute("aria-controls");
  const open = () => tabs.find((tab) => name(tab) === location.hash)?.click();
  tabs.forEach((tab) => tab.addEventListener("click", () => history.replaceState(null, "", name(tab))));
  addEventListener("hashchange", open);
  open();
}

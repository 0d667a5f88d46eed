// Tabs as the WAI-ARIA pattern asks: arrow keys, Home and End move, the chosen panel shows.
// Without this script, and in print, all panels show one after another with their titles.
document.querySelectorAll("[data-tabset]").forEach(function (set) {
  var list = set.querySelector(":scope > [role=tablist]");
  var tabs = Array.from(list.querySelectorAll("[role=tab]"));
  function choose(chosen, focus) {
    tabs.forEach(function (tab) {
      var on = tab === chosen;
      tab.setAttribute("aria-selected", on ? "true" : "false");
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).classList.toggle("is-off", !on);
    });
    if (focus) chosen.focus();
  }
  tabs.forEach(function (tab, index) {
    tab.addEventListener("click", function () { choose(tab, false); });
    tab.addEventListener("keydown", function (event) {
      var last = tabs.length - 1;
      var next = {
        ArrowRight: index === last ? 0 : index + 1,
        ArrowLeft: index === 0 ? last : index - 1,
        Home: 0,
        End: last,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      choose(tabs[next], true);
    });
  });
  list.hidden = false;
  set.classList.add("is-live");
  choose(tabs[0], false);
  // A link to something inside a hidden panel opens that panel.
  function open() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var panel = target && target.closest("[role=tabpanel]");
    var owner = panel && tabs.find(function (tab) { return tab.getAttribute("aria-controls") === panel.id; });
    if (owner) { choose(owner, false); target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", open);
  open();
});

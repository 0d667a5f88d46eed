// What scrolls can be reached by keyboard, and has a name; what fits is no stop on the way.
(function () {
  var regions = Array.from(document.querySelectorAll("[data-scroll]"));
  function check(region) {
    var scrolls = region.scrollWidth > region.clientWidth + 1;
    var state = { role: "region", tabindex: "0", "aria-label": region.dataset.scroll };
    Object.keys(state).forEach(function (name) {
      if (scrolls) region.setAttribute(name, state[name]);
      else region.removeAttribute(name);
    });
  }
  var watch = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) { check(entry.target); });
  });
  regions.forEach(function (region) { check(region); watch.observe(region); });
})();

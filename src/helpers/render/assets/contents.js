// The contents mark the section being read; on a narrow screen they are folded until asked for.
(function () {
  var contents = document.querySelector("nav.toc");
  if (!contents) return;
  var details = contents.querySelector("details");
  var side = contents.parentElement;
  var wide = window.matchMedia("(min-width: 1100px)");
  var links = Array.from(contents.querySelectorAll("a[href^='#']"));
  var headings = links.map(function (link) {
    return document.getElementById(decodeURIComponent(link.hash.slice(1)));
  });
  var marked = -1;

  function fold() { details.open = wide.matches; }

  // The last heading above the line where a jump leaves one; at the end of the page the last seen.
  function current() {
    var root = document.documentElement;
    var atEnd = window.innerHeight + window.scrollY >= root.scrollHeight - 2;
    var line = atEnd ? window.innerHeight : parseFloat(getComputedStyle(root).scrollPaddingTop) + 8;
    return headings.reduce(function (last, heading, index) {
      return heading && heading.getBoundingClientRect().top <= line ? index : last;
    }, -1);
  }

  function mark() {
    var now = current();
    if (now === marked) return;
    if (links[marked]) links[marked].removeAttribute("aria-current");
    marked = now;
    if (!links[now]) return;
    links[now].setAttribute("aria-current", "location");
    var box = side.getBoundingClientRect();
    var place = links[now].getBoundingClientRect();
    if (place.top < box.top || place.bottom > box.bottom) {
      side.scrollTop += place.top - box.top - box.height / 2;
    }
  }

  var waiting = false;
  function soon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(function () { waiting = false; mark(); });
  }
  wide.addEventListener("change", fold);
  window.addEventListener("scroll", soon, { passive: true });
  window.addEventListener("resize", soon);
  fold();
  mark();
})();

// Finds text in the report, also in tables and captions. Hits are shown through the browser's
// highlight registry (or, where there is none, as the selection): the page itself stays as it is.
(function () {
  var form = document.querySelector("form.search");
  var field = form.querySelector("input");
  var told = form.querySelector("output");
  var OMITTED = "script, style, annotation, .tab-title";
  var BLOCKS = "p, li, td, th, pre, figcaption, caption, h1, h2, h3, h4, h5, h6, dt, dd, div, button";
  var registry = window.Highlight && CSS.highlights;
  var index = null;
  var hits = [];
  var at = -1;

  // All text as one, with the places where its nodes begin; no hit reaches over two blocks.
  function read() {
    var found = { text: "", nodes: [], starts: [] };
    var block = null;
    document.querySelectorAll(".title-block, main").forEach(function (root) {
      var walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        var node = walker.currentNode;
        if (node.parentElement.closest(OMITTED)) continue;
        var own = node.parentElement.closest(BLOCKS);
        if (own !== block) found.text += "\0";
        block = own;
        found.nodes.push(node);
        found.starts.push(found.text.length);
        found.text += node.data;
      }
    });
    return found;
  }

  // Any white space, hyphen or apostrophe finds any other of its kind.
  function pattern(words) {
    var escaped = words.replace(/[.*+?^${}()|[\]\\\/]/g, "\\$&")
      .replace(/['‘’]/g, "['‘’]").replace(/[-‐‑–—−]/g, "[-‐‑–—−]").replace(/\s+/g, "\\s+");
    return new RegExp(escaped, "giu");
  }

  function place(offset) {
    var low = 0;
    var high = index.starts.length - 1;
    while (low < high) {
      var middle = Math.ceil((low + high) / 2);
      if (index.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return [index.nodes[low], offset - index.starts[low]];
  }

  function range(match) {
    var result = document.createRange();
    var last = place(match.index + match[0].length - 1);
    result.setStart.apply(result, place(match.index));
    result.setEnd(last[0], last[1] + 1);
    return result;
  }

  function paint(name, ranges) {
    if (registry) CSS.highlights.set(name, new Highlight(...ranges));
  }

  function tell() {
    var count = hits.length === 1 ? "1 hit" : hits.length ? hits.length + " hits" : "No hit";
    told.textContent = at >= 0 ? at + 1 + " of " + hits.length : count;
  }

  function search() {
    var words = field.value.trim();
    index = index || read();
    hits = words.length < 2 ? [] : Array.from(index.text.matchAll(pattern(words)), range);
    at = -1;
    paint("found", hits);
    paint("here", []);
    form.classList.toggle("is-active", words !== "");
    if (words.length < 2) told.textContent = words && "Type two characters or more";
    else tell();
  }

  function show(hit) {
    var element = hit.startContainer.parentElement;
    var panel = element.closest(".tab-panel.is-off");
    if (panel) document.getElementById(panel.getAttribute("aria-labelledby")).click();
    element.scrollIntoView({ behavior: "instant", block: "nearest", inline: "nearest" });
    var top = hit.getBoundingClientRect().top - window.innerHeight / 3;
    window.scrollBy({ behavior: "instant", top: top });
    paint("here", [hit]);
    if (registry) return;
    getSelection().removeAllRanges();
    getSelection().addRange(hit);
  }

  function step(forward) {
    finish();
    if (!hits.length) return;
    at = at < 0 ? (forward ? 0 : hits.length - 1) : at + (forward ? 1 : -1);
    at = (at + hits.length) % hits.length;
    show(hits[at]);
    tell();
  }

  // A search waits until typing pauses, but not when its hits are asked for.
  var timer = 0;
  function finish() {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    search();
  }
  field.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(finish, 150);
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    step(true);
  });
  form.querySelector("button[type=button]").addEventListener("click", function () { step(false); });
  form.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.shiftKey && event.target === field) {
      event.preventDefault();
      step(false);
    } else if (event.key === "Escape") {
      event.preventDefault();
      field.value = "";
      clearTimeout(timer);
      timer = 0;
      search();
      field.focus();
    }
  });
  form.hidden = false;
})();

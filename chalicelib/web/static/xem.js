// Draws an edition's Word document in its page. The bytes come by the address of the download, so each look is audited.
// The page's policy allows no style elements: the document's styles become a sheet of the shadow tree that it is drawn in.
"use strict";
(function () {
  var box = document.getElementById("xem-bao-cao"), state = document.getElementById("trang-thai");
  var OURS = ".docx-wrapper { background: none; padding: 0; line-height: normal; counter-reset: none; }" +
    ".docx-wrapper > section.docx { overflow: visible; margin-bottom: 1.25rem; box-shadow: none; border: 1px solid #d3dae2; }" +
    ".docx a { color: #17457a; text-decoration: underline; }" +
    "a:focus-visible { outline: 3px solid #16202c; outline-offset: 2px; box-shadow: 0 0 0 2px #ffc53d; }" +
    "@media (max-width: 60rem) { .docx-wrapper { align-items: stretch; }" +
    " .docx-wrapper > section.docx { width: auto !important; min-height: 0 !important; padding: 1rem !important; } }";
  var OPTIONS = {
    ignoreFonts: true, useBase64URL: true, renderAltChunks: false, renderComments: false, renderChanges: false
  };

  function fail() {
    state.className = "note note-warn";
    state.textContent = "Không hiện được báo cáo trong trang này. Xin tải lại trang, hoặc bấm “Tải tệp Word” để đọc bằng Word.";
  }

  function each(tree, selector, act) { Array.prototype.forEach.call(tree.querySelectorAll(selector), act); }

  // The library is larger than this script and comes after it: the page says what it waits for, and fetches meanwhile.
  function afterLoading(act) {
    if (document.readyState === "complete") { act(); } else { window.addEventListener("load", act); }
  }

  function makeSheet(text) {
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  }

  // A figure stands between a bookmark that names its indicator and that bookmark's end; an empty span is left of the first.
  function linkFigures(tree) {
    each(tree, "span[id^='_so_']", function (mark) {
      var code = /^_so_(\w+)_\d+$/.exec(mark.id), figure = mark.nextElementSibling;
      mark.removeAttribute("id");
      if (!code || !figure) { return; }
      var link = document.createElement("a");
      link.href = box.getAttribute("data-figures") + encodeURIComponent(code[1]);
      link.title = "Xem số này từ đâu";
      figure.parentNode.insertBefore(link, figure);
      link.appendChild(figure);
    });
  }

  // Screen readers jump from heading to heading, as Word's navigation does; the page's own is the first.
  function tellHeadings(tree, styles) {
    styles.forEach(function (style) {
      var level = /^heading ([1-5])$/i.exec(style.name || "");
      if (!level) { return; }
      each(tree, "p." + style.cssName, function (heading) {
        heading.setAttribute("role", "heading");
        heading.setAttribute("aria-level", Number(level[1]) + 1);
      });
    });
  }

  function show(nodes, parsed) {
    var tree = box.attachShadow({mode: "open"}), styles = [];
    nodes.forEach(function (node) {
      if (node.nodeName === "STYLE") { styles.push(makeSheet(node.textContent)); } else { tree.appendChild(node); }
    });
    tree.adoptedStyleSheets = styles.concat(makeSheet(OURS));
    linkFigures(tree);
    tellHeadings(tree, parsed.stylesPart.styles);
    each(tree, "img:not([alt])", function (picture) { picture.alt = ""; });
    state.hidden = true;
    box.hidden = false;
  }

  function draw(bytes) {
    return window.docx.parseAsync(bytes, OPTIONS).then(function (parsed) {
      // The library gives a paragraph the look of its style's twin for characters; Word does not.
      parsed.stylesPart.styles.forEach(function (style) { style.linked = null; });
      return window.docx.renderDocument(parsed, OPTIONS).then(function (nodes) { show(nodes, parsed); });
    });
  }

  state.hidden = false;
  var request = new XMLHttpRequest();
  request.open("GET", box.getAttribute("data-document"));
  request.responseType = "arraybuffer";
  request.timeout = 60000;
  request.onload = function () {
    if (request.status !== 200) { fail(); return; }
    afterLoading(function () {
      try { draw(request.response).catch(fail); } catch (error) { fail(); }
    });
  };
  request.onerror = request.ontimeout = fail;
  request.send();
})();

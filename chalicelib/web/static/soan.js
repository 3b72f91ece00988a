// Writing a heading of the report: buttons, figures inserted by a click, a preview beside the text after a pause.
// Without this script the marks are typed by hand, and the preview is a page of its own.
"use strict";
(function () {
  var form = document.getElementById("soan"), area = document.getElementById("loi");
  if (!form || !window.fetch || !window.DOMParser) { return; }
  var byId = function (id) { return document.getElementById(id); };
  var all = function (selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); };
  var PAUSE = 900, kept = area.value, isSent = false, part = "", timer = 0, asked = 0;

  byId("cong-cu").hidden = false;
  byId("cach-chen").hidden = false;
  byId("khong-tay").hidden = true;

  // Text

  function put(text, start, end) {
    area.focus();
    area.setSelectionRange(start, end);
    // Unlike a change of the value, this can be undone with Ctrl+Z.
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) { area.setRangeText(text, start, end, "end"); }
    changed();
  }

  function insert(text) { put(text, area.selectionStart, area.selectionEnd); }

  // A figure is a word of its own; a comparison brings its own space or comma.
  function insertWord(text) {
    var isAfterWord = /[^\s(\["“*]$/.test(area.value.slice(0, area.selectionStart));
    insert((isAfterWord ? " " : "") + text);
  }

  function changeLines(change) {
    var start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, end = area.value.indexOf("\n", area.selectionEnd);
    if (end < 0) { end = area.value.length; }
    put(area.value.slice(start, end).split("\n").map(change).join("\n"), start, end);
  }

  function putLine(text) {
    var before = area.value.slice(0, area.selectionStart), after = area.value.slice(area.selectionEnd);
    insert((before && !/\n$/.test(before) ? "\n" : "") + text + (/^\n/.test(after) ? "" : "\n"));
  }

  function embolden() {
    var start = area.selectionStart, chosen = area.value.slice(start, area.selectionEnd);
    var bare = chosen.trim(), at = chosen.indexOf(bare);
    if (/^\*\*[^]+\*\*$/.test(bare)) { insert(chosen.replace(bare, bare.slice(2, -2))); return; }
    if (!bare) { insert("****"); area.setSelectionRange(start + 2, start + 2); return; }
    put("**" + bare + "**", start + at, start + at + bare.length);
  }

  var tools = {
    doan: function () { changeLines(function (line) { return line.replace(/^\s*[-–+•]\s+/, ""); }); },
    gach: function () { changeLines(function (line) { return /^\s*[-–+•]\s/.test(line) ? line : "- " + line.replace(/^\s+/, ""); }); },
    dam: embolden
  };
  all("[data-do]", function (button) { button.addEventListener("click", tools[button.getAttribute("data-do")]); });
  area.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "b") { event.preventDefault(); embolden(); }
  });

  // Figures

  function chosenForm() { return byId("dang").value; }
  function sender() { var list = byId("loai"); return list && list.value ? "@" + list.value : ""; }
  function tell(text) { byId("chon-tong").textContent = text; }

  function pick(code) {
    var kind = chosenForm();
    if (kind.charAt(0) !== "/") { (/^[%+]/.test(kind) ? insert : insertWord)("[" + code + sender() + kind + "]"); return; }
    if (!part) { part = code; tell("Phần: " + code + ". Bấm tiếp số liệu làm tổng."); return; }
    insertWord("[" + part + "/" + code + sender() + kind.slice(1) + "]");
    part = "";
    tell("");
  }

  function makeButton(cell, text, name, act) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "code";
    button.textContent = text;
    button.setAttribute("aria-label", "Chèn " + name);
    button.addEventListener("click", act);
    cell.replaceChildren(button);
  }

  all("#so-lieu tr[data-code]", function (row) {
    var code = row.getAttribute("data-code");
    makeButton(row.querySelector(".pick"), code, code + ": " + row.querySelector("th").textContent, function () { pick(code); });
  });
  all("[data-passage]", function (place) {
    var mark = place.getAttribute("data-passage");
    makeButton(place, mark, mark, function () { putLine(mark); });
  });
  function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().replace(/\s+/g, " ").trim();
  }

  var rows = [];
  all("#so-lieu tr[data-code]", function (row) { rows.push({ row: row, views: row.getAttribute("data-views").split("|"), text: fold(row.getAttribute("data-code") + " " + row.querySelector("th").textContent) }); });

  // The rows that have the wanted words, and of which the chosen form can be said.
  function sift() {
    var words = fold(byId("tim").value).split(" "), count = 0, option = byId("dang").selectedOptions[0];
    var view = option.hasAttribute("data-rare") ? option.value.slice(1) : "";
    rows.forEach(function (each) {
      var fits = words.every(function (word) { return each.text.indexOf(word) >= 0; }) && (!view || each.views.indexOf(view) >= 0);
      each.row.hidden = !fits;
      count += fits;
    });
    all("#so-lieu tbody", function (group) { group.hidden = !group.querySelector("tr[data-code]:not([hidden])"); });
    if (chosenForm().charAt(0) === "/") { tell("Bấm số liệu làm phần, rồi bấm số liệu làm tổng."); return; }
    tell(byId("tim").value || view ? (count ? count + " số liệu" : "Không có số liệu nào khớp.") : "");
  }

  byId("tim").addEventListener("input", sift);
  byId("dang").addEventListener("change", function () { part = ""; sift(); });

  // Preview: the page that the form's own button leads to, of which the two parts are taken

  function changed() {
    clearTimeout(timer);
    timer = setTimeout(preview, PAUSE);
  }

  function preview() {
    var fields = new URLSearchParams(new FormData(form)), number = ++asked;
    fields.set("viec", "xem-truoc");
    fetch(form.action, { method: "POST", body: fields, redirect: "error" }).then(function (answer) { return answer.text(); }).then(function (text) {
      if (number !== asked) { return; }  // an older text's answer came late
      var page = new DOMParser().parseFromString(text, "text/html");
      ["ban-in", "sai", "khong-in"].forEach(function (id) {
        var fresh = page.getElementById(id);
        if (!fresh) { throw new Error("no preview"); }
        byId(id).replaceChildren.apply(byId(id), Array.prototype.slice.call(fresh.childNodes));
      });
      byId("khong-xem-duoc").hidden = true;
      say("Đã cập nhật phần sẽ in.");
    }).catch(function () {
      if (number === asked) { byId("khong-xem-duoc").hidden = false; }
    });
  }

  function say(text) { byId("tinh-trang").textContent = text; }

  area.addEventListener("input", changed);
  form.addEventListener("submit", function () { isSent = true; });
  window.addEventListener("beforeunload", function (event) {
    if (!isSent && area.value !== kept) { event.preventDefault(); }
  });
})();

// Typing a form in from paper: Enter goes to the next field, what is filled in is counted, and nobody leaves by mistake.
// Without this script the form works as any form.
"use strict";
(function () {
  var form = document.querySelector("form[data-enter]");
  if (!form) { return; }
  var list = function (within, selector) { return Array.prototype.slice.call(within.querySelectorAll(selector)); };
  var fields = list(form, "input[type=text], input[type=datetime-local], select, textarea");
  var figures = list(form, "input[type=text], select, textarea");
  var counted = form.querySelector("[data-filled]"), hint = document.querySelector("[data-enter-hint]");
  var isChanged = false, isSent = false;

  if (hint) { hint.hidden = false; }

  form.addEventListener("keydown", function (event) {
    var at = fields.indexOf(event.target);
    if (event.key !== "Enter" || at < 0 || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (event.target.tagName === "TEXTAREA" && !event.shiftKey) { return; }  // a text has lines of its own
    event.preventDefault();
    var next = fields[at + (event.shiftKey && event.target.tagName !== "TEXTAREA" ? -1 : 1)];
    if (!next) { next = event.shiftKey ? null : document.getElementById("xac-nhan"); }
    if (!next) { return; }
    next.focus();
    if (next.select && next.type === "text") { next.select(); }
  });

  function count() {
    if (!counted) { return; }
    var filled = figures.filter(function (field) { return field.value.trim(); }).length;
    counted.textContent = " · đã điền " + filled + " trên " + figures.length + " ô";
  }
  form.addEventListener("input", function () { isChanged = true; count(); });
  form.addEventListener("submit", function () { isSent = true; });
  window.addEventListener("pageshow", function () { isSent = false; });
  window.addEventListener("beforeunload", function (event) { if (isChanged && !isSent) { event.preventDefault(); event.returnValue = ""; } });
  count();

  var look = document.querySelector("[data-look]");
  if (look) { isChanged = true; look.focus(); }
})();

// The worklist: a filter is asked for as soon as it is chosen; a whole page of reports is chosen at once.
// Without script the button “Lọc” and the single boxes do the same.
"use strict";
(function () {
  var quick = document.querySelector("form[data-quick]");
  if (quick) {
    // With the keyboard each arrow is a choice; there the button asks.
    Array.prototype.forEach.call(quick.querySelectorAll("select"), function (choice) {
      var isTyped = false;
      choice.addEventListener("keydown", function () { isTyped = true; });
      choice.addEventListener("pointerdown", function () { isTyped = false; });
      choice.addEventListener("change", function () {
        if (isTyped) { return; }
        if (quick.requestSubmit) { quick.requestSubmit(); } else { quick.submit(); }
      });
    });
    // What says nothing does not stand in the address.
    var leaveOut = function () {
      Array.prototype.forEach.call(quick.elements, function (field) { if (field.name && !field.value) { field.disabled = true; } });
    };
    quick.addEventListener("submit", leaveOut);
    window.addEventListener("pageshow", function () {
      Array.prototype.forEach.call(quick.elements, function (field) { field.disabled = false; });
    });
  }

  var several = document.querySelector("form[data-several]");
  if (!several) { return; }
  var all = several.querySelector("[data-all]"), whole = all.querySelector("input");
  var count = several.querySelector("[data-count]"), hint = count.textContent;
  var boxes = Array.prototype.slice.call(several.querySelectorAll("td.pick input"));
  function tell() {
    var chosen = boxes.filter(function (box) { return box.checked; }).length;
    whole.checked = chosen === boxes.length;
    whole.indeterminate = chosen > 0 && chosen < boxes.length;
    count.textContent = chosen ? "Đã chọn " + chosen + " " + (several.getAttribute("data-several") || "báo cáo") + "." : hint;
  }
  all.hidden = false;
  whole.addEventListener("change", function () {
    boxes.forEach(function (box) { box.checked = whole.checked; });
    tell();
  });
  several.addEventListener("change", function (event) { if (event.target !== whole) { tell(); } });
  // Nothing is done to several by an Enter that was meant for a field.
  several.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); }
  });
  window.addEventListener("pageshow", tell);
})();

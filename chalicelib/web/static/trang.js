// What every page may use: printing, going back, a look at a file's size, dates in words, a message shown once.
// All of it works without script too; the buttons are then hidden and the rest is said by the server.
"use strict";
(function () {
  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  // What is folded on the screen and belongs to the paper is opened for it.
  window.addEventListener("beforeprint", function () { each("[data-unfold]", function (part) { part.open = true; }); });
  // An address that names a place within something folded: older browsers leave it folded.
  function reveal() {
    var place = location.hash && document.getElementById(location.hash.slice(1));  // codes, which need no escapes
    var part = place && place.closest("details:not([open])");
    if (!part) { return; }
    for (; part; part = part.parentElement.closest("details")) { part.open = true; }
    place.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  reveal();
  each("[data-back]", function (button) {
    if (history.length < 2) { return; }
    button.hidden = false;
    button.addEventListener("click", function () { history.back(); });
  });

  each("[data-copy]", function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = document.getElementById(button.getAttribute("data-copy")), told = button.parentNode.querySelector("[role=status]");
      navigator.clipboard.writeText(text.value).then(
        function () { told.textContent = "Đã chép."; },
        function () { text.select(); told.textContent = "Chưa chép được; xin chép bằng tay."; }
      );
    });
  });

  // Storage answers a file that is too large in English; so it is not sent in the first place.
  each("input[type=file][data-most]", function (input) {
    input.addEventListener("change", function () {
      var file = input.files[0], most = Number(input.getAttribute("data-most"));
      input.setCustomValidity(file && file.size > most ? "Tệp lớn hơn " + Math.round(most / 1048576) + " MB. Xin chọn tệp nhỏ hơn." : "");
      input.reportValidity();
    });
  });

  // Browsers show dates in their own order of day and month: the words below leave no doubt.
  each("input[type=date], input[type=datetime-local]", function (input) {
    var words = document.createElement("span");
    words.className = "hint date-words";
    input.insertAdjacentElement("afterend", words);
    function tell() {
      var parts = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?/.exec(input.value);
      var month = parts && Number(parts[2]);  // a zero before January and February only (NĐ 30/2020)
      words.textContent = parts ? "tức " + (parts[4] ? parts[4] + " " : "") + "ngày " + parts[3] + "/" + (month < 3 ? "0" : "") + month + "/" + parts[1] : "";
    }
    input.addEventListener("input", tell);
    tell();
  });

  // Whoever has done something with the keyboard goes on at what is said of it, not above the menu.
  if (/[?&]xong=/.test(location.search) && !location.hash) { document.getElementById("noi-dung").focus({preventScroll: true}); }

  // Said once: a page that is loaded again does not say it again.
  if (/[?&]xong=/.test(location.search) && history.replaceState) {
    history.replaceState(null, "", location.pathname + location.search.replace(/([?&])xong=[^&]*&?/, "$1").replace(/[?&]$/, "") + location.hash);
  }
})();

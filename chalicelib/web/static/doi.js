// Waits for what is being done in the background: asks the address in data-wait until it says something else.
"use strict";
(function () {
  var box = document.querySelector("[data-wait]");
  if (!box) { return; }
  function look() {
    var request = new XMLHttpRequest();
    request.open("GET", box.getAttribute("data-wait"));
    request.setRequestHeader("Accept", "application/json");
    request.timeout = 15000;
    request.onload = function () {
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (error) { /* looked at again */ }
      if (answer && answer.state && answer.state !== "waiting") { location.reload(); return; }
      setTimeout(look, 1500);
    };
    request.onerror = request.ontimeout = function () { setTimeout(look, 3000); };
    request.send();
  }
  setTimeout(look, 1500);
})();

// The page of an upload without a result yet: looks again by itself, and says after a while what happens next.
"use strict";
(function () {
  var box = document.getElementById("cho"), long = document.getElementById("lau"), looks = 0;
  if (!box) { return; }
  function look() {
    looks += 1;
    var request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.setRequestHeader("Accept", "application/json");
    request.timeout = 10000;
    request.onload = function () {
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (error) { /* looked at again */ }
      if (answer && (answer.state === "done" || answer.state !== box.getAttribute("data-state"))) { location.reload(); return; }
      next();
    };
    request.onerror = request.ontimeout = next;
    request.send();
  }
  function next() {
    if (looks > 30) { long.hidden = false; }
    if (looks < 400) { setTimeout(look, looks > 30 ? 15000 : 2000); }
  }
  next();
})();

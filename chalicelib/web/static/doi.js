// Waits for what is being done in the background: asks an address until its state is another one, less often as it waits
// longer, and not all browsers at once. A page that waits has the address in data-wait, its own state in data-state
// ("waiting" where there is none), and in #lau what happens next if it takes long.
"use strict";
(function () {
  var SHORTEST = 1000, LONGEST = 60000, LOOKS = 100, LONG = 60000;

  // Calls isOver with each state that is answered, until it says yes.
  window.waitFor = function (url, isOver) {
    var pause = SHORTEST, left = LOOKS;
    function look() {
      var request = new XMLHttpRequest();
      request.open("GET", url);
      request.setRequestHeader("Accept", "application/json");
      request.timeout = 15000;
      request.onload = function () {
        var answer = null;
        try { answer = JSON.parse(request.responseText); } catch (error) { /* busy or broken: asked again */ }
        if (!answer || !answer.state || !isOver(answer.state)) { next(); }
      };
      request.onerror = request.ontimeout = next;
      request.send();
    }
    function next() {
      if (!left--) { return; }
      setTimeout(look, pause * (0.8 + 0.4 * Math.random()));
      pause = Math.min(1.5 * pause, LONGEST);
    }
    next();
  };

  var box = document.querySelector("[data-wait]"), long = document.getElementById("lau");
  if (!box) { return; }
  window.waitFor(box.dataset.wait, function (state) {
    var isOver = state !== (box.dataset.state || "waiting");
    if (isOver) { location.reload(); }
    return isOver;
  });
  if (long) { setTimeout(function () { long.hidden = false; }, LONG); }
})();

// The upload of the unit's page, and its trial: choose or drop a file, send it to storage, and go to its outcome.
// Without this script the form works as a plain form in two steps. What has the keyboard's focus is never hidden under it.
"use strict";
(function () {
  var form = document.getElementById("nop");
  if (!form || !window.FormData || !window.XMLHttpRequest) { return; }
  var byId = function (id) { return document.getElementById(id); };
  var drop = byId("o-tha"), input = byId("tep"), box = byId("xac-nhan"), warn = byId("nhac"), send = byId("nut-gui");
  var panel = byId("tien-trinh"), status = byId("trang-thai"), bar = byId("thanh"), again = byId("gui-lai"), stop = byId("thoi");
  var MOST = 10 * 1024 * 1024, PAUSES = [2000, 5000, 10000];
  var file = null, tries = 0, running = null;

  drop.hidden = false;
  send.textContent = send.dataset.label;

  function say(text) { warn.textContent = text; warn.hidden = !text; }

  function choose(list) {
    if (!list || !list.length) { return; }
    file = list[0];
    var name = byId("tep-da-chon");
    if (!name) {
      name = document.createElement("p");
      name.id = "tep-da-chon";
      name.className = "chosen";
      name.setAttribute("role", "status");
      drop.appendChild(name);
    }
    name.textContent = "Đã chọn: " + file.name + " (" + Math.max(1, Math.round(file.size / 1024)) + " KB)";
    say("");
  }

  input.addEventListener("change", function () { choose(input.files); });
  ["dragenter", "dragover"].forEach(function (kind) {
    drop.addEventListener(kind, function (event) { event.preventDefault(); drop.classList.add("drop-over"); });
  });
  ["dragleave", "drop"].forEach(function (kind) {
    drop.addEventListener(kind, function (event) { event.preventDefault(); drop.classList.remove("drop-over"); });
  });
  drop.addEventListener("drop", function (event) {
    if (event.dataTransfer.files.length > 1) { say("Mỗi lần chỉ gửi một tệp."); return; }
    choose(event.dataTransfer.files);
  });

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!file) { say("Xin chọn tệp Excel đã điền."); input.focus(); return; }
    if (!file.size) { say("Tệp rỗng (0 byte). Xin mở lại biểu mẫu trong Excel, lưu rồi gửi lại."); return; }
    if (file.size > MOST) { say("Tệp lớn hơn 10 MB. Xin bỏ ảnh và các trang tính thừa rồi gửi lại."); return; }
    if (!box.checked) { say("Xin đánh dấu xác nhận: tệp không chứa bí mật nhà nước."); box.focus(); return; }
    say("");
    form.hidden = true;
    panel.hidden = false;
    begin();
  });
  again.addEventListener("click", begin);
  stop.addEventListener("click", function () {
    if (running) { running.abort(); }
    panel.hidden = true;
    form.hidden = false;
    input.focus();
  });

  function begin() {
    tries = 0;
    start();
    panel.focus();
  }

  function start() {
    again.hidden = stop.hidden = true;
    bar.hidden = false;
    bar.value = 0;
    status.textContent = "Đang chuẩn bị gửi…";
    var fields = new FormData(form), body = new URLSearchParams();
    fields.forEach(function (value, name) { if (typeof value === "string") { body.append(name, value); } });
    body.append("ten-tep", file.name);
    call("POST", form.action, body.toString(), function (answer) { upload(answer); });
  }

  function call(method, url, body, then) {
    var request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("Accept", "application/json");
    if (body !== null) { request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded"); }
    request.timeout = 30000;
    request.onload = function () {
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (error) { /* told below */ }
      if (request.status === 200 && answer) { then(answer); return; }
      if (answer && answer.problem) { refuse(answer.problem.text); return; }
      retry();
    };
    request.onerror = request.ontimeout = retry;
    request.send(body);
  }

  function upload(minted) {
    var data = new FormData();
    Object.keys(minted.fields).forEach(function (name) { data.append(name, minted.fields[name]); });
    data.append("file", file);
    var request = running = new XMLHttpRequest();
    request.open("POST", minted.url);
    request.upload.onprogress = function (event) {
      if (!event.lengthComputable) { return; }
      var share = Math.round(100 * event.loaded / event.total);
      bar.value = share;
      status.textContent = "Đang gửi " + file.name + ": " + share + " %";
    };
    request.onload = function () {
      if (request.status >= 200 && request.status < 300) {
        bar.value = 100;
        status.textContent = "Tệp đã đến nơi, đang được kiểm tra…";
        watch(minted.outcome, 0);
        return;
      }
      if (request.status >= 500 || request.status === 408) { retry(); return; }
      fail("Kho lưu trữ không nhận tệp (mã " + request.status + "). Xin gửi lại.");
    };
    request.onerror = request.ontimeout = retry;
    request.timeout = 600000;
    request.send(data);
  }

  function retry() {
    if (tries >= PAUSES.length) {
      fail("Đường truyền bị đứt, tệp chưa gửi được. Tệp vẫn được chọn sẵn: khi có mạng, bấm “Gửi lại tệp này”.");
      return;
    }
    var pause = PAUSES[tries++];
    status.textContent = "Đường truyền bị đứt; tự gửi lại sau " + pause / 1000 + " giây (lần " + tries + " trên " + PAUSES.length + ")…";
    setTimeout(start, pause);
  }

  function fail(text) {
    status.textContent = text;
    bar.hidden = true;
    again.hidden = stop.hidden = false;
    again.focus();
  }

  function refuse(text) {
    panel.hidden = true;
    form.hidden = false;
    say(text);
    send.focus();
  }

  // Looks often at first, and after half a minute leaves it to the outcome's own page, which says what happens next.
  function watch(outcome, looks) {
    var url = form.action.replace(/[^/]*$/, outcome);
    if (looks >= 25) { location.assign(url); return; }
    var request = new XMLHttpRequest();
    request.open("GET", url);
    request.setRequestHeader("Accept", "application/json");
    request.timeout = 10000;
    var next = function () { setTimeout(function () { watch(outcome, looks + 1); }, 1200); };
    request.onload = function () {
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (error) { /* looked at again */ }
      if (answer && answer.state === "done") { location.assign(url); return; }
      next();
    };
    request.onerror = request.ontimeout = next;
    request.send();
  }
})();

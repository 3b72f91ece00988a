// The upload of the unit's page, and its trial (with doi.js): choose or drop a file, send it to storage, and go to its outcome.
// Without this script the form works as a plain form in two steps. What has the keyboard's focus is never hidden under it.
"use strict";
(function () {
  var form = document.getElementById("nop");
  if (!form || !window.FormData || !window.XMLHttpRequest) { return; }
  var byId = function (id) { return document.getElementById(id); };
  var drop = byId("o-tha"), input = byId("tep"), box = byId("xac-nhan"), warn = byId("nhac"), send = byId("nut-gui");
  var panel = byId("tien-trinh"), status = byId("trang-thai"), bar = byId("thanh"), again = byId("gui-lai"), stop = byId("thoi");
  var MOST = 10 * 1024 * 1024;
  // Why a try failed, and after how many seconds the next ones are made. Who finds the system busy leaves it more time.
  var BROKEN = {pauses: [2, 5, 10], says: "Đường truyền bị đứt", when: "khi có mạng"};
  var BUSY = {pauses: [5, 15, 30, 60], says: "Hệ thống đang có nhiều người gửi", when: "sau vài phút"};
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
      retry(BUSY);
    };
    request.onerror = request.ontimeout = function () { retry(BROKEN); };
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
        watch(form.action.replace(/[^/]*$/, minted.outcome));
        return;
      }
      if (request.status >= 500 || request.status === 408) { retry(request.status === 408 ? BROKEN : BUSY); return; }
      fail("Kho lưu trữ không nhận tệp (mã " + request.status + "). Xin gửi lại.");
    };
    request.onerror = request.ontimeout = function () { retry(BROKEN); };
    request.timeout = 600000;
    request.send(data);
  }

  function retry(reason) {
    if (tries >= reason.pauses.length) {
      fail(reason.says + ", tệp chưa gửi được. Tệp vẫn được chọn sẵn: " + reason.when + ", bấm “Gửi lại tệp này”.");
      return;
    }
    var pause = reason.pauses[tries++];
    status.textContent = reason.says + "; tự gửi lại sau " + pause + " giây (lần " + tries + " trên " + reason.pauses.length + ")…";
    setTimeout(start, 1000 * pause);
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

  // After half a minute the outcome's own page goes on waiting, and says what happens next.
  function watch(outcome) {
    var go = function () { location.assign(outcome); };
    setTimeout(go, 30000);
    window.waitFor(outcome, function (state) {
      if (state === "done") { go(); }
      return state === "done";
    });
  }
})();

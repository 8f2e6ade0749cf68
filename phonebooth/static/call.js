// The phone to speak on: dials, rings, presses keys, reads aloud and shows what is heard.
// What happens in the network comes as events of one stream; sound between people by WebRTC.
"use strict";

(function () {
  const part = (name) => document.getElementById(`call-${name}`);
  const root = document.getElementById("call");
  const phone = root.dataset.phone;
  const base = `/phones/${encodeURIComponent(phone)}`;
  const ENDS = { busy: "对方忙", "no-answer": "无人接听", failed: "打不通", canceled: "已取消" };
  const SILENT = { asking: "浏览器正在询问能否使用麦克风：先允许，或者打字说话。", microphone: "浏览器没有允许使用麦克风：可以打字说话。", silent: "没有声音通道：可以打字说话。" };
  let call = null;      // {sid, status, direction, from, to, since, sound}
  let ringer = null;
  let early = null;     // what is told of a call before the answer to dialling it is there

  function row(kind, text) {
    const line = document.createElement("li");
    line.className = `bubble ${kind === "mine" ? "mine" : kind === "said" ? "theirs" : "event"}`;
    const words = document.createElement("p");
    words.className = "words";
    words.textContent = text;
    line.append(words);
    part("talk").append(line);
    while (part("talk").children.length > 200) part("talk").firstElementChild.remove();
    part("nothing").hidden = true;
    part("screen").scrollTop = part("screen").scrollHeight;
  }

  async function ask(act, body = {}) {
    const answer = await fetch(`${base}/${act}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    }).catch(() => null);
    if (answer && answer.ok) return true;
    const told = answer ? await answer.json().catch(() => ({})) : {};
    part("note").textContent = answer ? `没有成功：${told.message || answer.status}` : "连不上电话亭。";
    return false;
  }

  function aloud(text, lang) {
    if (!part("aloud").checked || !window.speechSynthesis) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = (lang || "cmn-CN").replace("cmn", "zh");
    speechSynthesis.speak(words);
  }
  const hush = () => window.speechSynthesis && speechSynthesis.cancel();

  function ring(isOn) {
    clearInterval(ringer);
    ringer = isOn ? setInterval(tone, 2000) : null;
    if (isOn) tone();
  }
  // A short tone; a browser that hasn't been touched yet stays silent.
  function tone() {
    const Sound = window.AudioContext;
    if (!Sound || (navigator.userActivation && !navigator.userActivation.hasBeenActive)) return;
    const sound = new Sound(), note = sound.createOscillator(), volume = sound.createGain();
    volume.gain.value = 0.06;
    note.frequency.value = 450;
    note.connect(volume).connect(sound.destination);
    note.start();
    note.stop(sound.currentTime + 0.8);
    note.onended = () => sound.close();
  }

  function show() {
    const isLive = Boolean(call);
    const isRinging = isLive && call.direction !== "inbound" && call.status === "ringing";
    const other = isLive ? (call.direction === "inbound" ? call.to : call.from) : "";
    part("dial").hidden = isLive;
    part("answer").hidden = !isRinging;
    part("hang-up").hidden = !isLive;
    part("hang-up").textContent = isRinging ? "拒接" : "挂断";
    part("to").disabled = isLive;
    part("anonymous").disabled = isLive;
    for (const one of part("speak").elements) one.disabled = !isLive || isRinging;
    part("ringing").hidden = !isRinging;
    if (isRinging) part("ringing").textContent = `${other} 来电`;
    ring(isRinging);
    if (!isLive) part("state").textContent = root.dataset.off ? "已关机" : "空闲";
    else if (isRinging) part("state").textContent = `${other} 来电，等您接听`;
    else if (!call.since) part("state").textContent = `正在呼叫 ${other}…`;
    else part("state").textContent = `通话中 ${time(call.since)} · ${call.peers ? "人工接听" : "语音服务"}`;
  }
  function time(since) {
    const seconds = Math.max(0, Math.round((Date.now() - since) / 1000));
    return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function begin(told) {
    if (call && call.sid === told.call_sid) return;
    const send = (data, to) => ask("signal", { data, to_sid: to, call_sid: told.call_sid });
    const silent = (why) => {
      if (!call || !SILENT[why] || call.isTold === why) return;
      call.isTold = why;
      row("event", SILENT[why]);
      part("words").focus();
    };
    const Sound = window.BoothSound;
    call = {
      sid: told.call_sid, status: told.status || "ringing", direction: told.direction || "outbound-api",
      from: told.from, to: told.to, since: told.status === "in-progress" ? Date.now() : 0, peers: 0,
      sound: Sound ? new Sound(send, silent) : null,
    };
    row("event", call.direction === "inbound" ? `拨打 ${call.to}` : `${call.from} 来电`);
    show();
  }

  const TOLD = {
    ring: (told) => begin(told),
    connected: () => { call.status = "in-progress"; call.since = Date.now(); row("event", "已接通"); },
    say: (told) => { row("said", told.text); aloud(told.text, told.lang); },
    play: (told) => row("event", told.digits ? `按键音 ${told.digits}` : "♪ 播放录音"),
    music: () => row("event", "♪ 等待音乐"),
    beep: () => { row("event", "嘀"); tone(); },
    record: () => row("event", "正在录音：请打字说话，按 # 结束"),
    error: (told) => row("event", told.text),
    text: (told) => { row("said", told.text); aloud(told.text); },
    peers: (told) => {
      const isNew = told.peers.length && !call.peers;
      call.peers = told.peers.length;
      if (isNew) { hush(); row("event", "话务员在线，请讲"); }
      if (call.sound) call.sound.peers(told.peers.map((one) => one.call_sid), told.offers_to || []);
    },
    signal: (told) => call.sound && call.sound.hear(told.from_sid, told.data),
    ended: (told) => {
      hush();
      row("event", `通话结束${ENDS[told.status] ? `：${ENDS[told.status]}` : ""}${call.since ? `，${time(call.since)}` : ""}`);
      if (call.sound) call.sound.close();
      call = null;
    },
  };

  function listen() {
    const source = new EventSource(`${base}/events`);
    source.addEventListener("open", () => { part("lost").hidden = true; });
    source.addEventListener("error", () => { part("lost").hidden = false; });
    source.addEventListener("state", (event) => {
      const told = JSON.parse(event.data), live = told.calls[0];
      if (call && (!live || live.call_sid !== call.sid)) TOLD.ended({ status: "completed" });
      if (live && !call) {
        begin(live);
        live.heard.filter((one) => one.kind === "say" || one.kind === "text").forEach((one) => row("said", one.text));
        TOLD.peers({ peers: live.peers, offers_to: live.peers.map((one) => one.call_sid) });
      }
      show();
    });
    for (const [name, act] of Object.entries(TOLD)) {
      source.addEventListener(name, (event) => {
        const told = JSON.parse(event.data);
        if (early) early.push([act, told]);
        else if (name === "ring" || (call && told.call_sid === call.sid)) act(told);
        show();
      });
    }
  }

  part("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    part("note").textContent = "";
    if (call) return;
    early = [];
    const given = { to: part("to").value.trim(), is_anonymous: part("anonymous").checked };
    const answer = await fetch(`${base}/dial`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given),
    }).catch(() => null);
    const told = answer ? await answer.json().catch(() => ({})) : {};
    if (answer && answer.status === 201) begin(told);
    else part("note").textContent = answer ? `拨不出去：${told.message || answer.status}` : "连不上电话亭。";
    const kept = early;
    early = null;
    for (const [act, of] of kept) if (call && of.call_sid === call.sid) act(of);
    show();
  });
  part("answer").addEventListener("click", () => ask("answer"));
  part("hang-up").addEventListener("click", () => ask(part("answer").hidden ? "hang_up" : "decline"));
  part("aloud").addEventListener("change", hush);
  function press(key) {
    if (!call || !call.since) { if (!call) part("to").value = (part("to").value + key).slice(0, 20); return; }
    hush();
    row("mine", `按 ${key}`);
    ask("keys", { digits: key });
  }
  for (const key of root.querySelectorAll("[data-key]")) key.addEventListener("click", () => press(key.dataset.key));
  root.addEventListener("keydown", (event) => {
    if (event.target.tagName !== "INPUT" && /^[0-9*#]$/.test(event.key)) press(event.key);
  });
  part("words").addEventListener("input", () => { if (call && call.since) ask("typing"); }, { passive: true });
  part("speak").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = part("words").value.trim();
    if (!text || !call) return;
    part("words").value = "";
    hush();
    row("mine", text);
    await ask("speak", { text });
  });
  setInterval(() => { if (call) show(); }, 1000);
  listen();
  show();
})();

/* The line of the operator's phone: one tab of a browser holds it, the others work it from afar. It speaks with a Device
   that has the voice SDK's interface. document gets "phone:line" when the line or what it says changes. */
(function () {
  "use strict";

  const phone = window.hotlinePhone;
  if (!phone) return;
  const { bar, words } = phone;
  const HEARD = 15000, RING = 2400, ASKED = 1200;
  const name = "hotline-phone-" + bar.dataset.person;
  const channel = window.BroadcastChannel ? new BroadcastChannel(name) : null;
  const line = { isHolder: false, state: "none", isMuted: false, isThere: false };   // none, ringing, open
  let device = null, call = null, sound = null, ringing = 0, wanted = "";

  function tell() {
    if (line.isHolder && channel) channel.postMessage({ what: "line", state: line.state, isMuted: line.isMuted });
    document.dispatchEvent(new CustomEvent("phone:line", { detail: { ...line } }));
  }

  /* Ringing: two soft tones every few seconds, made here. */
  function ring(is) {
    window.clearInterval(ringing);
    ringing = 0;
    if (!is || !line.isHolder) return;
    const tone = () => {
      try {
        sound = sound || new AudioContext();
        [[0, 660], [0.22, 880]].forEach(([after, pitch]) => {
          const wave = sound.createOscillator(), level = sound.createGain(), at = sound.currentTime + after;
          wave.frequency.value = pitch;
          level.gain.setValueAtTime(0.0001, at);
          level.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
          level.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
          wave.connect(level).connect(sound.destination);
          wave.start(at);
          wave.stop(at + 0.22);
        });
      } catch (problem) { /* no sound device: the bar shows it */ }
    };
    tone();
    ringing = window.setInterval(tone, RING);
  }

  function take(incoming, isOpen) {
    if (call && call !== incoming) { incoming.reject(); return; }
    call = incoming;
    line.state = isOpen ? "open" : "ringing";
    line.isMuted = false;
    const over = () => {
      if (call !== incoming) return;
      call = null;
      Object.assign(line, { state: "none", isMuted: false });
      tell();
      phone.renew();
    };
    incoming.on("accept", () => { line.state = "open"; tell(); phone.renew(); });
    incoming.on("mute", (is) => { line.isMuted = is; tell(); });
    ["disconnect", "cancel", "reject"].forEach((one) => incoming.on(one, over));
    incoming.on("error", complain);
    tell();
    phone.renew();
  }
  function complain(problem) {
    const code = problem && problem.code;
    if ([31401, 31402, 31208].includes(code)) phone.say(words.microphone, true);
    else if (code === 20104) renewToken();
    else if (code >= 20100 && code < 20200) phone.say(words.token, true);
    else phone.say(words.lost, true);
  }

  async function askToken() {
    const answer = await phone.post(bar.dataset.tokenUrl, null, true);
    return answer && answer.token;
  }
  async function renewToken() {
    const token = await askToken();
    if (!token || !device) return;
    device.updateToken(token);
    if (device.state === "unregistered") device.register();
  }
  function heard() {
    if (device && device.state === "registered") {
      window.hotlineLive.ask(bar.dataset.heardUrl, { method: "POST", headers: { "X-CSRFToken": bar.dataset.csrf } });
    }
  }
  async function connect(kind) {
    wanted = kind;
    if (device) { device.destroy(); device = null; }
    const Device = kind === "booth" ? window.BoothDevice : window.Twilio && window.Twilio.Device;
    if (!Device || !["booth", "sdk"].includes(kind)) return;
    phone.say(words.connecting);
    const token = await askToken();
    if (!token || wanted !== kind) return;
    device = new Device(token, { address: bar.dataset.booth, logLevel: "error", codecPreferences: ["opus", "pcmu"] });
    if (device.audio && device.audio.incoming) device.audio.incoming(false);
    device.on("registered", () => { phone.say(words.connected); heard(); });
    device.on("unregistered", () => phone.say(words.lost, true));
    device.on("error", complain);
    device.on("incoming", (incoming) => take(incoming, false));
    device.on("restored", (open) => take(open, true));
    device.on("heard", (told) => document.dispatchEvent(new CustomEvent("phone:heard", { detail: told })));
    device.on("tokenWillExpire", renewToken);
    device.register();
  }

  /* What the keys ask for; a tab without the line passes it on to the one that has it. */
  const acts = {
    accept: () => { if (call && line.state === "ringing") call.accept(); },
    reject: () => { if (call && line.state === "ringing") call.reject(); },
    hangUp: () => { if (call) call.disconnect(); },
    mute: () => { if (call && line.state === "open") call.mute(!call.isMuted()); },
    digits: (digits) => { if (call && line.state === "open") call.sendDigits(digits); },
    speak: (text) => { if (call && call.speak) call.speak(text); },
  };
  function act(what, value) {
    if (line.isHolder) acts[what](value);
    else if (channel) channel.postMessage({ what: "act", act: what, value });
  }

  function hear({ data }) {
    if (data.what === "who" && line.isHolder) tell();
    if (data.what === "act" && line.isHolder && acts[data.act]) acts[data.act](data.value);
    if (data.what === "line" && !line.isHolder) {
      Object.assign(line, { state: data.state, isMuted: data.isMuted });
      if (!line.isThere) phone.say(words.elsewhere);
      line.isThere = true;
      tell();
    }
    if (data.what === "left" && !line.isHolder) { Object.assign(line, { isThere: false, state: "none" }); tell(); }
  }
  function nobody(address) {
    if (line.isHolder || line.isThere || bar.dataset.kind === "desk" || bar.dataset.kind === "none") return;
    const open = document.createElement("a");
    Object.assign(open, { href: address, target: "hotline-phone", textContent: words.open });
    phone.say(words.nowhere, true);
    bar.querySelector("[data-phone-said]").append(" ", open);
  }
  function hold() {
    line.isHolder = line.isThere = true;
    window.setInterval(heard, HEARD);
    window.addEventListener("pagehide", () => { if (channel) channel.postMessage({ what: "left" }); });
    connect(bar.dataset.kind);
    document.addEventListener("phone:now", () => { if (bar.dataset.kind !== wanted) connect(bar.dataset.kind); });
    tell();
  }
  function start(holds, address) {
    if (channel) { channel.addEventListener("message", hear); channel.postMessage({ what: "who" }); }
    if (!holds) { window.setTimeout(() => nobody(address), ASKED); return; }
    if (!navigator.locks) { hold(); return; }
    navigator.locks.request(name, () => new Promise(() => hold()));
  }
  window.hotlineLine = { start, act, ring, of: () => line };
})();

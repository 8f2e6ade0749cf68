/* A phone in the browser at the phonebooth, with the interface of the carrier's voice SDK: Device and Call with their
   events. Besides: "restored" for a call that was open when the page came back, "heard" for what was typed or said. */
(function () {
  "use strict";

  class Emitter {
    constructor() { this.listeners = {}; }
    on(name, listener) { (this.listeners[name] = this.listeners[name] || []).push(listener); return this; }
    off(name, listener) { this.listeners[name] = (this.listeners[name] || []).filter((one) => one !== listener); return this; }
    emit(name, ...told) { (this.listeners[name] || []).forEach((listener) => listener(...told)); }
  }

  class Call extends Emitter {
    constructor(device, told) {
      super();
      this.device = device;
      this.sid = told.call_sid;
      this.parameters = { CallSid: told.call_sid, From: told.from, To: told.to };
      this.customParameters = new Map(Object.entries(told.params || {}));
      this.muted = false;
      this.sound = window.BoothSound ? new window.BoothSound((data, to) => this.device.ask("signal", { call_sid: this.sid, data, to_sid: to }), (why) => device.emit("heard", { who: "silent", text: why })) : null;
    }
    accept() { this.device.ask("accept", { call_sid: this.sid }); }
    reject() { this.device.ask("reject", { call_sid: this.sid }); }
    disconnect() { this.device.ask("hang_up", { call_sid: this.sid }); }
    sendDigits(digits) { this.device.ask("digits", { call_sid: this.sid, digits }); }
    isMuted() { return this.muted; }
    mute(is) {
      this.muted = Boolean(is);
      if (this.sound) this.sound.mute(this.muted);
      this.device.ask("mute", { call_sid: this.sid, is_muted: this.muted });
      this.emit("mute", this.muted, this);
    }
    speak(text) {
      this.device.ask("speak", { call_sid: this.sid, text });
      this.device.emit("heard", { who: "us", text });
    }
    over(told) {
      if (this.sound) this.sound.close();
      this.emit(told.was_connected ? "disconnect" : "cancel", this);
    }
  }

  class Device extends Emitter {
    constructor(token, options) {
      super();
      this.token = token;
      this.address = options.address;
      this.calls = new Map();
      this.state = "unregistered";
      this.expiry();
    }
    /* The token says until when it is good; a little before, another one is asked for. */
    expiry() {
      window.clearTimeout(this.timer);
      try {
        const { exp } = JSON.parse(atob(this.token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
        this.timer = window.setTimeout(() => this.emit("tokenWillExpire", this), Math.max(1000, exp * 1000 - Date.now() - 30000));
      } catch (problem) { /* the booth will say that it is none */ }
    }
    register() {
      const before = this.source, source = new EventSource(`${this.address}/device/events?token=${encodeURIComponent(this.token)}`);
      this.source = source;
      const hear = (name, what) => source.addEventListener(name, (event) => { if (this.source === source) what.call(this, JSON.parse(event.data)); });
      source.addEventListener("state", () => { if (before) before.close(); });
      hear("state", this.restored);
      hear("ring", this.rings);
      for (const [name, act] of Object.entries(TOLD)) hear(name, (told) => { const call = this.calls.get(told.call_sid); if (call) act(this, call, told); });
      source.addEventListener("error", () => this.lost(source));
    }
    restored(told) {
      this.state = "registered";
      this.emit("registered");
      for (const one of told.calls) {
        if (this.calls.has(one.call_sid)) { if (one.peers) TOLD.peers(this, this.calls.get(one.call_sid), { peers: one.peers, offers_to: [] }); continue; }
        if (one.status === "in-progress") {
          const call = this.known(one);
          this.emit("restored", call);
          TOLD.peers(this, call, { peers: one.peers || [], offers_to: (one.peers || []).map((peer) => peer.call_sid) });
        } else if (one.status === "ringing") this.rings(one);
      }
      const live = new Set(told.calls.map((one) => one.call_sid));
      this.calls.forEach((call, sid) => { if (!live.has(sid)) TOLD.ended(this, call, { was_connected: true }); });
    }
    known(told) {
      const call = new Call(this, told);
      this.calls.set(call.sid, call);
      return call;
    }
    rings(told) { if (!this.calls.has(told.call_sid)) this.emit("incoming", this.known(told)); }
    lost(source) {
      if (this.source !== source) return;
      this.state = "unregistered";
      this.emit("unregistered");
      if (source.readyState === 2) window.setTimeout(() => { if (this.source === source) this.emit("error", { code: 20104 }); }, 5000);
    }
    updateToken(token) {
      this.token = token;
      this.expiry();
      if (this.source) this.register();
    }
    destroy() {
      window.clearTimeout(this.timer);
      if (this.source) this.source.close();
      this.source = null;
      this.state = "destroyed";
    }
    async ask(act, body) {
      try {
        const answer = await fetch(`${this.address}/device/${act}`, {
          method: "POST", keepalive: true, body: JSON.stringify(body),
          headers: { "Content-Type": "application/json", Authorization: "Bearer " + this.token },
        });
        if (!answer.ok && act !== "signal") this.emit("error", { code: answer.status === 401 ? 20104 : 31000 });
      } catch (problem) {
        this.emit("error", { code: 31005 });
      }
    }
  }
  const TOLD = {
    connected: (device, call) => call.emit("accept", call),
    ended: (device, call, told) => { device.calls.delete(call.sid); call.over(told); },
    peers: (device, call, told) => { if (call.sound) call.sound.peers(told.peers.map((one) => one.call_sid), told.offers_to); },
    signal: (device, call, told) => { if (call.sound) call.sound.hear(told.from_sid, told.data); },
    text: (device, call, told) => device.emit("heard", { who: "them", text: told.text }),
    say: (device, call, told) => device.emit("heard", { who: "them", text: told.text }),
  };
  window.BoothDevice = Device;
})();

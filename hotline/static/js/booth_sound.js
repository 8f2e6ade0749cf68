/* Sound between two browsers over the phonebooth: one peer connection a partner, described to each other by `send`.
   Without a microphone, or as long as the browser asks for it, one still hears. `silent` is told why nothing is said:
   "asking" while the browser asks, then "allowed", or what is missing. */
(function () {
  "use strict";

  const ASKED = 400;     // a browser that need not ask has answered by then

  window.BoothSound = class {
    constructor(send, silent) {
      this.send = send;
      this.silent = silent;
      this.partners = new Map();      // their call → the promise of a peer
      this.isMuted = false;
      this.microphone = null;
    }
    /* The microphone is asked for once; refused, there is none. */
    mic() {
      const devices = navigator.mediaDevices;
      const asked = () => (devices ? devices.getUserMedia({ audio: true }) : Promise.reject(new Error("none")));
      this.microphone = this.microphone || this.asking(asked()).catch((problem) => {
        this.silent(problem.name === "NotAllowedError" ? "microphone" : "silent");
        return null;
      });
      return this.microphone;
    }
    async asking(answer) {
      let isTold = false;
      const timer = window.setTimeout(() => { isTold = true; this.silent("asking"); }, ASKED);
      try {
        const stream = await answer;
        if (isTold) this.silent("allowed");
        return stream;
      } finally {
        window.clearTimeout(timer);
      }
    }
    /* What is said here goes over as soon as there is a microphone; nothing waits for it. */
    async speak({ link }) {
      const sender = link.getTransceivers()[0].sender, stream = await this.mic();
      const track = stream && stream.getAudioTracks()[0];
      if (!track) return;
      track.enabled = !this.isMuted;
      await sender.replaceTrack(track).catch(() => { /* it was hung up meanwhile */ });
    }
    peers(sids, offersTo) {
      [...this.partners.keys()].forEach((sid) => { if (!sids.includes(sid)) this.drop(sid); });
      sids.filter((sid) => offersTo.includes(sid)).forEach((sid) => this.offer(sid));
    }
    open(sid) {
      if (!this.partners.has(sid)) this.partners.set(sid, this.make(sid));
      return this.partners.get(sid);
    }
    async make(sid) {
      if (!window.RTCPeerConnection) { this.silent("silent"); return null; }
      const link = new RTCPeerConnection(), player = new Audio(), peer = { link, player, early: [] };
      player.autoplay = true;
      link.addEventListener("track", ({ streams, track }) => { player.srcObject = streams[0] || new MediaStream([track]); });
      link.addEventListener("icecandidate", ({ candidate }) => { if (candidate) this.send({ candidate }, sid); });
      link.addEventListener("connectionstatechange", () => { if (link.connectionState === "failed") this.silent("silent"); });
      return peer;
    }
    async offer(sid) {
      this.drop(sid);
      const peer = await this.open(sid);
      if (!peer) return;
      peer.link.addTransceiver("audio", { direction: "sendrecv" });
      this.speak(peer);
      await this.describe(peer, sid);
    }
    async describe(peer, sid) {
      await peer.link.setLocalDescription();
      this.send({ description: peer.link.localDescription }, sid);
    }
    /* Who offers begins anew, so that a page that was loaded again is heard again. */
    async hear(sid, data) {
      const isOffer = Boolean(data && data.description && data.description.type === "offer");
      if (isOffer) this.drop(sid);
      const peer = await this.open(sid);
      if (!peer || !data) return;
      try {
        if (data.description) {
          await peer.link.setRemoteDescription(data.description);
          for (const early of peer.early.splice(0)) await peer.link.addIceCandidate(early);
          if (isOffer) {
            peer.link.getTransceivers().forEach((one) => { one.direction = "sendrecv"; });
            this.speak(peer);
            await this.describe(peer, sid);
          }
        } else if (data.candidate && peer.link.remoteDescription) await peer.link.addIceCandidate(data.candidate);
        else if (data.candidate) peer.early.push(data.candidate);
      } catch (problem) {
        this.silent("silent");
      }
    }
    async mute(is) {
      this.isMuted = is;
      const stream = this.microphone && await this.microphone;
      if (stream) stream.getTracks().forEach((track) => { track.enabled = !is; });
    }
    async drop(sid) {
      const partner = this.partners.get(sid);
      this.partners.delete(sid);
      const peer = partner && await partner;
      if (peer) { peer.link.close(); peer.player.srcObject = null; }
    }
    async close() {
      [...this.partners.keys()].forEach((sid) => this.drop(sid));
      const stream = this.microphone && await this.microphone;
      if (stream) stream.getTracks().forEach((track) => track.stop());
    }
  };
})();

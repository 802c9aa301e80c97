// <esdh-send>: the button »Send digitalt« in a case system's page. Without this script its form opens a tab instead.
//
//   <esdh-send launch-url="/sag/4711/launch">
//     <form method="post" action="https://post.example/send" target="_blank">
//       <input type="hidden" name="launch" value="TOKEN"><button>Send digitalt</button>
//     </form>
//   </esdh-send>
//
// `launch-url` is the host's own: a POST there gives a fresh token as text, for a page that stays open longer than a
// token lives; `csrf` goes with it in the header `X-CSRF-Token`, or the one named by `csrf-header`. What becomes of the
// letter is told by the event `esdh-result`, with `detail.result` opened, ordered, stopped, decided, status or closed.
// `element.close()` closes the dialog: call it when somebody logs out.
"use strict";

class EsdhSend extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.token = this.form.elements.namedItem("launch");
    this.origin = new URL(this.form.action, document.baseURI).origin;
    this.form.addEventListener("submit", (event) => this.open(event));
    this.heard = (event) => this.hear(event);
    window.addEventListener("message", this.heard);
  }

  disconnectedCallback() {
    window.removeEventListener("message", this.heard);
    this.dialog?.remove();
  }

  async open(event) {
    event.preventDefault();
    if (this.dialog?.open || this.fetching) return;
    this.button = event.submitter ?? this.form.querySelector("button");
    if (this.hasAttribute("launch-url")) {
      this.fetching = true;
      try {
        const headers = { [this.getAttribute("csrf-header") ?? "X-CSRF-Token"]: this.getAttribute("csrf") ?? "" };
        const asked = { method: "POST", credentials: "same-origin", mode: "same-origin", headers };
        const answer = await fetch(this.getAttribute("launch-url"), asked);
        if (!answer.ok) throw new Error(`launch-url: ${answer.status}`);
        this.token.value = (await answer.text()).trim();
      } catch (error) {
        return this.tell("refused", error);
      } finally {
        this.fetching = false;
      }
    }
    this.show();
    this.form.target = this.frame.name;
    this.form.submit();
  }

  show() {
    this.dialog?.remove();
    this.dialog = document.createElement("dialog");
    this.dialog.setAttribute("aria-label", this.button.textContent.trim());
    Object.assign(this.dialog.style, { width: "min(64rem, 100vw)", height: "min(56rem, 100vh)", maxWidth: "100vw",
      maxHeight: "100vh", padding: "0", border: "0" });
    this.frame = document.createElement("iframe");
    this.frame.name = `esdh-send-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    this.frame.title = this.dialog.getAttribute("aria-label");
    Object.assign(this.frame.style, { width: "100%", height: "100%", border: "0", display: "block" });
    this.dialog.append(this.frame);
    this.dialog.addEventListener("close", () => this.closed());
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.frame.focus();
  }

  close() {
    this.dialog?.close();
  }

  hear(event) {
    if (event.origin !== this.origin || !this.frame || event.source !== this.frame.contentWindow) return;
    if (event.data?.type !== "esdh-result") return;
    this.tell(event.data.result);
    if (event.data.result === "closed") this.close();
  }

  closed() {
    this.dialog.remove();
    this.frame = null;
    this.button.focus();
    this.tell("dismissed");
  }

  tell(result, error) {
    this.dispatchEvent(new CustomEvent("esdh-result", { bubbles: true, detail: { result, error } }));
  }
}

customElements.define("esdh-send", EsdhSend);

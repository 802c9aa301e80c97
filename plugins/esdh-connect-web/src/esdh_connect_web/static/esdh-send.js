// <esdh-send>: the button »Send digitalt« in a case system's page. Without this script its form opens a tab instead.
//   <esdh-send launch-url="/sag/4711/launch">
//     <form method="post" action="https://post.example/send" target="_blank">
//       <input type="hidden" name="launch" value="TOKEN"><button>Send digitalt</button>
//     </form>
//   </esdh-send>
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
      } finally { this.fetching = false; }
    }
    this.show();
    this.form.target = this.frame.name;
    this.form.submit();
  }

  show() {
    this.dialog?.remove();
    const [dialog, frame, wait, text, close] =
      ["dialog", "iframe", "form", "p", "button"].map((name) => document.createElement(name));
    Object.assign(this, { dialog, frame });
    const isEnglish = this.closest("[lang]")?.lang.startsWith("en");
    [text.textContent, close.textContent] = isEnglish ? ["Loading …", "Close"] : ["Henter …", "Luk"];
    text.setAttribute("role", "status");
    wait.append(text, close); // seen until the frame has its page: a service that does not answer can be left
    Object.assign(wait, { method: "dialog" }).style.padding = "2rem";
    dialog.ariaLabel = frame.title = this.button.textContent.trim();
    dialog.style.cssText =
      "width: min(64rem, 100vw); height: min(56rem, 100vh); max-width: 100vw; max-height: 100vh; padding: 0; border: 0";
    frame.name = `esdh-send-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    frame.style.cssText = "width: 100%; height: 0; border: 0; display: block";
    frame.addEventListener("load", () => this.loaded());
    dialog.append(wait, frame);
    dialog.addEventListener("close", () => this.closed());
    document.body.append(dialog);
    dialog.showModal();
  }

  loaded() { // Firefox tells of the empty page, too
    const wait = this.frame && this.dialog.querySelector("form");
    if (!wait || this.frame.contentDocument?.URL === "about:blank") return;
    wait.remove();
    this.frame.style.height = "100%";
    this.frame.focus();
  }

  close = () => this.dialog?.close();

  hear(event) {
    const isOurs = event.origin === this.origin && this.frame && event.source === this.frame.contentWindow;
    if (!isOurs || event.data?.type !== "esdh-result") return;
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

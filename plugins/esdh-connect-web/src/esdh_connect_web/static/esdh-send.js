// <esdh-send>: the button »Send digitalt« in a case system's page. Without this script its form opens a tab instead.
//   <esdh-send launch-url="/sag/4711/launch"><form method="post" action="https://post.example/send" target="_blank">
//     <input type="hidden" name="launch" value="TOKEN"><button>Send digitalt</button>
//   </form></esdh-send>
// `launch-url` is the host's own: a POST there gives a fresh token as text, for a page that stays open longer than a
// token lives; `csrf` goes with it in the header `X-CSRF-Token`, or the one named by `csrf-header`. The event
// `esdh-result` tells what becomes of the letter. `element.close()` closes the dialog: call it when somebody logs out.
class EsdhSend extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.origin = new URL(this.form.action, document.baseURI).origin;
    this.form.addEventListener("submit", (event) => this.open(event));
    window.addEventListener("message", this.hear);
  }

  disconnectedCallback() {
    window.removeEventListener("message", this.hear);
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
        const answer = await fetch(this.getAttribute("launch-url"), { method: "POST", mode: "same-origin", headers });
        if (!answer.ok) throw new Error(`launch-url: ${answer.status}`);
        this.form.elements.namedItem("launch").value = (await answer.text()).trim();
      } catch (error) { return this.tell("refused", error); } finally { this.fetching = false; }
    }
    this.show();
  }

  show() {
    const [dialog, frame, wait, text, close] =
      ["dialog", "iframe", "form", "p", "button"].map((name) => document.createElement(name));
    Object.assign(this, { dialog, frame, wait, text, hasSpoken: false });
    [text.role, text.textContent, close.textContent] = ["status", this.say("Henter …", "Loading …"), this.say("Luk", "Close")];
    wait.append(text, close); // seen until the frame has its page: a service that does not answer can be left
    Object.assign(wait, { method: "dialog" }).style.padding = "2rem";
    dialog.ariaLabel = frame.title = this.button.textContent.trim();
    dialog.style.cssText =
      "width: min(64rem, 100vw); height: min(56rem, 100vh); max-width: 100vw; max-height: 100vh; padding: 0; border: 0";
    this.form.target = frame.name = `esdh-send-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    frame.style.cssText = "width: 100%; height: 0; border: 0; display: block";
    frame.addEventListener("load", () => this.loaded());
    dialog.append(wait, frame);
    dialog.addEventListener("close", () => this.closed());
    document.body.append(dialog);
    dialog.showModal();
    this.form.submit();
  }

  say = (danish, english) => (this.closest("[lang]")?.lang.startsWith("en") ? english : danish);
  close = () => this.dialog?.close();

  loaded() { // a page of ours says "esdh-here", mostly before this; a browser's own error page says nothing
    if (this.frame?.contentDocument?.URL === "about:blank") return; // Firefox tells of the empty page, too
    clearTimeout(this.late);
    [this.late, this.hasSpoken] = [this.hasSpoken ? 0 : setTimeout(() => this.lost(), 1500), false];
  }

  lost() {
    this.text.textContent = this.say("Siden svarer ikke, og det er uvist, om trykket nåede frem. Se på sagen, hvad der er sket, før du prøver igen.",
      "The page does not answer, and it may have got your click or not. See on the case what happened before you try again.");
    this.frame = null;
    this.dialog.replaceChildren(this.wait);
    this.wait.lastChild.focus();
    this.tell("lost");
  }

  hear = ({ origin, source, data }) => {
    if (origin !== this.origin || !this.frame || source !== this.frame.contentWindow) return;
    if (data?.type === "esdh-result") this.tell(data.result);
    if (data?.result === "closed") this.close();
    if (data?.type !== "esdh-here") return;
    [this.hasSpoken, this.late] = [!this.late, clearTimeout(this.late)];
    if (!this.wait.isConnected) return;
    this.wait.remove();
    this.frame.style.height = "100%";
    this.frame.focus();
  };

  closed() {
    clearTimeout(this.late);
    this.dialog.remove();
    this.frame = this.late = null;
    this.button.focus();
    this.tell("dismissed");
  }

  tell(result, error) {
    this.dispatchEvent(new CustomEvent("esdh-result", { bubbles: true, detail: { result, error } }));
  }
}

customElements.define("esdh-send", EsdhSend);

// The case system's own script: keeps the case fresh while letters are on their way, and closes what somebody has open
// who is logged out in another tab.
"use strict";

const fresh = document.getElementById("frisk");
const isOpen = () => document.querySelector("dialog[open]");
let last = ""; // what the dialog told last
document.addEventListener("esdh-result", (event) => { last = event.detail.result; });
const who = (page) => page.querySelector(".who")?.firstChild.textContent.trim() ?? "";

async function refresh() {
  if (!fresh) return;
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Frisk": "1" } }).catch(() => null);
  if (!answer?.ok) return; // no connection: it is asked again
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (who(page) !== who(document)) {
    const closed = isOpen() ? (last === "opened" ? "intet" : "brev") : "";
    for (const button of document.querySelectorAll("esdh-send")) button.close();
    location.assign(answer.redirected ? `${answer.url}${closed && `?lukket=${closed}`}` : location.href);
    return;
  }
  const newer = page.getElementById("frisk");
  if (!newer || newer.innerHTML === fresh.innerHTML || isOpen() || fresh.contains(document.activeElement)) return;
  fresh.innerHTML = newer.innerHTML;
}

// No dialog came: what the page says then is the case system's own, until one does.
document.addEventListener("esdh-result", (event) => {
  const told = event.target.querySelector("[role=alert]") ?? document.createElement("p");
  if (event.detail.result !== "refused") return told.remove();
  told.role = "alert";
  event.target.append(told);
  told.textContent = "Der er ikke sendt noget: siden svarer ikke. Prøv igen om lidt.";
});

if (fresh) {
  setInterval(refresh, 1500);
  document.addEventListener("esdh-result", (event) => {
    if (event.detail.result === "dismissed" || event.detail.result === "closed") setTimeout(refresh, 50);
  });
}

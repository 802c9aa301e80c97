// The case system's own script: keeps the case fresh while letters are on their way.
"use strict";

const fresh = document.getElementById("frisk");

async function refresh() {
  if (!fresh || document.querySelector("dialog[open]") || fresh.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Frisk": "1" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("frisk");
  if (page && page.innerHTML !== fresh.innerHTML && !document.querySelector("dialog[open]")) fresh.innerHTML = page.innerHTML;
}

if (fresh) {
  setInterval(refresh, 1500);
  document.addEventListener("esdh-result", (event) => {
    if (event.detail.result === "dismissed" || event.detail.result === "closed") setTimeout(refresh, 50);
  });
}

// What became of the letters: counts down the time in which they can be undone, and then looks a few times what came of
// them, as »Opdatér« does. A page in which somebody writes stays as it is.
"use strict";

const RESTS = [1, 3, 6, 12, 25, 50, 100]; // seconds; then the button is left
let written = false;
document.addEventListener("input", () => { written = true; });

function countDown(line) {
  const shown = line.querySelector("[data-left]");
  const until = Date.now() + Number(line.dataset.seconds) * 1000;
  const turn = () => {
    const seconds = Math.round((until - Date.now()) / 1000);
    if (seconds > 0 && line.isConnected) {
      const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      shown.textContent = `(${shown.dataset.left.replace("0:00", time)})`;
      return;
    }
    line.textContent = line.dataset.gone;
    line.setAttribute("role", "status");
    clearInterval(clock);
  };
  const clock = setInterval(turn, 1000);
}

const isBusy = () => written || document.activeElement?.matches("textarea, input, select") || document.querySelector("form[data-sent]");

// --- one look

async function look() {
  const form = document.getElementById("renew");
  if (!form || isBusy()) return;
  const said = new URLSearchParams(new FormData(form));
  const asked = fetch(form.action, form.method === "post" ? { method: "POST", body: said } : {});
  const [answer, text] = await asked.then(async (one) => [one, await one.text()]).catch(() => []);
  cutOff(!answer || answer.status >= 500);
  if (!answer || isBusy()) return;
  if (answer.status === 401 || answer.status === 403) return form.requestSubmit(); // it is over, and says so: nothing stays for whoever is here now
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  const told = [...document.querySelectorAll("[data-state]")].map((old) => renew(old, page.getElementById(old.id))).filter(Boolean);
  if (!told.length) return;
  document.getElementById("told").textContent = told.join(" ");
  window.tell?.("status"); // in a dialog
}

// Nothing is known any more: what was true a moment ago must not stand there as if it were now.
function cutOff(is) {
  const place = document.getElementById("cut-off");
  if (!place || is === place.hasChildNodes()) return;
  place.replaceChildren(...(is ? [document.getElementById("cut-off-words").content.cloneNode(true)] : []));
  document.querySelectorAll("[data-moves] [data-now]").forEach((one) => { one.hidden = is; });
}

// Gives what is to be read aloud; nothing where it stands as before.
function renew(old, fresh) {
  if (!fresh || fresh.dataset.state === old.dataset.state) return "";
  const opened = [...old.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
  for (const one of fresh.querySelectorAll("details > summary")) one.parentElement.open ||= opened.includes(one.textContent);
  const at = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(fresh);
  fresh.querySelectorAll("[data-seconds]").forEach(countDown);
  if (at) (sameAs(at, fresh) ?? fresh.querySelector("h2") ?? document.querySelector("main")).focus();
  return fresh.dataset.told ?? "";
}

const sameAs = (one, where) => [...where.querySelectorAll(one.tagName)].find((other) => other.textContent === one.textContent);

// --- now and then

function later([rest, ...rests]) {
  if (rest === undefined || !document.querySelector("[data-moves]")) return;
  setTimeout(() => look().then(() => later(rests)), rest * 1000); // offline: the next one may come through
}

// Somebody comes back from the tab where it was put right.
document.addEventListener("visibilitychange", () => document.hidden || look());
addEventListener("offline", () => cutOff(true));
addEventListener("online", () => look());

const lines = [...document.querySelectorAll("[data-seconds]")];
lines.forEach(countDown);
setTimeout(() => later(RESTS), Math.max(0, ...lines.map((line) => Number(line.dataset.seconds))) * 1000);

// What the dialog does beyond plain forms: it tells the host's page what happened, closes on Escape, and lets bilag be
// dragged. Everything it does can be done without it.
"use strict";

const said = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const framed = window.parent !== window;

// A page that knows no visit has all pages that may frame it: only the one that does is told.
function tell(result, type = "esdh-result") {
  if (!framed || !result) return;
  for (const origin of said("esdh-origin").split(" ").filter(Boolean)) {
    const above = window.location.ancestorOrigins?.[0];
    if (!above || above === origin) window.parent.postMessage({ type, result }, origin);
  }
}

tell("here", "esdh-here"); // whatever page of ours it is: the button knows then that it is none of the browser's
tell(said("esdh-result"));

// Browsers take no notice of autofocus in a frame of another site's page.
if (framed) (document.querySelector("[autofocus]") ?? document.querySelector("main"))?.focus();

// What was posted is not kept, so that going back in a frame would show the browser's own error: it shows a page of ours.
if (framed && said("esdh-gone")) history.replaceState(null, "", said("esdh-gone"));

for (const button of document.querySelectorAll("button[data-closes]")) {
  button.hidden = !framed;
  button.addEventListener("click", () => tell("closed"));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !framed) return;
  const close = document.querySelector("button#close");
  if (close) close.click();
  else tell("closed");
});

// One answer for one click: a second one would be told that the page was not the newest.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const opensTab = (event.submitter?.formTarget || form.target) === "_blank";
  if (opensTab) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// --- the order of bilag

const list = document.querySelector("ol.esdh-papers");
let dragged = null;
for (const paper of list?.querySelectorAll("[data-at]:not([data-at='0'])") ?? []) {
  paper.draggable = true;
  paper.addEventListener("dragstart", () => { dragged = paper; });
  paper.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
  paper.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!dragged || dragged === paper) return;
    const before = event.clientY < paper.getBoundingClientRect().top + paper.offsetHeight / 2;
    paper[before ? "before" : "after"](dragged);
    const order = [...list.querySelectorAll("[data-at]:not([data-at='0'])")].map((one) => one.dataset.at).join(",");
    const button = document.querySelector("#arrange button[value='order']");
    document.querySelector("#letter input[name='order']").value = order;
    button.click();
  });
}

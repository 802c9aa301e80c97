// What axe cannot see. Each function answers with a list of sentences: what is wrong on the page.
"use strict";

(() => {
  const named = (one) => {
    const text = (one.getAttribute?.("aria-label") || one.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${one.tagName.toLowerCase()}${one.id ? "#" + one.id : ""}${one.className?.baseVal === undefined && one.className ? "." + one.className : ""}> ${text}`;
  };
  const shown = (one) => {
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    return style.visibility !== "hidden" && style.display !== "none" && box.width > 1 && box.height > 1;
  };
  const hiddenForEyes = (one) => one.closest(".sr-only, .skipnav, [hidden]") !== null;
  // A thing that scrolls by itself may be wider than the window: a table of figures, say.
  const scrolls = (one) => {
    for (let up = one; up && up !== document.body; up = up.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };

  window.examining = {
    wide() {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      const out = [...document.body.querySelectorAll("*")].filter(
        (one) => shown(one) && !hiddenForEyes(one) && !scrolls(one) && one.getBoundingClientRect().right > width + 1);
      return [`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width}`, ...out.slice(-3).map(named)];
    },

    cut() {
      return [...document.body.querySelectorAll("*")].filter((one) => {
        if (!shown(one) || hiddenForEyes(one) || ["INPUT", "TEXTAREA", "SELECT", "METER"].includes(one.tagName)) return false;
        const style = getComputedStyle(one);
        const cuts = style.overflowX === "hidden" || style.overflowY === "hidden";
        return cuts && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
      }).map((one) => `text is cut off in ${named(one)}`);
    },

    small() {
      const found = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const one = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !shown(one) || hiddenForEyes(one)) continue;
        const scale = one.getScreenCTM ? one.getScreenCTM().a : 1;
        const size = parseFloat(getComputedStyle(one).fontSize) * scale;
        if (size < 12) found.push(`text of ${size.toFixed(1)} px in ${named(one)}`);
      }
      return [...new Set(found)];
    },

    plain() {
      const said = [];
      const titles = document.querySelectorAll("h1");
      if (titles.length !== 1) said.push(`the page has ${titles.length} h1`);
      let level = 0;
      for (const one of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
        const now = Number(one.tagName[1]);
        if (now > level + 1) said.push(`a heading of level ${now} follows one of level ${level}: ${named(one)}`);
        level = now;
      }
      for (const one of document.querySelectorAll("[style]")) if (!one.closest("dialog")) said.push(`a style in the page: ${named(one)}`);
      return said;
    },

    pressed() {
      return [...document.querySelectorAll(".skipnav, .esdh-menu, .esdh-languages, .button")].filter((one) => one.offsetParent).map(named);
    },

    lost() {
      const one = document.activeElement;
      return !one || one === document.body ? ["the focus is nowhere"] : [];
    },

    focused() {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const all = [...document.querySelectorAll("*")];
      const box = one.getBoundingClientRect();
      // Enough that a part of it is seen (WCAG 2.4.11).
      const places = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]];
      const seen = places.some(([x, y]) => {
        const above = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return above !== null && (one.contains(above) || above.contains(one) || above.closest("label")?.control === one);
      });
      const style = getComputedStyle(one);
      const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const label = one.labels?.[0] ? getComputedStyle(one.labels[0], "::before") : null;
      const labelled = label !== null && label.outlineStyle !== "none" && parseFloat(label.outlineWidth) >= 2;
      return { at: all.indexOf(one), name: named(one), seen, marked: marked || labelled, index: one.tabIndex, is: one.tagName };
    },
  };
})();

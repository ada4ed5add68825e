"use strict";

// Everything works without this script. It marks the span that the fragment names (#s12-345),
// also after a click on a link within the page, and moves the focus there.
// Offsets count code points; a string of JavaScript counts UTF-16 units.

function codePoints(text) {
  return [...text].length;
}

function units(text, points) {
  return [...text].slice(0, points).join("").length;
}

function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

function unmark(letter) {
  for (const mark of letter.querySelectorAll("mark")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
}

function markWithin(element, start, end) {
  const marks = [];
  let at = Number(element.dataset.start);
  for (const node of textNodes(element)) {
    const length = codePoints(node.data);
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, length);
    at += length;
    if (from >= to) continue;
    const first = units(node.data, from);
    const last = units(node.data, to);
    const marked = first > 0 ? node.splitText(first) : node;
    if (last - first < marked.length) marked.splitText(last - first);
    const mark = document.createElement("mark");
    marked.replaceWith(mark);
    mark.append(marked);
    marks.push(mark);
  }
  return marks;
}

function showSpan() {
  const letter = document.querySelector(".letter.whole");
  const named = /^#s(\d+)-(\d+)$/.exec(location.hash);
  if (!letter || !named) return;
  const start = Number(named[1]);
  const end = Number(named[2]);
  unmark(letter);
  const marks = [];
  for (const element of letter.querySelectorAll("[data-start]")) {
    if (Number(element.dataset.start) < end && start < Number(element.dataset.end)) {
      marks.push(...markWithin(element, start, end));
    }
  }
  document.getElementById("no-such-span").hidden = marks.length > 0;
  if (marks.length === 0) return;
  marks[0].id = location.hash.slice(1);
  marks[0].tabIndex = -1;
  marks[0].focus({ preventScroll: true });
  marks[0].scrollIntoView();
}

addEventListener("hashchange", showSpan);
showSpan();

// Fields that were not filled in stay out of the address.
for (const form of document.querySelectorAll("form.ask")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      if (value === "" && name !== "question") formData.delete(name);
    }
  });
}

// A live region speaks when it changes, not when it arrives with the page.
for (const status of document.querySelectorAll("[role=status]")) {
  const heading = document.getElementById("results");
  setTimeout(() => { status.textContent = heading.textContent; }, 200);
}

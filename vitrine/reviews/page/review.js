// Shows one held product at a time; A approves, R rejects, 1 to 3 turn the model, B buys it again, the arrow keys turn pages.
"use strict";

const at = (id) => document.getElementById(id);
let items = [];
let token = "";
let by = "";
let current = 0;
let busy = false;

function fill(list, lines) {
  list.replaceChildren(...lines.map((line) => {
    const row = document.createElement("li");
    row.textContent = line;
    return row;
  }));
}

function show() {
  current = Math.max(0, Math.min(current, items.length - 1));
  at("item").hidden = items.length === 0;
  at("none").hidden = items.length > 0;
  at("place").textContent = items.length ? `${current + 1} of ${items.length}, deciding as ${by}` : "";
  if (!items.length) return;
  const item = items[current];
  at("title").textContent = item.title;
  at("id").textContent = item.id;
  at("size").textContent = item.size;
  at("paid").textContent = item.paid_usd ? `model: $${item.paid_usd}, paid` : "";
  at("buys").hidden = !item.buys;
  at("rebuild").hidden = !item.again;
  at("again").textContent = item.again;
  fill(at("reasons"), item.reasons);
  fill(at("findings"), item.findings);
  at("findings").parentElement.hidden = item.findings.length === 0;
  for (const name of ["photo", "poster", "turntable", "sheet"]) {
    const picture = at(name);
    const address = item.pictures[name];
    picture.parentElement.hidden = !address;
    if (address) picture.src = address;
    else picture.removeAttribute("src");
  }
}

function say(text, isError = false) {
  at("said").textContent = text;
  at("said").classList.toggle("error", isError);
}

async function decide(action) {
  if (busy || !items.length) return;
  const item = items[current];
  if (!item.again && !["approved", "rejected"].includes(action)) return;
  busy = true;
  say(`${item.id} …`);
  try {
    const answer = await fetch(`/items/${encodeURIComponent(item.slug)}?action=${action}`, {
      method: "POST",
      headers: { "X-Review-Token": token },
    });
    const body = await answer.json();
    say(body.said || body.error, !answer.ok);
    if (answer.ok || answer.status === 409) {
      items.splice(items.indexOf(item), 1);
      show();
    }
  } catch (error) {
    say(`${item.id}: the server does not answer`, true);
  } finally {
    busy = false;
  }
}

function turn(step) {
  current += step;
  show();
}

at("approve").addEventListener("click", () => decide("approved"));
at("reject").addEventListener("click", () => decide("rejected"));
for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener("click", () => decide(button.dataset.action));
}
at("previous").addEventListener("click", () => turn(-1));
at("next").addEventListener("click", () => turn(1));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const actions = { a: "approved", r: "rejected", b: "again", 1: "turned-90", 2: "turned-180", 3: "turned-270" };
  if (actions[event.key]) decide(actions[event.key]);
  else if (event.key === "ArrowLeft") turn(-1);
  else if (event.key === "ArrowRight") turn(1);
});

fetch("/items").then((answer) => answer.json()).then((body) => {
  ({ items, token, by } = body);
  show();
});

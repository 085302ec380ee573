// Narrows the catalogue to the cards that hold every word of the search.

const box = document.querySelector("#search");
const said = document.querySelector(".search output");
const nothing = document.querySelector(".nothing");
const cards = [...document.querySelectorAll(".card")];

/** Lower case, accents off: "Café" is found by "cafe". */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

const texts = cards.map((card) => plain(card.dataset.text));

function narrow() {
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  cards.forEach((card, index) => {
    card.hidden = !words.every((word) => texts[index].includes(word));
    shown += card.hidden ? 0 : 1;
  });
  said.textContent = shown === 1 ? "1 product" : `${shown.toLocaleString("en")} products`;
  nothing.hidden = shown > 0;
  const address = new URL(location.href);
  if (box.value) address.searchParams.set("q", box.value);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
}

box.form.addEventListener("submit", (event) => event.preventDefault());
box.addEventListener("input", narrow);
box.value = new URLSearchParams(location.search).get("q") ?? "";
if (box.value) narrow();

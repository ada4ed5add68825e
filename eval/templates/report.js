"use strict";
// Shows the wrong answers of one class and one type. Without it all of them are shown.
const filter = document.getElementById("filter");
if (filter) {
  const articles = [...document.querySelectorAll("article")];
  const choose = () => {
    const { class: wanted, type } = filter.elements;
    let shown = 0;
    for (const article of articles) {
      const fits =
        (!wanted.value || article.dataset.class === wanted.value) &&
        (!type.value || article.dataset.type === type.value);
      article.hidden = !fits;
      shown += fits;
    }
    filter.querySelector("output").value = `${shown} of ${articles.length} shown`;
  };
  filter.hidden = false;
  filter.addEventListener("change", choose);
  filter.addEventListener("submit", (event) => event.preventDefault());
}

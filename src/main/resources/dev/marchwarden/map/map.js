"use strict";
(() => {
  const words = document.getElementById("words");
  const hits = document.getElementById("hits");
  const groups = [...document.querySelectorAll(".g")].map(group => ({
    group,
    name: (group.dataset.name || "").toLowerCase(),
    rows: [...group.querySelectorAll(".r")].map(row => ({row, text: row.textContent.toLowerCase()})),
  }));
  const loose = [...document.querySelectorAll(".reach .r")].map(row => ({row, text: row.textContent.toLowerCase()}));
  const lists = [...document.querySelectorAll("details")];
  let opened = null;

  const search = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(word => word);
    const has = text => wanted.every(word => text.includes(word));
    let found = 0;
    for (const {group, name, rows} of groups) {
      const whole = name === "" ? false : has(name);
      let shown = 0;
      for (const {row, text} of rows) {
        row.hidden = !(whole || has(text) || has(name + " " + text));
        shown += row.hidden ? 0 : 1;
      }
      group.hidden = wanted.length === 0 || whole ? false : shown === 0;
      found += shown;
    }
    for (const {row, text} of loose) {
      row.hidden = !has(text);
    }
    if (wanted.length > 0) {
      opened = opened || lists.map(list => list.open);
      lists.forEach(list => { list.open = true; });
      hits.textContent = found === 1 ? "1 match" : found + " matches";
    } else {
      if (opened) {
        lists.forEach((list, i) => { list.open = opened[i]; });
      }
      opened = null;
      hits.textContent = "";
    }
  };

  document.getElementById("search").hidden = false;
  words.addEventListener("input", search);
  if (words.value) {
    search();
  }
})();

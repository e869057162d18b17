// Starts the page: labels, world, address, then the first drawing. Everything after that is an event.
import { App } from "./app.js";
import { getPlays } from "./api.js";
import { listen, refreshWorld } from "./events.js";
import { go, readRoute } from "./route.js";
import { changed, onChange, personaOf, state } from "./store.js";
import { loadStrings } from "./strings.js";
import { html, render } from "./vendor/preact-htm.js";

const USUAL = ["wang", "zhao"];          // a resident beside the general desk
const WIDE_PX = 700;

function draw() {
  render(html`<${App} />`, document.getElementById("app"));
}

function follow() {
  state.columns = readRoute();
  if (!state.columns.length) {
    const known = state.world.personas.map((p) => p.id);
    const first = USUAL.filter((id) => known.includes(id));
    const chosen = (first.length ? first : known).slice(0, innerWidth < WIDE_PX ? 1 : 2);
    if (chosen.length) go(chosen.map((persona) => ({ persona, chat: null, thread: null })), true);
    return;
  }
  listen(state.columns.map((column) => column.persona).filter(personaOf));
  changed();
}

async function start() {
  await loadStrings();
  for (;;) {
    try { await refreshWorld(); break; } catch { await new Promise((again) => setTimeout(again, 1000)); }
  }
  document.querySelector("#app .boot")?.remove();
  onChange(draw);
  addEventListener("hashchange", follow);
  addEventListener("visibilitychange", follow);
  addEventListener("resize", changed);
  follow();
  draw();
  state.plays = await getPlays().catch(() => []);
  changed();
}

start();

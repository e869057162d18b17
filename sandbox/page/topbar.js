// The bar on top: is the bot there, what time it is in this world, and the page's own switches.
import { advance, ApiError } from "./api.js";
import { failed } from "./calllog.js";
import { Icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { go, MOST_COLUMNS } from "./route.js";
import { nextPersona } from "./seats.js";
import { changed, state, toast } from "./store.js";
import { language, setLanguage, t } from "./strings.js";
import { clockText, dateText, nowMs, secondsUntil } from "./time.js";
import { html, useEffect, useState } from "./vendor/preact-htm.js";

const STEPS = [60, 600, 3600, 86400];
const MORNING = 8;

const tell = (text, kind) => state.columns[0] && toast(state.columns[0].persona, text, kind);

export async function forward(seconds) {
  if (state.advancing) return;
  state.advancing = true;
  changed();
  try {
    const { now } = await advance(seconds);
    state.clock = { ...state.clock, now, heard: performance.now() };
    tell(t("clock.done", { time: `${dateText(Date.parse(now))} ${clockText(Date.parse(now)).slice(0, 5)}` }));
  } catch (problem) {
    if (!(problem instanceof ApiError)) throw problem;
    tell(problem.message, "error");
  } finally {
    state.advancing = false;
    changed();
  }
}

const choices = () => [
  ...STEPS.map((seconds) => ({ label: t(`clock.${seconds}`), act: () => forward(seconds) })),
  { label: t("clock.morning"), act: () => forward(secondsUntil(MORNING)) },
];

// It ticks by itself, so that a second passing doesn't redraw the page.
function Clock() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const now = nowMs();
  const open = (event) => openMenu(event, choices().map((one) => ({ ...one, icon: "forward" })));
  return html`
    <div class=${state.advancing ? "clock busy" : "clock"}>
      <button class="now" title=${t("clock.title")} aria-haspopup="menu" onClick=${open}>
        <small>${now === null ? "" : dateText(now)}</small><b>${now === null ? "–" : clockText(now)}</b>
      </button>
      <div class="steps" role="group" aria-label=${t("clock.forward")}>
        ${state.advancing ? html`<span class="muted">${t("clock.busy")}</span>`
          : choices().map((one) => html`<button onClick=${one.act}>${one.label}</button>`)}
      </div>
    </div>`;
}

export function Topbar({ room }) {
  const { columns, calls, online } = state;
  const wrong = calls.items.filter(failed).length;
  const label = t(online ? "bot.online" : "bot.offline");
  return html`
    <header class="topbar">
      <img src="/page/icon.svg" alt="" width="28" height="28" />
      <h1>${t("app")}</h1>
      <span class=${online ? "botdot on" : "botdot"} role="status" title=${label}><i></i><span>${label}</span></span>
      <${Clock} />
      <span class="gap"></span>
      ${room > 1 && html`
        <button class="tool" disabled=${columns.length >= Math.min(room, MOST_COLUMNS)} title=${t("column.add")} aria-label=${t("column.add")}
          onClick=${() => go([...columns, { persona: nextPersona().id, chat: null, thread: null }])}><${Icon} name="people" /><${Icon} name="plus" size="14" /></button>`}
      <button class="tool" aria-pressed=${calls.open} title=${t("calls")} onClick=${() => { calls.open = !calls.open; changed(); }}>
        <${Icon} name="code" /><span>${t("calls")}</span>${wrong > 0 && html`<span class="count bad">${wrong > 99 ? "99+" : wrong}</span>`}</button>
      <button class="tool" title=${t("language.title")} onClick=${() => { setLanguage(language() === "zh" ? "en" : "zh"); changed(); }}>${t("language")}</button>
    </header>`;
}

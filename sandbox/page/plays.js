// "Try this": small scenes that play themselves through the persona API, at a pace the eye can follow.
import { act, ApiError } from "./api.js";
import { inChat } from "./deeds.js";
import { Icon } from "./icons.js";
import { seat } from "./seats.js";
import { roomFor } from "./room.js";
import { chat, changed, personaOf, state, toast } from "./store.js";
import { language, t } from "./strings.js";
import { forward } from "./topbar.js";
import { html } from "./vendor/preact-htm.js";

const BEAT_MS = 900;             // between two steps
const ANSWER_MS = 6000;          // how long a step waits for the bot's word before the next ...
const FRAGMENT_MS = 2500;        // ... when the same person goes on writing: fragments come fast
const BUTTON_MS = 15_000;        // how long a button may take to appear

let hidden = false;              // for this visit only: what can't be found again is no feature
let stopped = false;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Waits until find() answers something; null when the time is over or the play was stopped.
async function until(find, ms) {
  const end = performance.now() + ms;
  for (;;) {
    const found = find();
    if (found) return found;
    if (stopped || performance.now() > end) return null;
    await pause(50);
  }
}

function chatFor(step, name) {
  if (!name || name === step.as) return chat(personaOf(step.as).user_id);
  const known = state.world.chats.find((c) => c.key === name || String(c.id) === String(name));
  return chat(known?.id ?? name);
}

// Brings the persona and the chat in view: where it sits already, else in the last column that has room.
function show(step, one) {
  const name = one.type === "private" ? "bot" : one.key || one.id;
  const there = state.columns.findIndex((column) => column.persona === step.as);
  const at = there >= 0 && there < roomFor() ? there : Math.min(state.columns.length, roomFor() - 1);
  if (state.columns[at]?.persona !== step.as || state.columns[at].chat !== name) seat(at, step.as, name);
}

function withButton(one, label) {
  return [...one.messages].reverse().find((message) => message.buttons?.flat().some((button) => button.text.includes(label)));
}

// desk: where the play's last tap was, {as, chat, thread}: words after it belong to the same topic.
async function perform(step, next, desk) {
  if (step.advance) { await forward(step.advance); return; }
  const one = chatFor(step, step.chat ?? step.send?.chat ?? step.tap?.chat);
  show(step, one);
  await until(() => one.loaded, ANSWER_MS);
  const before = one.rev;
  if (step.start) await act(step.as, "start", step.start === true ? {} : step.start);
  if (step.send) {
    const thread = desk.as === step.as && desk.chat === one ? desk.thread : null;
    await act(step.as, "send", thread ? { thread, ...step.send } : step.send);
  }
  if (step.tap) {
    const { label } = step.tap;
    const message = await until(() => withButton(one, label), BUTTON_MS);
    if (stopped) return;
    if (!message) throw new ApiError(t("plays.nobutton", { seconds: BUTTON_MS / 1000, label }));
    const button = message.buttons.flat().find((one) => one.text.includes(label));
    Object.assign(desk, { as: step.as, chat: one, thread: message.thread });
    await act(step.as, "tap", { ...inChat(one), message: message.message_id, button: button.text });
  }
  const patience = step.send && next?.send && next.as === step.as ? FRAGMENT_MS : ANSWER_MS;
  await until(() => one.messages.at(-1)?.is_bot && one.rev > before + (step.send ? 1 : 0), patience);
}

async function run(play) {
  stopped = false;
  state.play = { id: play.id, step: 0, steps: play.steps.length };
  try {
    const desk = {};
    for (const [at, step] of play.steps.entries()) {
      if (stopped) break;
      state.play.step = at + 1;
      changed();
      await perform(step, play.steps[at + 1], desk);
      await pause(BEAT_MS);
    }
  } catch (problem) {
    if (!(problem instanceof ApiError)) throw problem;
    toast(state.columns[0].persona, problem.message, "error");
  } finally {
    state.play = null;
    changed();
  }
}

export function Plays() {
  const plays = state.plays ?? [];
  if (hidden || !plays.length) return null;
  const hide = () => { hidden = true; changed(); };
  return html`
    <div class="plays" role="group" aria-label=${t("plays")}>
      <b>${t("plays")}</b>
      <div class="scenes">${plays.map((play) => html`<${Scene} key=${play.id} play=${play} />`)}</div>
      <button class="round" aria-label=${t("plays.hide")} title=${t("plays.hide")} onClick=${hide}><${Icon} name="close" size="16" /></button>
    </div>`;
}

function Scene({ play }) {
  const now = state.play?.id === play.id ? state.play : null;
  const title = play.title?.[language()] ?? play.id;
  if (now) {
    return html`
      <button class="scene running" title=${t("plays.stop")} onClick=${() => { stopped = true; }}>
        <${Icon} name="stop" size="14" />${title} <small>${now.step}/${now.steps}</small>
        <progress max=${now.steps} value=${now.step} aria-label=${title}></progress>
      </button>`;
  }
  return html`
    <button class="scene" disabled=${Boolean(state.play)} onClick=${() => run(play)}><${Icon} name="play" size="14" />${title}</button>`;
}

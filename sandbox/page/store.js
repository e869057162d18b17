// What the page knows: one object, changed in place, and one listener that redraws it.

export const state = {
  world: null,                                  // GET /sim/world: personas, chats, bot
  clock: { now: null, version: 0, heard: 0 },   // world time, and performance.now() when it was heard
  online: false,                                // is the bot polling?
  columns: [],                                  // [{persona, chat, thread}] as the address says
  people: new Map(),                            // persona → what that persona's messenger shows
  chats: new Map(),                             // chat id (string) → chat; groups are shared by the columns
  commands: [],                                 // for the "/" menu
  calls: { items: [], open: false, unmodelled: null },
  menu: null, lightbox: null, dialog: null,     // what floats over the page
  advancing: false,
  play: null,                                   // the running "try this": {id, step, steps}
  offline: false,                               // the sandbox itself is gone
};

let redraw = () => {};
let queued = false;

export function onChange(listener) {
  redraw = listener;
}

// A burst of a thousand events must cost one redraw, so changes are collected for a frame's length.
// A timer and not requestAnimationFrame: the latter stops in a hidden tab.
export function changed() {
  if (queued) return;
  queued = true;
  setTimeout(() => { queued = false; redraw(); }, 16);
}

export function person(id) {
  if (!state.people.has(id)) {
    state.people.set(id, { id, chats: [], connected: false, toast: null, alert: null, search: "" });
  }
  return state.people.get(id);
}

export function personaOf(id) {
  return state.world?.personas.find((p) => p.id === id);
}

export function chat(id) {
  const key = String(id);
  if (!state.chats.has(key)) {
    const known = state.world?.chats.find((c) => String(c.id) === key);
    const owner = state.world?.personas.find((p) => String(p.user_id) === key);
    state.chats.set(key, {
      id: key, key: known?.key ?? null, title: known?.title ?? owner?.name ?? key, owner: owner?.id ?? null,
      type: owner ? "private" : known?.type ?? "supergroup", forum: Boolean(known?.forum), members: known?.members ?? [],
      topics: new Map(), messages: [], rev: 0, loaded: false, typing: null, keyboard: null,
    });
  }
  return state.chats.get(key);
}

export function worldChanged(world) {
  state.world = world;
  state.commands = world.commands ?? [];
  for (const known of world.chats) {
    const one = chat(known.id);
    Object.assign(one, { key: known.key, title: known.title, forum: Boolean(known.forum), members: known.members ?? [] });
    if (known.type) one.type = known.type;
  }
}

// Where a message with this id is, or would be.
export function place(messages, id) {
  let low = 0, high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle].message_id < id) low = middle + 1; else high = middle;
  }
  return low;
}

// Group messages arrive once per column, and again on reconnecting: applying one twice changes nothing.
export function putMessage(one, message) {
  const at = place(one.messages, message.message_id);
  const there = one.messages[at]?.message_id === message.message_id;
  if (there && one.messages[at].rev > message.rev) return;      // a list asked for earlier, answered later
  if (message.deleted) {
    if (there) one.messages.splice(at, 1);
    return;
  }
  one.messages.splice(at, there ? 1 : 0, message);
}

export function findMessage(one, id) {
  const found = one.messages[place(one.messages, id)];
  return found?.message_id === id ? found : null;
}

let toastTimer = 0;

// kind: "info" (the answer to a tap) or "error".
export function toast(personaId, text, kind = "info") {
  const who = person(personaId);
  const mine = { text, kind, id: ++toastTimer };
  who.toast = mine;
  changed();
  setTimeout(() => { if (who.toast === mine) { who.toast = null; changed(); } }, kind === "error" ? 6000 : 3500);
}

// Server-sent events of one persona → the store. The first column's stream also carries the Bot API calls.
import { getChat, getWorld } from "./api.js";
import { noteCall } from "./calllog.js";
import { chat, changed, person, putMessage, state, worldChanged } from "./store.js";

const TYPING_MS = 6000;   // Telegram shows an action for about five seconds
const RETRY_MS = 1500;

const streams = new Map();   // persona → {source, calls, timer}

const heard = {
  hello(who, data) {
    if (data.world) worldChanged(data.world);
    state.online = Boolean(state.world?.bot?.online);
    setClock(data.world?.clock);
    who.chats = data.chats.map(String);
    state.offline = false;
    who.connected = true;
    loadAll(who.chats);
  },
  message(who, data) {
    const one = chat(data.chat);
    const next = one.messages.at(-1)?.message_id ?? 0;
    putMessage(one, data.message);
    one.rev = Math.max(one.rev, data.rev ?? 0);
    if (data.message.is_bot && data.message.message_id > next) one.typing = null;
    if (!who.chats.includes(one.id)) who.chats.push(one.id);
  },
  action(_who, data) {
    const one = chat(data.chat);
    const mine = { action: data.action };
    one.typing = mine;
    setTimeout(() => { if (one.typing === mine) { one.typing = null; changed(); } }, TYPING_MS);
  },
  topic(_who, data) {
    putTopic(chat(data.chat), data.topic);
  },
  member(who, data) {
    const one = chat(data.chat);
    const here = !["left", "kicked"].includes(data.status);
    one.members = [...one.members.filter((m) => m !== data.persona), ...(here ? [data.persona] : [])];
    if (one.type === "private" || data.persona !== who.id) return;
    who.chats = who.chats.filter((id) => id !== one.id);
    if (here) { who.chats.push(one.id); loadAll([one.id]); }
  },
  world(_who, data) { worldChanged(data); },
  clock(_who, data) { setClock(data); },
  bot(_who, data) { state.online = data.online; },
  commands(_who, data) { state.commands = data.commands; },
  call(_who, data) { noteCall(data); },
};

function setClock(clock) {
  if (!clock) return;
  const now = typeof clock === "string" ? clock : clock.now;
  state.clock = { now, version: clock.version ?? 0, heard: performance.now() };
}

function putTopic(one, topic) {
  const id = topic.thread;
  if (topic.deleted) one.topics.delete(id); else one.topics.set(id, topic);
}

// One chat after another: a browser gives a page six connections, and the streams hold some of them.
async function loadAll(ids) {
  for (const id of ids) await loadChat(id).catch(() => {});
}

async function loadChat(id) {
  const one = chat(id);
  if (one.loading) return;
  one.loading = true;
  try {
    let data = await getChat(id, one.loaded ? `?after=${one.rev}` : "");
    if (one.loaded && data.rev < one.rev) {          // another world behind the same address: begin anew
      one.messages.length = 0;
      data = await getChat(id);
    }
    for (const message of data.messages) putMessage(one, message);
    for (const topic of data.topics ?? []) putTopic(one, topic);
    Object.assign(one, { rev: data.rev, loaded: true, type: data.type ?? one.type, pinned: data.pinned ?? null });
    if (one.type !== "private" && data.title) one.title = data.title;
  } finally {
    one.loading = false;
    changed();
  }
}

function open(persona, calls) {
  const source = new EventSource(`/events?as=${encodeURIComponent(persona)}${calls ? "&calls=1" : ""}`);
  const mine = { source, calls, timer: 0 };
  for (const [name, act] of Object.entries(heard)) {
    source.addEventListener(name, (event) => { act(person(persona), JSON.parse(event.data)); changed(); });
  }
  source.onerror = () => {
    person(persona).connected = false;
    state.offline = true;
    changed();
    if (source.readyState !== EventSource.CLOSED) return;      // it tries again by itself
    mine.timer = setTimeout(() => { if (streams.get(persona) === mine) streams.set(persona, open(persona, calls)); }, RETRY_MS);
  };
  return mine;
}

function close(persona) {
  const mine = streams.get(persona);
  mine.source.close();
  clearTimeout(mine.timer);
  streams.delete(persona);
}

// Opens and closes streams until there is one for each of these personas. A hidden tab holds none:
// six connections are shared by all tabs of a host, and two forgotten tabs would freeze the third.
export function listen(personas) {
  const wanted = document.hidden ? [] : [...new Set(personas)];
  for (const [persona, mine] of [...streams]) {
    if (!wanted.includes(persona) || mine.calls !== (persona === wanted[0])) close(persona);
  }
  for (const persona of wanted) {
    if (!streams.has(persona)) streams.set(persona, open(persona, persona === wanted[0]));
  }
}

export async function refreshWorld() {
  worldChanged(await getWorld());
  state.online = Boolean(state.world.bot?.online);
  setClock(state.world.clock);
  changed();
}

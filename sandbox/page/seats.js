// Who sits in which column and which chat is open there: all of it goes through the address (route.js).
import { go } from "./route.js";
import { chat, personaOf, state } from "./store.js";

// The chat a column shows: a chat key or id from the address, "bot" for the private one.
export function chatOf(column) {
  if (!column.chat) return null;
  if (column.chat === "bot") {
    const me = personaOf(column.persona);
    return me ? chat(me.user_id) : null;
  }
  const known = state.world.chats.find((c) => c.key === column.chat || String(c.id) === column.chat);
  return known ? chat(known.id) : null;
}

// one: null goes back to the list.
export function openChat(at, one, thread = null, replace = false) {
  const columns = state.columns.map((column, index) => (index !== at ? column : {
    persona: column.persona, thread,
    chat: one === null ? null : one.type === "private" ? "bot" : one.key || one.id,
  }));
  go(columns, replace);
}

export function seat(at, persona, chatName = null) {
  const columns = [...state.columns];
  columns[at] = { persona, chat: chatName, thread: null };
  go(columns);
}

export function leaveSeat(at) {
  go(state.columns.filter((_, index) => index !== at));
}

// Whoever isn't on the page yet is the likeliest choice for one more column.
export function nextPersona() {
  const shown = state.columns.map((column) => column.persona);
  return state.world.personas.find((p) => !shown.includes(p.id)) ?? state.world.personas[0];
}

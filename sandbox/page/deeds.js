// What a persona does, with the outcome shown in that persona's messenger. A refusal is a toast, never a lost draft.
import { act, ApiError } from "./api.js";
import { refreshWorld } from "./events.js";
import { deepLink } from "./names.js";
import { openChat } from "./seats.js";
import { changed, chat, person, state, toast } from "./store.js";

// Returns the answer, or null after showing why there is none.
export async function attempt(persona, verb, body) {
  try {
    return await act(persona, verb, body) ?? {};
  } catch (problem) {
    if (!(problem instanceof ApiError)) throw problem;
    toast(persona, problem.message, "error");
    return null;
  }
}

// A private chat is the default place, so only a group is named.
export const inChat = (one, thread = null) => ({
  ...(one.type === "private" ? {} : { chat: one.key || one.id }),
  ...(thread ? { thread } : {}),
});

export const say = (me, one, thread, body) => attempt(me.id, "send", { ...inChat(one, thread), ...body });

export async function block(me, blocked) {
  if (await attempt(me.id, blocked ? "block" : "unblock")) await refreshWorld();
}

// A link to our bot starts it, as the messenger does; any other opens a tab of its own.
export function followLink(me, url, event = null) {
  const payload = deepLink(url);
  if (payload === null) {
    if (!event) window.open(url, "_blank", "noopener,noreferrer");
    return;
  }
  event?.preventDefault();
  attempt(me.id, "start", payload ? { payload } : {});
  const at = state.columns.findIndex((column) => column.persona === me.id);
  openChat(at, chat(me.user_id));
}

export async function tap(me, one, message, row, column) {
  const answer = await attempt(me.id, "tap", { ...inChat(one), message: message.message_id, button: [row, column] });
  if (!answer) return;
  if (answer.url) followLink(me, answer.url);
  if (answer.alert) { person(me.id).alert = answer.toast; changed(); } else if (answer.toast) toast(me.id, answer.toast);
}

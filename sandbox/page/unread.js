// How far each persona has read, kept in this browser. A chat's mark covers all its topics, a topic's mark only itself.
import { changed } from "./store.js";

const KEY = "linli.read";
const MOST = 100;          // shown as 99+

const marks = load();

function load() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
}

function markOf(persona, one, thread) {
  const mark = marks[thread == null ? `${persona}/${one.id}` : `${persona}/${one.id}/${thread}`] ?? 0;
  return mark > (one.messages.at(-1)?.message_id ?? 0) ? 0 : mark;     // a newer world starts its numbers anew
}

export function markRead(persona, one, upTo, thread = null) {
  const id = upTo.message_id;
  const key = thread == null ? `${persona}/${one.id}` : `${persona}/${one.id}/${thread}`;
  if (markOf(persona, one, thread) >= id) return;
  marks[key] = id;
  try { localStorage.setItem(KEY, JSON.stringify(marks)); } catch { /* private mode: marks last as long as the page */ }
  changed();
}

// Unread messages of others, at most 100; with a thread, only that topic's.
export function unread(persona, one, thread) {
  const floor = markOf(persona, one, null);
  const answered = new Set();              // whoever wrote in a topic has read what stood there
  let count = 0;
  for (let at = one.messages.length - 1; at >= 0 && count < MOST; at--) {
    const message = one.messages[at];
    if (message.message_id <= floor) break;
    const topic = message.thread ?? 0;
    if (message.from?.persona === persona) answered.add(topic);
    if (message.service || answered.has(topic)) continue;
    if (thread !== undefined && topic !== thread) continue;
    if (message.message_id > markOf(persona, one, topic)) count++;
  }
  return count;
}

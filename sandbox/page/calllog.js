// The last Bot API calls, in a bounded list; drawn by calls.js.
import { state } from "./store.js";

const KEPT = 2000;

export function noteCall(call) {
  const { items } = state.calls;
  if (items.length && call.seq <= items.at(-1).seq) items.length = 0;     // another sandbox behind the same address
  items.push(call);
  if (items.length > KEPT) items.splice(0, items.length - KEPT);
  if (call.modelled === false) state.calls.unmodelled = call;
}

// Calls from before the page was opened.
export function noteEarlier(calls) {
  const first = state.calls.items[0]?.seq ?? Infinity;
  const older = calls.filter((call) => call.seq < first);
  state.calls.items = [...older, ...state.calls.items].slice(-KEPT);
}

// status is null when the connection was dropped on purpose (a fault).
export const failed = (call) => call.status === null || call.status >= 400;

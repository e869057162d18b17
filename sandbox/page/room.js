// How many columns have room beside each other.
import { MOST_COLUMNS } from "./route.js";
import { state } from "./store.js";

const COLUMN_PX = 330;       // narrower than this a column is no messenger any more
const CALLS_PX = 400;        // the pane of calls, where it stands beside the columns
const BESIDE_PX = 1100;      // narrower than this it lies over them

export function roomFor() {
  const taken = state.calls.open && innerWidth >= BESIDE_PX ? CALLS_PX : 0;
  return Math.max(1, Math.min(MOST_COLUMNS, Math.floor((innerWidth - taken) / COLUMN_PX)));
}

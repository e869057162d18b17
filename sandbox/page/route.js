// The address says who sits where: #as=wang,zhao&in=bot,mc.12 – one persona a column, and the chat (with its topic) each looks at.
// So a reload, a bookmark and the phone's back button do what people expect.

export const MOST_COLUMNS = 4;

export function readRoute(hash = location.hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const personas = (given.get("as") ?? "").split(",").filter(Boolean).slice(0, MOST_COLUMNS);
  const places = (given.get("in") ?? "").split(",");
  return personas.map((persona, at) => {
    const [, chat, thread] = /^(.*?)(?:\.(\d+))?$/.exec(places[at] ?? "");
    return { persona, chat: chat || null, thread: thread === undefined ? null : Number(thread) };
  });
}

export function routeText(columns) {
  const personas = columns.map((column) => encodeURIComponent(column.persona)).join(",");
  const places = columns.map(({ chat, thread }) =>
    chat ? encodeURIComponent(chat) + (thread == null ? "" : `.${thread}`) : "");
  return `#as=${personas}${places.some(Boolean) ? `&in=${places.join(",")}` : ""}`;
}

// replace: for what is not worth a step of the back button.
export function go(columns, replace = false) {
  const text = routeText(columns);
  if (text === location.hash) return;
  if (replace) {
    history.replaceState(null, "", text);
    dispatchEvent(new Event("hashchange"));
  } else {
    location.hash = text;
  }
}

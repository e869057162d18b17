// The sandbox's HTTP interface, as the page needs it. Every failure is an ApiError with a sentence for people.

export class ApiError extends Error {}

async function request(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError("The sandbox does not answer.");
  }
  const data = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(data?.error ?? `${answer.status} ${answer.statusText}`);
  return data;
}

const part = encodeURIComponent;

export const getWorld = () => request("GET", "/sim/world");
export const getChat = (chat, query = "") => request("GET", `/sim/chats/${part(chat)}${query}`);
export const getPlays = () => request("GET", "/sim/plays");
export const getCalls = (since = 0) => request("GET", `/sim/calls?since=${since}`);
export const advance = (seconds) => request("POST", "/sim/clock", { advance: seconds });
export const addPersona = (persona) => request("POST", "/sim/personas", persona);

// verb: send, tap, start, edit, delete, react, block, unblock, join, leave.
export const act = (persona, verb, body = {}) => request("POST", `/sim/as/${part(persona)}/${verb}`, body);
export const transcript = (chat) => `/sim/chats/${part(chat)}.txt`;

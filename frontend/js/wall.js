// The wall: turns boards, keeps the last picture through a lost network, tells its age, celebrates new deals. One timer does it all.
const TICK = 250;
const POLL = 2_000;
const MOST_WAIT = 60_000;
const TIMEOUT = 10_000;
const LATE = 20_000; // so long without an answer is worth a word
const NEWS = 5_000;
const NEWS_FADE = 600;
const RELOADED = "wall-reloaded-for";

const { url, bundle, zone, locale } = document.body.dataset;
const words = JSON.parse(document.getElementById("wall-words").textContent);
const [board, clock, date, age, turn, news] = ["board", "clock", "date", "age", "turn", "news"].map((name) =>
  document.getElementById(`wall-${name}`),
);
const memory = `wall:${url}`;
const state = {
  boards: [], etag: "", late: "", at: 0, heardAt: -Infinity, offset: 0, // at: when the picture was true, by the server's clock
  place: 0, turnsAt: Infinity, shown: "", asksAt: 0, failures: 0, isAsking: false, isGone: false,
  known: null, waiting: [], newsEndsAt: 0, newBundle: "",
};

// Both clocks may be set meanwhile; this one only runs on. What time it is the server says with every answer.
const run = () => performance.now();
const now = () => (state.offset ? state.offset + run() : Date.now());

function tick() {
  if (run() >= state.asksAt && !state.isAsking) ask();
  tellTime();
  tellAge();
  endNews();
  if (state.newsEndsAt) return;
  if (state.waiting.length) return celebrate(state.waiting.shift());
  if (run() >= state.turnsAt) next();
}

async function ask() {
  state.isAsking = true;
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const headers = state.etag ? { "If-None-Match": state.etag } : {};
    const answer = await fetch(url, { headers, signal: stop.signal, cache: "no-store", credentials: "same-origin" });
    await take(answer);
  } catch {
    state.failures += 1;
  } finally {
    clearTimeout(limit);
    state.isAsking = false;
    const wait = Math.min(POLL * 2 ** state.failures, MOST_WAIT);
    // After an outage all screens of a company would come back in the same moment.
    state.asksAt = run() + (state.failures ? wait * (0.75 + Math.random() / 2) : POLL);
  }
}

async function take(answer) {
  if (answer.status === 404) return forget();
  if (answer.status !== 304 && answer.status !== 200) throw new Error(String(answer.status));
  const data = answer.status === 200 ? await answer.json() : null;
  const said = Number(answer.headers.get("X-Now")) * 1000;
  if (said) state.offset = said - run();
  state.failures = 0;
  state.isGone = false;
  state.heardAt = run();
  state.at = now();
  if (!data) return;
  state.etag = answer.headers.get("ETag") ?? "";
  show(data);
  note(data.deals);
  keep(data);
}

// The link does not work any more: what it showed is not for this screen either.
function forget() {
  Object.assign(state, { boards: [], etag: "", late: "", isGone: true, failures: 6, place: 0, turnsAt: Infinity, shown: "" });
  try {
    localStorage.removeItem(memory);
  } catch { /* a browser that keeps nothing has nothing to forget */ }
  board.replaceChildren(line("wall-wait", words.gone));
  turn.replaceChildren();
}

function show(data) {
  state.boards = data.boards;
  state.late = data.late;
  state.newBundle = data.bundle !== bundle ? data.bundle : "";
  document.documentElement.dataset.bsTheme = data.isDark ? "dark" : "light";
  if (state.place >= state.boards.length) state.place = 0;
  if (turn.childElementCount !== state.boards.length) {
    turn.replaceChildren(...(state.boards.length > 1 ? state.boards.map(() => document.createElement("span")) : []));
  }
  const key = state.boards[state.place]?.key;
  // The board in view is brought up to date without another entrance.
  put(state.turnsAt === Infinity || key !== state.shownKey);
}

function put(enters) {
  const chosen = state.boards[state.place];
  if (!chosen) return;
  if (enters) state.turnsAt = run() + chosen.seconds * 1000;
  if (chosen.html !== state.shown) {
    board.innerHTML = chosen.html;
    if (!enters) board.firstElementChild.style.animation = "none";
    state.shown = chosen.html;
  }
  state.shownKey = chosen.key;
  [...turn.children].forEach((dot, at) => dot.classList.toggle("is-current", at === state.place));
}

function next() {
  if (state.newBundle && reload()) return;
  state.place = state.boards.length ? (state.place + 1) % state.boards.length : 0;
  put(true);
}

// Between two boards, in reach of the server: the quiet moment for a new version. Once for each version, whatever it brings.
function reload() {
  if (state.failures || run() - state.heardAt > LATE) return false;
  try {
    if (sessionStorage.getItem(RELOADED) === state.newBundle) return false;
    sessionStorage.setItem(RELOADED, state.newBundle);
  } catch {
    return false; // without a memory it could reload for ever
  }
  location.reload();
  return true;
}

function note(deals) {
  const ids = deals.map((deal) => deal.id);
  // What was signed before the wall was switched on is no news.
  if (state.known) state.waiting.push(...deals.filter((deal) => !state.known.includes(deal.id)));
  state.known = [...new Set([...(state.known ?? []), ...ids])].slice(-50);
}

function celebrate(deal) {
  const [who, what] = news.children;
  who.textContent = deal.who || words.signed;
  what.textContent = [deal.who ? words.signed : "", deal.project].filter(Boolean).join(" · ");
  news.classList.remove("is-over");
  news.hidden = false;
  state.newsEndsAt = run() + NEWS;
  state.turnsAt += NEWS;
}

function endNews() {
  if (!state.newsEndsAt || run() < state.newsEndsAt - NEWS_FADE) return;
  news.classList.add("is-over");
  if (run() < state.newsEndsAt) return;
  news.hidden = true;
  state.newsEndsAt = 0;
}

const written = {
  time: new Intl.DateTimeFormat(locale, { timeZone: zone, hour: "2-digit", minute: "2-digit" }),
  date: new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: "long", day: "numeric", month: "long" }),
  ago: new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
};

function tellTime() {
  say(clock, written.time.format(now()));
  say(date, written.date.format(now()));
}

function tellAge() {
  const isLost = !state.isGone && run() - state.heardAt > LATE && run() > LATE;
  const lost = () => (state.at ? words.lost.replace("{time}", written.time.format(state.at)).replace("{ago}", ago(now() - state.at)) : words.unreached);
  const text = isLost ? lost() : state.late;
  say(age, text);
  age.hidden = !text;
}

function ago(milliseconds) {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 1) return written.ago.format(-Math.round(milliseconds / 1000), "second");
  if (minutes < 90) return written.ago.format(-minutes, "minute");
  return minutes < 36 * 60 ? written.ago.format(-Math.round(minutes / 60), "hour") : written.ago.format(-Math.round(minutes / 1440), "day");
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function line(name, text) {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}

function keep(data) {
  try {
    localStorage.setItem(memory, JSON.stringify({ ...data, at: state.at, known: state.known }));
  } catch { /* full or forbidden: the wall then begins with nothing after a reload */ }
}

function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(memory));
    if (!kept) return;
    state.at = kept.at;
    state.known = kept.known;
    show({ ...kept, bundle });
  } catch { /* nothing kept, or of another shape */ }
}

recall();
tick();
setInterval(tick, TICK);

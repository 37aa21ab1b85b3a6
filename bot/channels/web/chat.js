// The web page's chat: says something by the REST channel and shows the replies.
"use strict";

const find = (id) => document.getElementById(id);
const log = find("log");
const form = find("form");
const field = find("message");
const picture = find("picture");
const chosen = find("chosen");
const status = find("status");
const tokenForm = find("token-form");
const send = form.querySelector("[type=submit]");

const BULLET = /^[-*] /gm;

let sender = kept(sessionStorage, "sender") ?? begun();
let waiting = null; // what is to be said again when the token is there

function begun() {
  const letters = crypto.getRandomValues(new Uint32Array(4));
  return keep(sessionStorage, "sender", "web-" + Array.from(letters, (n) => n.toString(36)).join(""));
}

function kept(storage, name) {
  try {
    return storage.getItem(name);
  } catch {
    return null; // the browser keeps nothing
  }
}

function keep(storage, name, value) {
  try {
    storage.setItem(name, value);
  } catch {
    // then it lives as long as the page
  }
  return value;
}

function element(kind, className, text = "") {
  const made = document.createElement(kind);
  made.className = className;
  made.textContent = text;
  return made;
}

function show(who, ...parts) {
  const bubble = element("div", "said " + (who === "You" ? "you" : "bot"));
  bubble.append(element("span", "unseen", who + ": "), ...parts);
  log.append(bubble);
  scroll();
}

function scroll() {
  log.scrollTop = log.scrollHeight;
}

function image(address, words) {
  const made = element("img", "");
  made.alt = words;
  made.addEventListener("load", scroll);
  made.src = address;
  return made;
}

// The few signs of Markdown that replies use, as elements; nothing is read as HTML.
function formatted(text) {
  const made = document.createElement("span");
  const signs = /\*\*([^*]+)\*\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|<(https?:\/\/[^\s>]+)>|(https?:\/\/[^\s<>)]+)/g;
  let end = 0;
  for (const match of text.matchAll(signs)) {
    const [all, strong, words, target, enclosed, bare] = match;
    const address = target ?? enclosed ?? bare;
    made.append(text.slice(end, match.index).replace(BULLET, "• "));
    end = match.index + all.length;
    made.append(strong ? element("strong", "", strong) : link(words ?? address, address));
  }
  made.append(text.slice(end).replace(BULLET, "• "));
  return made;
}

function link(words, address) {
  const made = element("a", "", words);
  made.href = address;
  made.rel = "noreferrer noopener";
  made.target = "_blank";
  return made;
}

function showReply(reply) {
  if (reply.text) show("Bot", formatted(reply.text));
  if (reply.image) show("Bot", image(reply.image, "Picture from the bot"));
  if (reply.buttons) showChoices(reply.buttons);
}

function showChoices(buttons) {
  const group = element("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Choices");
  for (const { title, payload } of buttons) {
    const button = element("button", "", title);
    button.type = "button";
    button.addEventListener("click", () => {
      group.remove();
      field.focus();
      say(payload, [], title);
    });
    group.append(button);
  }
  log.append(group);
  scroll();
}

function tell(words, isWrong = false) {
  status.textContent = words;
  status.classList.toggle("wrong", isWrong);
}

async function say(text, files = [], shown = text) {
  log.querySelectorAll(".choices").forEach((group) => group.remove());
  const pictures = files.map((file) => image(URL.createObjectURL(file), file.name));
  show("You", ...pictures, shown);
  await ask(text, files);
}

async function ask(text, files) {
  tell("Waiting for an answer …");
  send.disabled = true;
  try {
    const answer = await fetch("webhooks/rest/webhook", request(text, files));
    if (answer.status === 401) return askForToken(text, files);
    const body = await answer.json();
    if (!answer.ok) return tell(body.message ?? "Something went wrong. Please try again.", true);
    tell("");
    body.forEach(showReply);
  } catch {
    tell("The service cannot be reached. Please try again.", true);
  } finally {
    send.disabled = false;
  }
}

function request(text, files) {
  const token = kept(sessionStorage, "token");
  const headers = token ? { Authorization: "Bearer " + token } : {};
  if (!files.length) {
    headers["Content-Type"] = "application/json";
    return { method: "POST", headers, body: JSON.stringify({ sender, message: text }) };
  }
  const body = new FormData();
  body.append("sender", sender);
  body.append("message", text);
  files.forEach((file) => body.append("picture", file));
  return { method: "POST", headers, body };
}

function askForToken(text, files) {
  waiting = { text, files };
  tokenForm.hidden = false;
  find("token").focus();
  tell("This service wants to know its token.", true);
}

tokenForm.addEventListener("submit", (event) => {
  event.preventDefault();
  keep(sessionStorage, "token", find("token").value);
  tokenForm.hidden = true;
  field.focus();
  if (waiting) ask(waiting.text, waiting.files);
  waiting = null;
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  const files = Array.from(picture.files);
  if (send.disabled || (!text && !files.length)) return;
  form.reset();
  showChosen();
  say(text, files);
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

function showChosen() {
  const names = Array.from(picture.files, (file) => file.name);
  chosen.hidden = !names.length;
  chosen.textContent = names.length ? "To be sent: " + names.join(", ") : "";
}

picture.addEventListener("change", showChosen);

find("anew").addEventListener("click", () => {
  sender = begun();
  log.replaceChildren();
  tell("A new chat has begun.");
  field.focus();
});

field.focus();

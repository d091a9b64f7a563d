// Run one person's phone: show what comes, send what is typed, tap what the account's menu offers.

import { element, entryElement, timeBetween } from "./bubbles.js";
import { Panels } from "./panels.js";
import { mediaAddress, read, send, sendBytes } from "./wire.js";

const byId = (id) => document.getElementById(id);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const REFRESH_EVERY = 5;

class Phone {
  constructor(account, openid) {
    this.openid = openid;
    this.last = null;
    this.name = account.name;
    this.view = { account: account.title, person: "", media: (id) => mediaAddress(account.name, id), choose: (id, content) => this.act("choose", { id, content }) };
    this.panels = new Panels({ account: account.name, openid, act: (action, body) => this.act(action, body), tell: (words) => this.tell(words) });
    byId("title").textContent = account.title;
    document.title = `${account.title} · 模拟手机`;
    this.listen();
  }

  listen() {
    byId("follow").addEventListener("click", () => this.act("follow"));
    byId("to-typing").addEventListener("click", () => this.useKeys(true));
    byId("to-menu").addEventListener("click", () => this.useKeys(false));
    byId("more").addEventListener("click", () => this.openTray(byId("tray").hidden));
    byId("words").addEventListener("input", () => this.fitWords());
    byId("words").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        byId("typing-row").requestSubmit();
      }
    });
    byId("typing-row").addEventListener("submit", (event) => this.sendWords(event));
    byId("picture").addEventListener("change", (event) => this.sendPicture(event.target));
    for (const tile of document.querySelectorAll("[data-sheet]")) {
      tile.addEventListener("click", () => byId(tile.dataset.sheet).showModal());
    }
    for (const sheet of document.querySelectorAll("dialog")) sheet.addEventListener("close", () => this.sendSheet(sheet));
    document.addEventListener("click", (event) => {
      if (!event.target.closest("#menu, #submenu")) byId("submenu").hidden = true;
    });
  }

  async run() {
    for (let round = 0; ; round += 1) {
      try {
        if (round % REFRESH_EVERY === 0) await this.refresh();
        const news = await read(`/phones/${this.openid}/entries?after=${this.last?.seq ?? 0}&wait=3`);
        this.showEntries(news.entries);
        this.showState(news.state);
      } catch (error) {
        this.tell(`连接中断：${error.message}`);
        await pause(2000);
      }
    }
  }

  async refresh() {
    const { state, menu, templates } = await read(`/phones/${this.openid}`);
    this.templates = templates;
    this.view.person = state.nickname;
    this.showState(state);
    this.showMenu(menu);
    await this.panels.refresh();
  }

  showState(state) {
    const wasFollowing = this.following;
    this.following = state.following;
    byId("typing").hidden = !state.is_typing_shown;
    byId("follow").hidden = state.following;
    if (!state.following) for (const id of ["menu-row", "typing-row", "tray"]) byId(id).hidden = true;
    else if (!wasFollowing) this.useKeys(false);
    this.panels.showState(state, this.templates);
  }

  showEntries(entries) {
    if (!entries.length) return;
    const chat = byId("chat");
    for (const entry of entries) {
      const time = timeBetween(entry, this.last);
      if (time) chat.append(time);
      chat.append(entryElement(entry, this.view));
      this.last = entry;
    }
    chat.scrollTop = chat.scrollHeight;
    for (const image of chat.querySelectorAll("img")) image.addEventListener("load", () => { chat.scrollTop = chat.scrollHeight; }, { once: true });
  }

  showMenu(buttons) {
    const drawn = JSON.stringify(buttons);
    if (drawn === this.drawnMenu) return;
    this.drawnMenu = drawn;
    const top = buttons.map((button) => element("button", { type: "button", onclick: (event) => this.tapTop(button, event.currentTarget) },
      button.sub_button ? `≡ ${button.name}` : button.name));
    byId("menu").replaceChildren(...(top.length ? top : [element("span", { class: "none" }, "公众号还没有菜单")]));
  }

  tapTop(button, tapped) {
    const submenu = byId("submenu");
    if (!button.sub_button) return this.tap(button);
    const isSame = !submenu.hidden && submenu.dataset.of === button.name;
    submenu.dataset.of = button.name;
    submenu.replaceChildren(...button.sub_button.map((below) => element("button", { type: "button", onclick: () => this.tap(below) }, below.name)));
    submenu.hidden = isSame;
    const middle = tapped.offsetLeft + tapped.offsetWidth / 2;
    const [left, most] = [middle - submenu.offsetWidth / 2, byId("foot").clientWidth - submenu.offsetWidth - 8];
    submenu.style.left = `${Math.max(8, Math.min(left, most))}px`;
    return undefined;
  }

  tap(button) {
    byId("submenu").hidden = true;
    if (button.type === "miniprogram") return this.tell("这里会打开小程序");
    if (button.type === "view") window.open(button.url, "_blank", "noopener");
    return this.act("tap", { name: button.name });
  }

  useKeys(isTyping) {
    byId("menu-row").hidden = isTyping;
    byId("typing-row").hidden = !isTyping;
    this.openTray(false);
    if (isTyping) byId("words").focus();
  }

  openTray(isOpen) {
    byId("tray").hidden = !isOpen;
    byId("more").ariaExpanded = String(isOpen);
    byId("chat").scrollTop = byId("chat").scrollHeight;
  }

  fitWords() {
    const words = byId("words");
    words.style.height = "auto";
    words.style.height = `${words.scrollHeight}px`;
    byId("send").hidden = !words.value.trim();
    byId("more").hidden = !byId("send").hidden;
  }

  async sendWords(event) {
    event.preventDefault();
    const words = byId("words");
    const body = words.value.trim();
    if (!body || !(await this.act("text", { body }))) return;
    words.value = "";
    this.fitWords();
  }

  async sendPicture(input) {
    const [file] = input.files;
    input.value = "";
    this.openTray(false);
    if (file) await this.guard(() => sendBytes(`/phones/${this.openid}/picture`, file));
  }

  async sendSheet(sheet) {
    const form = sheet.querySelector("form");
    const action = sheet.returnValue;
    sheet.returnValue = "";
    if (!action) return;
    const fields = Object.fromEntries(new FormData(form));
    for (const name of ["latitude", "longitude"]) if (name in fields) fields[name] = Number(fields[name]);
    this.openTray(false);
    if (await this.act(action, fields)) form.reset();
  }

  act(action, body = {}) {
    return this.guard(() => send(`/phones/${this.openid}/${action}`, body));
  }

  async guard(call) {
    try {
      return await call();
    } catch (error) {
      this.tell(error.message);
      return null;
    }
  }

  tell(words) {
    const toast = byId("toast");
    toast.textContent = words;
    toast.hidden = false;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => { toast.hidden = true; }, 2500);
  }
}

async function start() {
  const asked = new URLSearchParams(location.search);
  const accounts = await read("/accounts");
  const openid = asked.get("openid");
  const account = accounts.find((known) => known.name === asked.get("account"))
    ?? accounts.find((known) => known.people.some((person) => person.openid === openid)) ?? accounts[0];
  await new Phone(account, openid ?? account.people[0].openid).run();
}

start();

// Fill the two panels: whose phone this is, and what the platform is told to do wrong.

import { element } from "./bubbles.js";
import { read, send } from "./wire.js";

const MODES = { safe: "安全模式", compatible: "兼容模式", plain: "明文模式" };
const API_KINDS = new Set(["http_error", "slow", "answer_late", "answer_lost"]);
const FAULT_WORDS = { refuse: "拒绝", http_error: "网关错误", slow: "缓慢", answer_late: "应答迟到", answer_lost: "应答丢失",
  "callback answer_lost": "回调应答丢失", "callback twice": "回调推送两遍" };
const byId = (id) => document.getElementById(id);

export class Panels {
  constructor({ account, openid, act, tell }) {
    this.account = account;
    this.openid = openid;
    this.act = act;
    this.tell = tell;
    this.faults = `/accounts/${account}/faults`;
    this.listenToPeople();
    this.listenToPlatform();
  }

  listenToPeople() {
    for (const id of ["people", "platform"]) byId(`${id}-open`).addEventListener("click", () => byId(id).classList.add("open"));
    for (const close of document.querySelectorAll("[data-close]")) {
      close.addEventListener("click", () => byId(close.dataset.close).classList.remove("open"));
    }
    byId("unfollow").addEventListener("click", () => this.act("unfollow"));
    byId("position").addEventListener("click", () => this.act("position", { latitude: 36.0671, longitude: 120.3826 }));
    byId("block").addEventListener("click", () => this.act("block-templates", { blocked: byId("block").ariaPressed !== "true" }));
    onSubmit("scan", (form) => this.act("scan", { scene: form.scene.value }));
    onSubmit("add-person", async (form) => {
      const person = await this.guard(() => send(`/accounts/${this.account}/people`, { nickname: form.nickname.value }));
      if (person) location.search = new URLSearchParams({ account: this.account, openid: person.openid });
    });
  }

  listenToPlatform() {
    for (const button of document.querySelectorAll("[data-token]")) {
      button.addEventListener("click", () => this.plan("/tokens", { kind: button.dataset.token }));
    }
    for (const button of document.querySelectorAll("[data-callback]")) {
      button.addEventListener("click", () => this.plan("/callback", { kind: button.dataset.callback }));
    }
    onSubmit("api-fault", (form) => {
      const [kind, times] = [form.kind.value, Number(form.times.value)];
      const fault = API_KINDS.has(kind) ? { kind, delay_s: 4 } : { kind: "refuse", errcode: Number(kind) };
      return this.plan("/api", { ...fault, path: form.path.value, times });
    });
    byId("clear-faults").addEventListener("click", async () => {
      await this.guard(() => send(this.faults, {}, "DELETE"));
      await this.refresh();
    });
    byId("check-url").addEventListener("click", async () => {
      const checked = await this.guard(() => send(`/accounts/${this.account}/check-url`));
      if (checked) this.tell(checked.accepted ? "校验通过" : `校验不通过：${checked.reason}`);
    });
  }

  async plan(path, fault) {
    if (await this.guard(() => send(this.faults + path, fault))) this.tell("已安排");
    await this.refresh();
  }

  async refresh() {
    const account = await read(`/accounts/${this.account}`);
    byId("app-id").textContent = account.app_id;
    byId("mode").textContent = MODES[account.mode];
    byId("callback").textContent = account.callback_url;
    list("planned", Object.entries(account.faults).map(([name, times]) => [faultWords(name), `${times} 次`]));
    list("problems", account.problems.toReversed().map((found) => [`${found.name}：${found.reason}`, `试 ${found.tries.length} 次`]));
    byId("persons").replaceChildren(...account.people.map((person) => element("li", {},
      element("a", { href: `?${new URLSearchParams({ account: this.account, openid: person.openid })}`,
        "aria-current": person.openid === this.openid && "page" }, person.nickname),
      element("small", {}, person.following ? "已关注" : "未关注"))));
  }

  showState(state, templates) {
    byId("nickname").textContent = state.nickname;
    byId("openid").textContent = state.openid;
    byId("following").textContent = state.following ? "已关注" : "未关注";
    byId("window").textContent = windowWords(state);
    byId("unfollow").disabled = byId("position").disabled = !state.following;
    byId("block").ariaPressed = String(state.is_blocking_templates);
    const offered = templates.filter((template) => template.kind !== "template_message");
    byId("consents").replaceChildren(...offered.map((template) => this.consent(template, state.consents[template.template_id] ?? 0)));
    if (!offered.length) list("consents", []);
  }

  consent(template, left) {
    const words = left < 0 ? "长期同意" : left ? `可再收 ${left} 条` : "未同意";
    const choose = (action, accepted) => () => this.act(action, { template_id: template.template_id, accepted });
    return element("li", {}, element("span", {}, template.title, element("br"), element("small", {}, words)),
      left < 0 ? element("button", { type: "button", onclick: choose("withdraw-consent", false) }, "关闭")
        : element("button", { type: "button", onclick: choose("consent", true) }, "同意"));
  }

  async guard(call) {
    try {
      return await call();
    } catch (error) {
      this.tell(error.message);
      return null;
    }
  }
}

function onSubmit(id, handle) {
  byId(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    await handle(event.target.elements);
    event.target.reset();
  });
}

function list(id, pairs) {
  const rows = pairs.map(([words, small]) => element("li", {}, element("span", {}, words), element("small", {}, small)));
  byId(id).replaceChildren(...(rows.length ? rows : [element("li", {}, element("small", {}, "无"))]));
}

function windowWords(state) {
  if (!state.window_closes_at) return "窗口已关闭";
  const until = new Date(state.window_closes_at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return `还可收 ${state.messages_left} 条，至 ${until}`;
}

function faultWords(name) {
  if (FAULT_WORDS[name]) return FAULT_WORDS[name];
  const [kind, path] = name.split(" ");
  return `${FAULT_WORDS[kind] ?? kind} ${path === "*" ? "全部接口" : path.replace("/cgi-bin/", "")}`;
}

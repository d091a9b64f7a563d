// Turn what the platform put on the phone into elements; words of people and servers only ever become text nodes.

const LINK = /<a\s[^>]*?href\s*=\s*(["'])(.*?)\1[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；！？、）】]+)/gi;
const VIA = { customer: "客服消息", passive: "", template: "模板消息", subscribe: "订阅通知" };
const FIVE_MINUTES = 5 * 60 * 1000;

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

function icon(name) {
  const [image, use] = [document.createElementNS(SVG, "svg"), document.createElementNS(SVG, "use")];
  image.setAttribute("class", "i");
  image.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  image.append(use);
  return image;
}

export function timeBetween(entry, before) {
  const at = new Date(entry.at);
  if (before && at - new Date(before.at) < FIVE_MINUTES) return null;
  const shown = at.toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return element("p", { class: "time" }, shown);
}

// `phone` has account, person, media(id) and choose(id, content).
export function entryElement(entry, phone) {
  const { content, origin } = entry;
  if (content.type === "notice") {
    return element("p", { class: origin === "platform" && content.body.includes("故障") ? "notice bad" : "notice" }, content.body);
  }
  if (content.type === "card") return card(entry, phone);
  const isMine = origin === "follower";
  const via = VIA[origin] ? element("span", { class: "via" }, VIA[origin]) : null;
  return element("div", { class: isMine ? "entry mine" : "entry" },
    element("span", { class: "face", "aria-hidden": "true" }, isMine ? phone.person.slice(-1) : phone.account.slice(0, 1)),
    element("div", { class: "said" }, ...SHOWN[content.type](content, phone), via));
}

const SHOWN = {
  text: (content, phone) => [element("div", { class: "bubble" }, ...linked(content.body, phone))],
  picture: (content, phone) => [element("img", { class: "photo", src: phone.media(content.media_id), alt: "照片" })],
  video: (content) => [element("div", { class: "bubble" }, `▶ ${content.title || "视频"}`)],
  voice: (content) => [
    element("div", { class: "bubble voice" }, icon("wave"), `${Math.max(1, Math.ceil(content.recognition.length / 4))}″`),
    content.recognition ? element("div", { class: "heard" }, content.recognition) : null,
  ],
  location: (content) => [element("div", { class: "tile-card" },
    element("p", {}, content.label || "位置"),
    element("p", {}, `${content.latitude.toFixed(4)}, ${content.longitude.toFixed(4)}`),
    element("div", { class: "map" }, icon("place")))],
  link: (content) => [tile(content.url, content.title, content.description || content.url)],
  news: (content) => content.articles.map((article) => tile(article.url, article.title, article.description, article.picture_url)),
  menu: (content, phone) => [element("div", { class: "bubble" }, ...linked(content.head, phone),
    element("div", { class: "options" }, ...content.options.map((option) =>
      element("button", { type: "button", onclick: () => phone.choose(option.id, option.content) }, option.content))),
    ...linked(content.tail, phone))],
};

function tile(url, title, description, picture) {
  const image = picture ? element("img", { src: picture, alt: "", onerror: (event) => event.target.remove() }) : null;
  const words = [element("p", {}, title), description ? element("p", {}, description) : null];
  return safe(url) ? element("a", { class: "tile-card", href: url, ...ELSEWHERE }, image, ...words)
    : element("div", { class: "tile-card" }, image, ...words);
}

function card(entry, phone) {
  const { content } = entry;
  const rows = content.rows.flatMap((row) => [element("dt", {}, row.label), element("dd", {}, row.text)]);
  const day = new Date(entry.at).toLocaleDateString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric" });
  return element("article", { class: "card" },
    element("p", { class: "from" }, element("span", {}, content.in_service_notices ? `服务通知 · ${phone.account}` : phone.account),
      element("span", {}, VIA[entry.origin])),
    element("h3", {}, content.title),
    element("time", { class: "via" }, day),
    element("dl", {}, ...rows),
    safe(content.url) ? element("a", { href: content.url, ...ELSEWHERE }, element("span", {}, "查看详情"), element("span", {}, "›")) : null);
}

const ELSEWHERE = { target: "_blank", rel: "noopener noreferrer" };

function safe(url) {
  return /^https?:\/\//i.test(url || "");
}

// WeChat makes links of <a href> and of bare addresses; weixin://bizmsgmenu links send their words as a tap.
function linked(text, phone) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index), anchor(found[2] ?? found[4], found[3] ?? found[4], phone));
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}

function anchor(url, words, phone) {
  if (safe(url)) return element("a", { href: url, ...ELSEWHERE }, words);
  if (!url.startsWith("weixin://bizmsgmenu?")) return words;
  const query = new URLSearchParams(url.slice(url.indexOf("?")).replaceAll("&amp;", "&"));
  const content = query.get("msgmenucontent") || words;
  return element("button", { type: "button", class: "inline", onclick: () => phone.choose(query.get("msgmenuid") || "", content) }, words);
}

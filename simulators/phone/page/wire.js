// Call the simulator's controls; a refusal becomes an Error with the words it gave.

const BASE = new URL("../wechat/", document.baseURI).pathname.replace(/\/$/, "");

export async function read(path) {
  return answered(await fetch(BASE + path, { cache: "no-store" }));
}

export async function send(path, body = {}, method = "POST") {
  return answered(await fetch(BASE + path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

export async function sendBytes(path, file) {
  return answered(await fetch(BASE + path, { method: "POST", headers: { "Content-Type": file.type || "image/jpeg" }, body: file }));
}

export function mediaAddress(account, mediaId) {
  return `${BASE}/media/${encodeURIComponent(account)}/${encodeURIComponent(mediaId)}`;
}

async function answered(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `服务器应答 ${response.status}`);
  return body;
}

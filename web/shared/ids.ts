/** Make an id nobody else makes: 128 random bits as hex. `crypto.randomUUID` needs https and Chrome 92. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  let hex = ''
  for (const byte of Array.from(bytes)) hex += (byte < 16 ? '0' : '') + byte.toString(16)
  return hex
}

/** Carry the query key from the look-up form to the detail page: never in the address, where it would be shared. */
let asked: { number: string; key: string } | null = null

/** Keep the key just typed. */
export function useKey(number: string, key: string): void {
  asked = { number, key }
}

/** Return the key typed for this petition on this page, or null. */
export function typedKey(number: string): string | null {
  return asked !== null && asked.number === number ? asked.key : null
}

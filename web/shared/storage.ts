/** Keep small JSON values on the phone; a full, forbidden or damaged store is as good as an empty one. */
export interface Store {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** Read a value, or null when there is none or it cannot be read. */
export function recall<T>(store: Store, key: string): T | null {
  try {
    const text = store.getItem(key)
    return text === null ? null : (JSON.parse(text) as T)
  } catch {
    return null
  }
}

/** Keep a value; tell whether it is kept (private windows and full stores refuse). */
export function keep(store: Store, key: string, value: unknown): boolean {
  try {
    store.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

/** Forget a value. */
export function forget(store: Store, key: string): void {
  try {
    store.removeItem(key)
  } catch {
    // A store that cannot be reached holds nothing of ours.
  }
}

/** Keep half-written text through a reload; what is older than a week is forgotten. */
import { forget, keep, recall, type Store } from './storage'

const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

interface Kept<T> {
  at: number
  value: T
}

export interface Draft<T> {
  read(): T | null
  write(value: T): void
  clear(): void
}

/** Make the draft called `name`; `now` is the clock in milliseconds. */
export function draftIn<T>(store: Store, name: string, now: () => number = Date.now): Draft<T> {
  const key = `qd.draft.${name}`
  return {
    read() {
      const kept = recall<Kept<T>>(store, key)
      if (kept === null) return null
      if (typeof kept.at === 'number' && now() - kept.at < LIFETIME_MS) return kept.value
      forget(store, key)
      return null
    },
    write: (value) => void keep(store, key, { at: now(), value }),
    clear: () => forget(store, key),
  }
}

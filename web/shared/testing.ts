/** Stand in for the phone's store in tests. */
import type { Store } from './storage'

/** Make an empty store; `isFull` lets it refuse to keep anything. */
export function memoryStore(isFull = false): Store & { map: Map<string, string> } {
  const map = new Map<string, string>()
  return {
    map,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => {
      if (isFull) throw new Error('QuotaExceededError')
      map.set(key, value)
    },
    removeItem: (key) => void map.delete(key),
  }
}

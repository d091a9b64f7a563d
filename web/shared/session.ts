/** Hold the guest's token: made at the first need, kept on the phone, renewed once when the server no longer knows it. */
import { keep, recall, forget, type Store } from './storage'

const TOKEN_KEY = 'qd.token'

export interface Session {
  /** Return the token, opening a guest first when there is none. */
  token(): Promise<string>
  /** Drop `stale`, unless another request or another tab has replaced it already. */
  drop(stale: string): void
  /** Call `act` whenever this page goes on as another guest than before; return what ends it. */
  onChange(act: () => void): () => void
}

/** Make a session whose guests are opened by `open`; calls that come together share one guest. */
export function sessionOver(store: Store, open: () => Promise<string>): Session {
  let current = recall<string>(store, TOKEN_KEY)
  let opening: Promise<string> | null = null
  const listeners = new Set<() => void>()
  const openOnce = async (): Promise<string> => {
    try {
      current = await open()
      keep(store, TOKEN_KEY, current)
      return current
    } finally {
      opening = null
    }
  }
  return {
    token() {
      if (current !== null) return Promise.resolve(current)
      opening = opening || openOnce()
      return opening
    },
    drop(stale) {
      if (current !== stale) return
      const kept = recall<string>(store, TOKEN_KEY)
      current = kept === stale ? null : kept
      if (current === null) forget(store, TOKEN_KEY)
      for (const act of Array.from(listeners)) act()
    },
    onChange(act) {
      listeners.add(act)
      return () => listeners.delete(act)
    },
  }
}

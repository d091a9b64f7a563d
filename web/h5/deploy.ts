/** Survive a deploy: a page opened before it asks for chunks that are gone, so load the new pages, but only once. */
import { forget, keep, recall, type Store } from '../shared/storage'

const RELOADED_KEY = 'qd.reloaded'
const QUIET_MS = 60_000

/** Reload when a chunk is missing; a second failure within a minute is left to show itself, and so is a network that is gone. */
export function reloadOnceAfterDeploy(page: Window, store: Store): void {
  page.addEventListener('vite:preloadError', (event) => {
    if (!page.navigator.onLine) return // a reload would lose the page that is there
    const last = recall<number>(store, RELOADED_KEY)
    if (last !== null && Date.now() - last < QUIET_MS) {
      forget(store, RELOADED_KEY)
      return
    }
    if (!keep(store, RELOADED_KEY, Date.now())) return // without memory this could go round for ever
    event.preventDefault()
    page.location.reload()
  })
}

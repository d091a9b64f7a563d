/** Let through only addresses a citizen may be led to: https, the telephone, and our own pages. */

/** Return `url` when it is safe to open, else null. `javascript:`, `data:`, `//host` and plain http are not. */
export function safeUrl(url: string): string | null {
  const trimmed = url.trim()
  if (/^https:\/\/[^\s\\]+$/i.test(trimmed) || /^tel:[\d+-]+$/i.test(trimmed)) return trimmed
  return /^\/(?![/\\])[^\s\\]*$/.test(trimmed) ? trimmed : null
}

/** Return the page inside these pages that `url` means (`/g/<code>`, `/items/<code>`, `/h5/#/…`), else null. */
export function ownPage(url: string): string | null {
  const item = /^\/(?:g|items)\/([\w-]+)$/.exec(url)
  if (item) return `/items/${item[1]}`
  const page = /^\/h5\/#(\/[^\s\\]*)$/.exec(url)
  return page ? (page[1] as string) : null
}

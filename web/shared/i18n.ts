/**
 * Give the Chinese text behind a key; the only door to words.
 *
 * What every page says comes with the first load; a page brings its own words with it (`learn`), so nobody waits for those of
 * a page they do not open. `tools/check_text.mjs` holds that a page brings every word it can say.
 */
import type chat from './words/chat.json'
import common from './words/common.json'
import type forms from './words/forms.json'
import type guide from './words/guide.json'
import type home from './words/home.json'
import type petition from './words/petition.json'
import type progress from './words/progress.json'

export type TextKey = keyof (typeof common & typeof chat & typeof forms & typeof guide & typeof home & typeof petition & typeof progress)
type Words = Partial<Record<TextKey, string>>

const known: Words = { ...common }

/** Take the words a page brings. */
export function learn(...more: Words[]): void {
  Object.assign(known, ...more)
}

/** Return the text of `key` with each `{name}` replaced by `values.name`. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return (known[key] || key).replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
}

/** Return the text of a key put together at run time (`depth.` + code), or `fallback` when the server knows more than we do. */
export function textOr(key: string, fallback: TextKey): string {
  return t(key in known ? (key as TextKey) : fallback)
}

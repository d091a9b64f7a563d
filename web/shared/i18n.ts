/** Give the Chinese text behind a key; the only door to words. */
import words from './zh-CN.json'

export type TextKey = keyof typeof words

/** Return the text of `key` with each `{name}` replaced by `values.name`. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
}

/** Return the text of a key put together at run time (`depth.` + code), or `fallback` when the server knows more than we do. */
export function textOr(key: string, fallback: TextKey): string {
  return key in words ? words[key as TextKey] : words[fallback]
}

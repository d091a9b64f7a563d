/** Tell what went wrong in one sentence a person can read. */
import { t } from './i18n'

/** The server understood and said no (RFC 9457), or could not; `title` is Chinese and may be shown. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  /** Field name to what is wrong with it, in Chinese. */
  readonly fields: Record<string, string>

  constructor(status: number, code: string, title: string, fields: Record<string, string> = {}) {
    super(code)
    this.status = status
    this.code = code
    this.title = title
    this.fields = fields
  }

  /** Tell whether sending the same again can succeed: the server was busy, not unwilling. */
  get isPassing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408
  }
}

/** No answer came: the request may or may not have been carried out. */
export class NoAnswer extends Error {}

/** Read a problem body; anything else (a proxy's HTML page) becomes the general sentence. */
export function problemFrom(status: number, body: unknown): Problem {
  const read = (typeof body === 'object' && body !== null ? body : {}) as { code?: unknown; title?: unknown; fields?: unknown }
  const code = typeof read.code === 'string' ? read.code : `http.${status}`
  const title = typeof read.title === 'string' && read.title !== '' ? read.title : t('error.server')
  const fields = typeof read.fields === 'object' && read.fields !== null ? (read.fields as Record<string, string>) : {}
  return new Problem(status, code, title, fields)
}

/** Return the sentence to show for whatever was thrown. */
export function sentenceFor(error: unknown): string {
  if (error instanceof Problem) return error.title
  if (error instanceof NoAnswer) return t('error.network')
  return t('error.unknown')
}

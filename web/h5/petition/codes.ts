/** Read a petition's number and query key the way people type them: any case, spaces, O for 0, I and L for 1. */

const CROCKFORD = '0-9A-HJKMNP-TV-Z'
const NUMBER = new RegExp(`^QD(\\d{8})([${CROCKFORD}]{6})$`)
const KEY = new RegExp(`^[${CROCKFORD}]{16}$`)

function tidy(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '')
}

function asCrockford(text: string): string {
  return text.replace(/O/g, '0').replace(/[IL]/g, '1')
}

/** Return the number as it is written (QD20261124-7K3M9P), or null when it cannot be one. */
export function readNumber(text: string): string | null {
  const tidied = tidy(text)
  const found = NUMBER.exec(tidied.slice(0, 2) + asCrockford(tidied.slice(2)))
  return found && `QD${found[1]}-${found[2]}`
}

/** Return the query key in its sixteen characters, or null. */
export function readKey(text: string): string | null {
  const key = asCrockford(tidy(text))
  return KEY.test(key) ? key : null
}

/** Write a key in groups of four, easier to copy by hand. */
export function showKey(key: string): string {
  return key.replace(/(.{4})(?=.)/g, '$1 ')
}

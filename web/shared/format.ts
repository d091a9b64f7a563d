/**
 * Write times and dates as people here read them: always Asia/Shanghai, whatever the phone is set to.
 *
 * Shanghai has kept UTC+8 without summer time since 1991, so the arithmetic needs no time zone data, which old WebViews lack.
 */
import { t, type TextKey } from './i18n'

const SHANGHAI_OFFSET_MS = 8 * 60 * 60 * 1000
const DAY_MS = 24 * 60 * 60 * 1000
const WEEKDAYS: TextKey[] = ['day.sun', 'day.mon', 'day.tue', 'day.wed', 'day.thu', 'day.fri', 'day.sat']

interface Shanghai {
  year: number
  month: number
  day: number
  weekday: number
  clock: string
  dayNumber: number
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value))

/** Split an instant into what a clock in Shanghai shows. */
function inShanghai(instant: Date): Shanghai {
  const shifted = new Date(instant.getTime() + SHANGHAI_OFFSET_MS)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    clock: `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}`,
    dayNumber: Math.floor(shifted.getTime() / DAY_MS),
  }
}

/** Write an RFC 3339 time in full, e.g. 2026年11月24日 09:05. An unreadable one stays as it is. */
export function formatTime(rfc3339: string): string {
  const instant = new Date(rfc3339)
  if (isNaN(instant.getTime())) return rfc3339
  const { year, month, day, clock } = inShanghai(instant)
  return t('format.time', { year, month, day, clock })
}

/** Write a calendar date (`2026-12-01`) with its weekday. An unreadable one stays as it is. */
export function formatDate(date: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(date)
  if (!found) return date
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  return t('format.date', { year, month, day, weekday: t(WEEKDAYS[weekday] as TextKey) })
}

/** Write a calendar date without its weekday, for days long past. */
export function formatDay(date: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(date)
  return found ? t('format.plain_date', { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) }) : date
}

/** Write the time of a message: the clock alone today, then yesterday, then the date; the year only when it is another one. */
export function formatMessageTime(rfc3339: string, now: Date): string {
  const instant = new Date(rfc3339)
  if (isNaN(instant.getTime())) return ''
  const then = inShanghai(instant)
  const today = inShanghai(now)
  if (then.dayNumber === today.dayNumber) return then.clock
  if (then.dayNumber === today.dayNumber - 1) return t('format.yesterday', { clock: then.clock })
  return t(then.year === today.year ? 'format.day' : 'format.time', { year: then.year, month: then.month, day: then.day, clock: then.clock })
}

/** Write a wait in whole minutes, at least one. */
export function formatWait(seconds: number): string {
  return t('format.minutes', { minutes: Math.max(1, Math.ceil(seconds / 60)) })
}

/** Put the facts of a guide into the words of its page. */
import { t, type TextKey } from '../shared/i18n'
import type { Guide, Hall } from '../shared/types'

export interface Place {
  hall: Hall
  window: string
}
export interface Fact {
  label: string
  text: string
  phone?: string
}

const WEEKDAYS: TextKey[] = ['day.mon', 'day.tue', 'day.wed', 'day.thu', 'day.fri', 'day.sat', 'day.sun']

/** Say a limit: nothing to wait for, or so many days of its unit; unknown is said too. */
export function limitText(limit: { days: number; unit: string; note?: string | null } | null): string {
  if (!limit) return t('guide.unknown')
  if (limit.note) return limit.note
  return limit.days === 0 ? t('guide.at_once') : t('guide.days', { days: limit.days, unit: limit.unit })
}

/** Say which days (1 is Monday): a run of neighbours as a range, else each. */
export function daysText(days: readonly number[]): string {
  const names = days.map((day) => t(WEEKDAYS[day - 1] || 'day.mon'))
  const isRun = days.length > 2 && days.every((day, index) => index === 0 || day === (days[index - 1] || 0) + 1)
  if (!isRun) return names.join(t('format.join'))
  return t('format.day_range', { first: names[0] || '', last: names[names.length - 1] || '' })
}

/** Say when a hall is open; hours of the same days stand together. */
export function hoursText(hours: Hall['hours']): string {
  const byDays = new Map<string, string[]>()
  for (const span of hours) {
    const days = daysText(span.days)
    byDays.set(days, [...(byDays.get(days) || []), `${span.from}-${span.to}`])
  }
  return Array.from(byDays.entries()).map(([days, spans]) => `${days} ${spans.join(t('format.join'))}`).join(t('format.join_hours'))
}

/** Join each window of the item with its hall; a hall the guide does not bring is left out. */
export function placesOf(guide: Guide): Place[] {
  const halls = new Map((guide.halls || []).map((hall): [string, Hall] => [hall.id, hall]))
  const places: Place[] = []
  for (const { hall_id: id, window } of guide.windows) {
    const hall = halls.get(id)
    if (hall) places.push({ hall, window })
  }
  return places
}

/** Say how often one must come in person, and why. */
function visitsText({ visits, visit_reason: reason }: NonNullable<Guide['online']>): string {
  if (visits === 0) return t('guide.visits_none')
  return reason ? t('guide.visit_reason', { visits, reason }) : t('guide.visits_value', { visits })
}

/** List the facts above everything else. */
export function overviewOf(guide: Guide): Fact[] {
  const facts: (Fact | false)[] = [
    { label: t('guide.department'), text: guide.department },
    guide.audience.length > 0 && { label: t('guide.audience'), text: guide.audience.join(t('format.join')) },
    !!guide.type && { label: t('guide.type'), text: guide.type },
    !!guide.case_type && { label: t('guide.case_type'), text: guide.case_type },
    !!guide.online && { label: t('guide.online'), text: guide.online.depth_name },
    !!guide.online && { label: t('guide.visits'), text: visitsText(guide.online) },
    !!guide.result && { label: t('guide.result'), text: guide.result.name },
    !!guide.appointment && { label: t('guide.appointment'), text: t('guide.appointment_yes') },
    !!guide.city_wide && { label: t('guide.city_wide'), text: t('guide.city_wide_yes') },
    !!guide.express && { label: t('guide.express'), text: t('guide.express_yes') },
    !!guide.phone && { label: t('guide.phone'), text: guide.phone, phone: guide.phone },
    !!guide.complaint_phone && { label: t('guide.complaint_phone'), text: guide.complaint_phone, phone: guide.complaint_phone },
  ]
  return facts.filter((fact): fact is Fact => fact !== false)
}

/** Tell whether only name and department are known (an item imported by name alone). */
export function isBare(guide: Guide): boolean {
  return !guide.online && guide.materials.length === 0 && guide.steps.length === 0
}

/** Find what is missing before it is sent; the server has the last word. */
import { t } from '../../shared/i18n'
import type { Fault } from '../faults'
import { TEXT_LIMIT, type Contact, type Matter } from './draft'

export type Step = 'what' | 'where' | 'who' | 'check'
export const STEPS: Step[] = ['what', 'where', 'who', 'check']

const PHONE = /^[+\d][\d\s-]{6,19}$/

/** Return the faults of one step, in the order of its fields. */
export function faultsOf(step: Step, matter: Matter, contact: Contact): Fault[] {
  switch (step) {
    case 'what':
      return present([!matter.kind && ['kind-consult', t('petition.error_kind')], textFault(matter.text), isStoring(matter) && ['photos', t('petition.error_uploading')]])
    case 'where':
      return present([!matter.place.trim() && ['place', t('petition.error_place')], !matter.occurred.trim() && ['occurred', t('petition.error_occurred')]])
    case 'who':
      return present([contact.anonymous !== true && !PHONE.test(contact.phone.trim()) && ['phone', t('petition.error_phone')]])
    case 'check':
      return []
  }
}

/** Return the first step that is not complete, so that nobody checks an empty page. */
export function firstIncomplete(matter: Matter, contact: Contact): Step {
  return STEPS.find((step) => faultsOf(step, matter, contact).length > 0) || 'check'
}

function textFault(text: string): [string, string] | false {
  if (!text.trim()) return ['text', t('petition.error_text')]
  return text.trim().length > TEXT_LIMIT && ['text', t('petition.error_text_long', { limit: TEXT_LIMIT })]
}

function isStoring(matter: Matter): boolean {
  return matter.photos.some((photo) => photo.mediaId === null)
}

function present(faults: ([string, string] | false)[]): Fault[] {
  return faults.filter((fault): fault is [string, string] => fault !== false).map(([field, text]) => ({ field, text }))
}

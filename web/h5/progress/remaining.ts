/** Say how long a petition still has, in the server's working days. */
import { t } from '../../shared/i18n'
import type { PetitionView } from '../../shared/types'

export interface Remaining {
  text: string
  /** `good`: time enough; `warn`: today or the next working day; `bad`: over. */
  tone: 'good' | 'warn' | 'bad'
}

/** Return the sentence, or null where nothing is owed. */
export function remainingOf({ days_left: days, overdue }: Pick<PetitionView, 'days_left' | 'overdue'>): Remaining | null {
  if (overdue) return { text: days === null || days >= 0 ? t('detail.overdue') : t('detail.overdue_days', { days: -days }), tone: 'bad' }
  if (days === null) return null
  if (days <= 0) return { text: t('detail.due_today'), tone: 'warn' }
  return { text: t('detail.days_left', { days }), tone: days === 1 ? 'warn' : 'good' }
}

/** Hold what the forms about a petition take, and find what is missing before it is sent; the server has the last word. */
import { t } from '../../shared/i18n'
import type { Rating, Supplement } from '../../shared/types'
import type { Fault } from '../faults'
import type { Photo } from '../petition/draft'

export const RATING_TEXT_LIMIT = 500
export const REASON_LIMIT = 200
export const SUPPLEMENT_LIMIT = 2_000

export interface RatingDraft {
  solved: boolean | null
  result: number | null
  process: number | null
  text: string
}

export interface SupplementDraft {
  text: string
  photos: Photo[]
  /** See `Matter.guest`. */
  guest: number
}

/** Return a rating nobody has begun: no answer is chosen for anybody. */
export function blankRating(): RatingDraft {
  return { solved: null, result: null, process: null, text: '' }
}

/** Return what of a rating is missing; the three answers are asked one by one and none follows from another. */
export function faultsOfRating({ solved, result, process, text }: RatingDraft): Fault[] {
  const faults: Fault[] = []
  if (solved === null) faults.push({ field: 'rate-solved', text: t('rate.error_solved') })
  if (result === null) faults.push({ field: 'rate-result', text: t('rate.error_result') })
  if (process === null) faults.push({ field: 'rate-process', text: t('rate.error_process') })
  return [...faults, ...tooLong('rate-text', text, RATING_TEXT_LIMIT)]
}

/** Put a whole rating into the form the server takes. */
export function toRate({ solved, result, process, text }: RatingDraft): Rating {
  return { solved: solved as boolean, result: result as number, process: process as number, text: text.trim() }
}

/** Return what of a supplement is missing. */
export function faultsOfSupplement({ text, photos }: SupplementDraft): Fault[] {
  if (photos.some((photo) => photo.mediaId === null)) return [{ field: 'photos', text: t('petition.error_uploading') }]
  if (!text.trim() && photos.length === 0) return [{ field: 'supplement-text', text: t('supplement.error_empty') }]
  return tooLong('supplement-text', text, SUPPLEMENT_LIMIT)
}

/** Put a supplement into the form the server takes. */
export function toSupplement({ text, photos }: SupplementDraft): Supplement {
  return { text: text.trim(), media: photos.map((photo) => photo.mediaId).filter((id): id is string => id !== null) }
}

/** Return the fault of a text over its limit. */
export function tooLong(field: string, text: string, limit: number): Fault[] {
  return text.trim().length > limit ? [{ field, text: t('petition.error_text_long', { limit }) }] : []
}

/**
 * Hold the petition being written, through reloads, until it is filed.
 *
 * One draft has one id, which is its Idempotency-Key: however often it is sent, one petition comes of it. The contact stays in
 * the tab's own store, which closes with it: the phone may be borrowed.
 */
import { reactive, watch } from 'vue'
import { draftIn } from '../../shared/drafts'
import { newId } from '../../shared/ids'
import { onGuestChange } from '../../shared/client'
import type { PetitionKind, PetitionToFile } from '../../shared/types'
import { guestCount } from '../guest'

export interface Photo {
  key: string
  /** Null while it is being stored. */
  mediaId: string | null
  /** An address to show it by; gone after a reload. */
  preview: string
}

export interface Matter {
  id: string
  kind: PetitionKind | ''
  text: string
  district: string
  place: string
  point: { lat: number; lng: number } | null
  occurred: string
  photos: Photo[]
  /** It was sent and no answer came: it may be filed, so it is sent again as it is, not changed. */
  isUnknown: boolean
  /** Of how many guests of this phone the photos' owner is the last: another guest may not use them. */
  guest: number
}

export interface Contact {
  anonymous: boolean | null
  name: string
  phone: string
}

export const KINDS: PetitionKind[] = ['consult', 'help', 'complaint', 'report', 'suggestion']
export const DISTRICTS = ['370202', '370203', '370211', '370212', '370213', '370214', '370215', '370281', '370283', '370285']
export const TEXT_LIMIT = 2_000

const matterDraft = draftIn<Matter>(localStorage, 'petition')
const contactDraft = draftIn<Contact>(sessionStorage, 'petition.contact')

const blankMatter = (): Matter => ({ id: newId(), kind: '', text: '', district: '', place: '', point: null, occurred: '', photos: [], isUnknown: false, guest: guestCount() })
const blankContact = (): Contact => ({ anonymous: null, name: '', phone: '' })

/** Read what was kept; photos that were still on their way are gone with the page, those of a former guest with that guest. */
function restored(): Matter {
  const kept = matterDraft.read()
  if (kept === null) return blankMatter()
  return { ...blankMatter(), ...kept, photos: photosAgain(kept.photos || [], kept.guest || 0), guest: guestCount() }
}

/** Return those photos of a draft that can still be used, without the addresses they were shown by. */
export function photosAgain(photos: Photo[], guest: number): Photo[] {
  return guest === guestCount() ? photos.filter((photo) => photo.mediaId !== null).map((photo) => ({ ...photo, preview: '' })) : []
}

export const matter: Matter = reactive(restored())
export const contact: Contact = reactive({ ...blankContact(), ...contactDraft.read() })

/** Tell whether anything has been written. */
export function isBegun(): boolean {
  return matter.kind !== '' || matter.text !== '' || matter.place !== '' || matter.occurred !== '' || matter.photos.length > 0
}

/** Begin anew, under a new id. */
export function startOver(): void {
  Object.assign(matter, blankMatter())
  Object.assign(contact, blankContact())
  matterDraft.clear()
  contactDraft.clear()
}

onGuestChange(() => Object.assign(matter, { photos: [], guest: guestCount() }))
watch(matter, () => (isBegun() ? matterDraft.write(matter) : matterDraft.clear()), { deep: true, flush: 'sync' })
watch(contact, () => contactDraft.write(contact), { deep: true, flush: 'sync' })

/** Put the draft into the form the server takes; `districtName` comes before the place. */
export function toFile(from: Matter, who: Contact, districtName: string): PetitionToFile {
  return {
    kind: from.kind as PetitionKind,
    text: from.text.trim(),
    place: { text: `${districtName}${from.place.trim()}`, lat: from.point && from.point.lat, lng: from.point && from.point.lng },
    occurred: from.occurred.trim(),
    anonymous: who.anonymous === true,
    contact: who.anonymous ? null : { phone: who.phone.trim(), name: who.name.trim() },
    media: from.photos.map((photo) => photo.mediaId).filter((id): id is string => id !== null),
  }
}

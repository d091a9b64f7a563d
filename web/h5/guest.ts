/**
 * Remember that the server no longer knew this phone's guest and another was opened, until the citizen has read so.
 *
 * What the former guest stored (photos) is not ours any more: drafts keep the count under which they were written.
 */
import { ref, type Ref } from 'vue'
import { onGuestChange } from '../shared/client'
import { keep, recall } from '../shared/storage'

const COUNT_KEY = 'qd.guests'
const NOTE_KEY = 'qd.guest_changed'

let count = recall<number>(localStorage, COUNT_KEY) || 0

/** Whether the citizen has yet to read that the guest changed. */
export const hasChanged: Ref<boolean> = ref(recall<boolean>(localStorage, NOTE_KEY) === true)

/** Return how many guests this phone had before the present one. */
export function guestCount(): number {
  return count
}

/** Take the note away; it was read. */
export function noteRead(): void {
  hasChanged.value = false
  keep(localStorage, NOTE_KEY, false)
}

onGuestChange(() => {
  count += 1
  hasChanged.value = true
  keep(localStorage, COUNT_KEY, count)
  keep(localStorage, NOTE_KEY, true)
})

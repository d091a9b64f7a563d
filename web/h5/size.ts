/** Remember whether the citizen reads in large type (大字版) and show it. */
import { ref, type Ref } from 'vue'
import { keep, recall } from '../shared/storage'

const SIZE_KEY = 'qd.elder'

const remembered = recall<boolean>(localStorage, SIZE_KEY)

/** Whether large type is on. */
export const isElder: Ref<boolean> = ref(remembered === true)

/** Whether the citizen has been asked already; the question comes once. */
export const wasAsked: Ref<boolean> = ref(remembered !== null)

/** Choose the size of type and remember it. */
export function chooseElder(elder: boolean): void {
  isElder.value = elder
  wasAsked.value = true
  keep(localStorage, SIZE_KEY, elder)
  applySize()
}

/** Mark the document, where elder.css reads it. */
export function applySize(): void {
  document.documentElement.classList.toggle('elder', isElder.value)
}

/** Give a page one deed on its petition: with the key it is seen by, and sent again by itself when the network is back. */
import { onBeforeUnmount, onMounted } from 'vue'
import { actOnPetition } from '../../shared/client'
import type { Problem } from '../../shared/problem'
import type { PetitionView } from '../../shared/types'
import { deedOf, type Deed } from './deed'

/** What every form on the page is told. */
export interface FormProps {
  number: string
  /** The query key, or null for the owner. */
  queryKey: string | null
}

/** What every form tells the page. */
export interface FormEvents {
  done: [petition: PetitionView, sentence: string]
  refused: [sentence: string]
  /** An earlier page sent it and had no answer. */
  unanswered: []
}

export interface DeedPlan {
  /** The call's name in the path. */
  action: 'rating' | 'withdraw' | 'urge' | 'supplement'
  scope?: string
  done(petition: PetitionView): void
  refused(sentence: string, problem: Problem): void
}

/** Make the deed for as long as the page is there. */
export function useDeed<Body extends object>({ number, queryKey }: FormProps, { action, ...plan }: DeedPlan): Deed<Body> {
  const deed = deedOf<Body>({
    ...plan,
    store: localStorage,
    name: `${number}.${action}`,
    send: (body, key) => actOnPetition(number, action, body, queryKey, key),
  })
  const again = (): void => void deed.again()
  onMounted(() => window.addEventListener('online', again))
  onBeforeUnmount(() => window.removeEventListener('online', again))
  return deed
}

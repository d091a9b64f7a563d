/** Hold this phone's votes on answers. */
import { shallowRef } from 'vue'
import { onGuestChange, voteOn } from '../../shared/client'
import { Votes, type Vote } from './votes'

const keeper = new Votes({ store: localStorage, send: voteOn, changed: (now) => (votes.value = now) })

/** Every vote by the answer's seq. */
export const votes = shallowRef<ReadonlyMap<number, Vote>>(keeper.all())

/** Say whether an answer was of use; it shows at once and is sent until it arrives. */
export function vote(seq: number, useful: boolean): void {
  keeper.cast(seq, useful)
}

/** Send again what did not arrive. */
export function resumeVotes(): void {
  keeper.resume()
}

onGuestChange(() => keeper.restart())

/**
 * Keep what the citizen thinks of answers, one vote on each, until the server has it.
 *
 * A vote shows at once and is sent again by itself: the same vote twice is one vote, and the last word counts. Two words on one
 * answer are sent one after the other, so that they cannot overtake each other.
 */
import { NoAnswer, Problem, sentenceFor } from '../../shared/problem'
import { forget, keep, recall, type Store } from '../../shared/storage'
import type { Message } from '../../shared/types'

const VOTES_KEY = 'qd.votes'
const KEPT_MOST = 100

/** One answer's vote; `unsent` is sent again when the line is back, `refused` stands at what the server holds. */
export interface Vote {
  /** What is chosen now; null when nothing is. */
  useful: boolean | null
  /** What the server has taken. */
  taken: boolean | null
  state: 'sending' | 'sent' | 'unsent' | 'refused'
  /** Why it was refused, in Chinese. */
  reason: string
}

export interface VotesPorts {
  store: Store
  send(seq: number, useful: boolean): Promise<unknown>
  changed(votes: ReadonlyMap<number, Vote>): void
}

type Kept = [seq: number, useful: boolean, taken: boolean | null]

/** Return the last answer one may vote on; the ones before it keep their line only when they were voted on. */
export function lastVotable(messages: readonly Message[]): number {
  return messages.reduce((last, message) => (message.votable ? message.seq : last), 0)
}

/** Hold the votes of one conversation. */
export class Votes {
  private votes = new Map<number, Vote>()
  private readonly underWay = new Set<number>()

  constructor(private readonly ports: VotesPorts) {
    for (const [seq, useful, taken] of recall<Kept[]>(ports.store, VOTES_KEY) || []) {
      this.votes.set(seq, { useful, taken, state: useful === taken ? 'sent' : 'unsent', reason: '' })
    }
  }

  /** Return every vote by the answer's seq. */
  all(): ReadonlyMap<number, Vote> {
    return this.votes
  }

  /** Take a vote; the same word again is only worth something when the first did not arrive. */
  cast(seq: number, useful: boolean): void {
    const { useful: chosen = null, taken = null, state = 'sent' } = this.votes.get(seq) || {}
    if (chosen === useful && (state === 'sent' || state === 'sending')) return
    this.set(seq, { useful, taken, state: 'sending', reason: '' })
    void this.deliver(seq)
  }

  /** Send again what did not arrive. */
  resume(): void {
    for (const [seq, vote] of Array.from(this.votes)) {
      if (vote.state === 'unsent' && vote.useful !== null) this.cast(seq, vote.useful)
    }
  }

  /** Let go of everything: the conversation belongs to another guest now. */
  restart(): void {
    this.votes = new Map()
    forget(this.ports.store, VOTES_KEY)
    this.ports.changed(this.votes)
  }

  private async deliver(seq: number): Promise<void> {
    if (this.underWay.has(seq)) return
    this.underWay.add(seq)
    try {
      for (let vote = this.votes.get(seq); vote && vote.state === 'sending'; vote = this.votes.get(seq)) await this.deliverOne(seq, vote)
    } finally {
      this.underWay.delete(seq)
    }
  }

  private async deliverOne(seq: number, vote: Vote): Promise<void> {
    try {
      await this.ports.send(seq, vote.useful === true)
      this.settle(seq, vote, { ...vote, taken: vote.useful, state: 'sent' })
    } catch (error) {
      const isPassing = error instanceof NoAnswer || (error instanceof Problem && error.isPassing)
      if (isPassing) this.settle(seq, vote, { ...vote, state: 'unsent' })
      else this.settle(seq, vote, { ...vote, useful: vote.taken, state: 'refused', reason: sentenceFor(error) })
    }
  }

  /** Note what came of a vote; when the citizen has changed it meanwhile, only what the server has taken. */
  private settle(seq: number, sent: Vote, outcome: Vote): void {
    const now = this.votes.get(seq)
    if (now) this.set(seq, now === sent ? outcome : { ...now, taken: outcome.taken })
  }

  private set(seq: number, vote: Vote): void {
    this.votes = new Map(this.votes).set(seq, vote)
    const kept = Array.from(this.votes)
      .filter(([, { useful }]) => useful !== null)
      .map(([one, { useful, taken }]) => [one, useful, taken])
    keep(this.ports.store, VOTES_KEY, kept.slice(-KEPT_MOST))
    this.ports.changed(this.votes)
  }
}

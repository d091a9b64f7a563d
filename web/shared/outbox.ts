/**
 * Keep what the citizen has said until the server has it, in order, each under one `client_id` for all its tries.
 *
 * The server answers a repeated `client_id` with the first answer, so trying again is always safe, also after a reload.
 */
import { newId } from './ids'
import { NoAnswer, Problem, sentenceFor } from './problem'
import { keep, recall, type Store } from './storage'
import type { PartToSend } from './types'

const OUTBOX_KEY = 'qd.outbox'

/**
 * `failed` is tried again when the line is back; `refused` waits for the citizen; `accepted` is safe with the server and waits
 * for its place in the conversation, which a late answer gives it.
 */
export type OutgoingState = 'sending' | 'failed' | 'refused' | 'accepted'

export interface Outgoing {
  clientId: string
  parts: PartToSend[]
  at: string
  state: OutgoingState
  /** Why it failed, in Chinese; empty while it is under way. */
  reason: string
}

export interface OutboxPorts<Accepted> {
  store: Store
  deliver(outgoing: Outgoing): Promise<Accepted>
  /** Take the answer; tell whether the message has its place in the conversation. */
  accepted(outgoing: Outgoing, answer: Accepted): boolean
  changed(entries: readonly Outgoing[]): void
  now(): Date
}

/** Deliver messages one after another. */
export class Outbox<Accepted> {
  private entries: Outgoing[]
  private isDelivering = false

  constructor(private readonly ports: OutboxPorts<Accepted>) {
    // What was under way when the page closed may have arrived: it is sent again under its old id.
    this.entries = (recall<Outgoing[]>(ports.store, OUTBOX_KEY) || []).map((entry) => ({ ...entry, state: 'failed' }))
  }

  /** Return what is not yet with the server, oldest first. */
  waiting(): readonly Outgoing[] {
    return this.entries
  }

  /** Take a message and start to deliver it. */
  add(parts: PartToSend[]): void {
    const entry: Outgoing = { clientId: newId(), parts, at: this.ports.now().toISOString(), state: 'sending', reason: '' }
    this.update([...this.entries, entry])
    void this.deliverAll()
  }

  /** Try one message again because the citizen asked. */
  retry(clientId: string): void {
    this.mark(clientId, 'sending', '')
    void this.deliverAll()
  }

  /** Try again everything that failed for want of a line. */
  resume(): void {
    this.update(this.entries.map((entry) => (entry.state === 'failed' ? { ...entry, state: 'sending', reason: '' } : entry)))
    void this.deliverAll()
  }

  /** Send to another conversation what the former one took and will never show here: its guest is gone. */
  restart(): void {
    this.update(this.entries.map((entry) => (entry.state === 'accepted' ? { ...entry, state: 'failed' } : entry)))
  }

  /** Drop a message that stands in the conversation now, whichever way it came there. */
  settle(clientId: string): void {
    if (this.entries.some((entry) => entry.clientId === clientId)) this.discard(clientId)
  }

  /** Drop a message the citizen no longer wants to send. */
  discard(clientId: string): void {
    this.update(this.entries.filter((entry) => entry.clientId !== clientId))
  }

  private async deliverAll(): Promise<void> {
    if (this.isDelivering) return
    this.isDelivering = true
    try {
      for (let next = this.nextToSend(); next; next = this.nextToSend()) await this.deliverOne(next)
    } finally {
      this.isDelivering = false
    }
  }

  private nextToSend(): Outgoing | undefined {
    return this.entries.find((entry) => entry.state === 'sending')
  }

  private async deliverOne(entry: Outgoing): Promise<void> {
    try {
      const answer = await this.ports.deliver(entry)
      if (this.ports.accepted(entry, answer)) this.settle(entry.clientId)
      else this.mark(entry.clientId, 'accepted', '')
    } catch (error) {
      const isPassing = error instanceof NoAnswer || (error instanceof Problem && error.isPassing)
      this.mark(entry.clientId, isPassing ? 'failed' : 'refused', sentenceFor(error))
    }
  }

  private mark(clientId: string, state: OutgoingState, reason: string): void {
    this.update(this.entries.map((entry) => (entry.clientId === clientId ? { ...entry, state, reason } : entry)))
  }

  private update(entries: Outgoing[]): void {
    this.entries = entries
    keep(this.ports.store, OUTBOX_KEY, entries)
    this.ports.changed(entries)
  }
}

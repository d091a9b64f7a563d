/**
 * Hold one conversation: what was said by `seq`, what is still on its way, and the state of the line.
 *
 * Every path (stream, polling, the answer to a POST) may bring the same message; `seq` decides, so nothing shows twice. Our own
 * comes back under its `client_id` and then leaves the outbox, whether or not its `ack` came and knew its place.
 */
import { shallowReactive } from 'vue'
import { onGuestChange, readMessages, sendMessage, streamTicket } from '../../shared/client'
import { Outbox, type Outgoing } from '../../shared/outbox'
import { NoAnswer, Problem } from '../../shared/problem'
import { Line, type LineState, type ServerFrame, type Socket } from '../../shared/socket'
import type { Message, PartToSend } from '../../shared/types'

const REFUSED = 422 // a frame carries no status; the citizen decides whether to try again
const ACK_LIMIT_MS = 6_000
const TYPING_SHOWN_MS = 5_000
const TYPING_EVERY_MS = 3_000

export interface Queue {
  position: number
  waitSeconds: number
}

export interface Conversation {
  messages: readonly Message[]
  outgoing: readonly Outgoing[]
  line: LineState
  isTyping: boolean
  /** Whether the first look at the history is done, well or not. */
  isLoaded: boolean
  queue: Queue | null
  /** The last seq of ours an agent has read. */
  readUpTo: number
}

/** What the server said when it took a message: its seq, and replies when it came by POST. */
interface Accepted {
  seq: number
  replies: Message[]
}

export const conversation: Conversation = shallowReactive({
  messages: [],
  outgoing: [],
  line: 'closed',
  isTyping: false,
  isLoaded: false,
  queue: null,
  readUpTo: 0,
})

interface Waiting {
  resolve: (seq: number) => void
  reject: (why: Error) => void
}

const listeners = new Set<(message: Message) => void>()
const waitingForAck = new Map<string, Waiting>()
let seenUpTo = 0
let typingTimer: ReturnType<typeof setTimeout> | undefined
let lastTypingMs = 0
let openPages = 0

const outbox = new Outbox<Accepted>({
  store: localStorage,
  deliver,
  accepted: takeAnswer,
  changed: (entries) => (conversation.outgoing = entries),
  now: () => new Date(),
})

const line = new Line({
  ticket: streamTicket,
  open: openSocket,
  poll: readMessages,
  after: () => seenUpTo,
  receive,
  changed: lineChanged,
})

function openSocket(ticket: string, after: number): Socket {
  const origin = location.origin.replace(/^http/, 'ws')
  return new WebSocket(`${origin}/api/v1/stream?ticket=${encodeURIComponent(ticket)}&after=${after}`) as unknown as Socket
}

/** Say it over the open line and wait for the `ack`; without line or `ack` say it by POST under the same id. */
async function deliver({ clientId, parts }: Outgoing): Promise<Accepted> {
  if (line.send({ type: 'message', client_id: clientId, parts })) {
    try {
      return { seq: await ackOf(clientId), replies: [] }
    } catch (error) {
      if (error instanceof Problem) throw error
    }
  }
  return sendMessage({ client_id: clientId, parts })
}

async function ackOf(clientId: string): Promise<number> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await new Promise<number>((resolve, reject) => {
      timer = setTimeout(() => reject(new NoAnswer()), ACK_LIMIT_MS)
      waitingForAck.set(clientId, { resolve, reject })
    })
  } finally {
    clearTimeout(timer)
    waitingForAck.delete(clientId)
  }
}

function takeAnswer({ parts, at }: Outgoing, { seq, replies }: Accepted): boolean {
  if (seq > 0) add({ seq, from: 'citizen', parts, at })
  for (const reply of replies) add(reply)
  return seq > 0
}

function add(message: Message): void {
  if (conversation.messages.some((known) => known.seq === message.seq)) return
  conversation.messages = [...conversation.messages, message].sort((one, other) => one.seq - other.seq)
}

function receive(frame: ServerFrame): void {
  switch (frame.type) {
    case 'message':
      receiveMessage(frame)
      for (const hear of Array.from(listeners)) hear(frame)
      return
    case 'ack':
      return waitingForAck.get(frame.client_id)?.resolve(frame.seq)
    case 'refused':
      return waitingForAck.get(frame.client_id)?.reject(new Problem(REFUSED, frame.code, frame.title))
    case 'typing':
      return showTyping()
    case 'read':
      conversation.readUpTo = Math.max(conversation.readUpTo, frame.seq)
      return
    case 'queue':
      conversation.queue = frame.position > 0 ? { position: frame.position, waitSeconds: frame.wait_s } : null
      return
    case 'ping':
      return
  }
}

function receiveMessage({ seq, from, parts, at, client_id, votable = false }: Message): void {
  seenUpTo = Math.max(seenUpTo, seq)
  add({ seq, from, parts, at, votable })
  if (client_id) {
    waitingForAck.get(client_id)?.resolve(seq)
    outbox.settle(client_id)
  }
  if (from === 'citizen') return
  conversation.isTyping = false
  if (from === 'agent') conversation.queue = null
}

function showTyping(): void {
  clearTimeout(typingTimer)
  conversation.isTyping = true
  typingTimer = setTimeout(() => (conversation.isTyping = false), TYPING_SHOWN_MS)
}

function lineChanged(state: LineState): void {
  conversation.line = state
  if (state === 'open') return outbox.resume()
  conversation.isTyping = false
  for (const waiting of Array.from(waitingForAck.values())) waiting.reject(new NoAnswer())
}

/** Begin at nothing as another guest: the former one's conversation cannot be read any more, what is unsent goes to the new one. */
function startOver(): void {
  seenUpTo = 0
  Object.assign(conversation, { messages: [], isTyping: false, queue: null, readUpTo: 0 })
  outbox.restart()
  if (openPages === 0) return
  line.stop()
  line.start()
}

onGuestChange(startOver)

const wake = (): void => {
  if (document.visibilityState === 'visible') line.wake()
}

/** Open the conversation for a page; it reads what was said before, then stays on the line. */
export async function enter(): Promise<void> {
  openPages += 1
  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', wake)
  conversation.outgoing = outbox.waiting()
  try {
    for (const message of await readMessages(seenUpTo)) receiveMessage(message)
  } catch {
    // The line brings it, and shows by its state when it cannot.
  }
  conversation.isLoaded = true
  if (openPages > 0) line.start()
  outbox.resume()
}

/** Close it when the page goes; what is unsent stays in the outbox. */
export function leave(): void {
  openPages -= 1
  if (openPages > 0) return
  document.removeEventListener('visibilitychange', wake)
  window.removeEventListener('online', wake)
  line.stop()
}

/** Call `hear` with every message that comes while the line is held; return what ends it. */
export function listen(hear: (message: Message) => void): () => void {
  listeners.add(hear)
  return () => listeners.delete(hear)
}

/** Say something; it shows at once. */
export function say(part: PartToSend): void {
  outbox.add([part])
}

/** Try one unsent message again. */
export function retry(clientId: string): void {
  outbox.retry(clientId)
}

/** Drop one unsent message. */
export function discard(clientId: string): void {
  outbox.discard(clientId)
}

/** Tell the other side that the citizen is typing, at most every three seconds. */
export function tellTyping(): void {
  if (Date.now() - lastTypingMs < TYPING_EVERY_MS) return
  lastTypingMs = Date.now()
  line.send({ type: 'typing' })
}

/** Tell the other side how far the citizen has read. */
export function tellRead(): void {
  const last = conversation.messages[conversation.messages.length - 1]
  if (last && last.from !== 'citizen') line.send({ type: 'read', seq: last.seq })
}
